/** How a file comes to be on an SFTP server: under an unfinished name, checked, synced, then all at once under its own. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Stats } from 'ssh2';
import { Fail } from '../../shared/failure.ts';
import type { Body, PutOptions } from './destination.ts';
import { demandHash, wrongSize } from './folder-put.ts';
import { lookAt } from './sftp-path.ts';
import { Pipe } from './sftp-pipe.ts';
import { Checkpoints, leftBehind, tokenOf, type LeftBehind } from './sftp-resume.ts';
import { saysRefused, type SftpSession } from './sftp-session.ts';
import { throttled, type Throttle } from './throttle.ts';
import { keptName, unfinishedName } from './unfinished.ts';

/**
 * Puts `body` under the path `file`, whose folder exists. When it throws, nothing is there that was not before, but what
 * the put can be gone on with, as `PutOptions.onResumable` says.
 */
export async function putRemote(
  session: SftpSession,
  file: string,
  body: Body,
  options: PutOptions,
  throttle?: Throttle,
): Promise<void> {
  const folder = path.posix.dirname(file);
  const goesOn = options.onResumable !== undefined && (await session.has(fsyncExtension));
  const left = await leftBehind(session, folder, options.resumeToken, body, options.signal);
  const name = left?.name ?? (goesOn ? keptName() : await unfinishedName());
  const unfinished = path.posix.join(folder, name);
  if (goesOn) options.onResumable?.(tokenOf(name, left?.bytes ?? 0));
  try {
    await fill(session, { unfinished, left, goesOn }, body, options, throttle);
    options.signal?.throwIfAborted();
    if (options.ifAbsent === true) await nameIfAbsent(session, unfinished, file);
    else await nameReplacing(session, unfinished, file);
  } catch (thrown) {
    const stays = goesOn && (options.signal?.aborted === true || isLost(thrown));
    // What cannot be removed now is swept later; what went wrong first is what has to be told.
    if (!stays) await removeRemote(session, unfinished).catch(() => {});
    throw thrown;
  }
}

const fsyncExtension = 'fsync@openssh.com';

/** Whether the connection went, and nothing is wrong with what was sent. */
export const isLost = (thrown: unknown): boolean => thrown instanceof Fail && thrown.code === 'destination.unreachable';

const removeRemote = (session: SftpSession, file: string): Promise<void> =>
  session.ask(file, (sftp, done) => sftp.unlink(file, done));

/** The file that is being written, and what an earlier put left in it. */
interface Filling {
  unfinished: string;
  left: LeftBehind | undefined;
  goesOn: boolean;
}

async function fill(
  session: SftpSession,
  filling: Filling,
  body: Body,
  options: PutOptions,
  throttle: Throttle | undefined,
): Promise<void> {
  const { unfinished, left } = filling;
  const { signal } = options;
  signal?.throwIfAborted();
  // Without the signal: a file that is made after nobody waits for it any more would never be closed.
  const handle = await session.ask<Buffer>(unfinished, (sftp, done) =>
    sftp.open(unfinished, left === undefined ? 'wx' : 'r+', { mode: 0o600 }, done),
  );
  const sync = (): Promise<void> =>
    session.ask(unfinished, (sftp, done) => sftp.ext_openssh_fsync(handle, done), signal);
  const checkpoints = new Checkpoints(left?.bytes ?? 0, sync, (bytes) => {
    if (filling.goesOn) options.onResumable?.(tokenOf(path.posix.basename(unfinished), bytes));
  });
  const pipe = new Pipe({
    from: left?.bytes ?? 0,
    send: (piece, position) =>
      session.ask(unfinished, (sftp, done) => sftp.write(handle, piece, 0, piece.length, position, done), signal),
    onAcknowledged: (bytes) => {
      options.onProgress?.(bytes);
      if (filling.goesOn) checkpoints.reached(bytes);
    },
  });
  try {
    await copy(pipe, left?.bytes ?? 0, body, options, throttle);
    if (await session.has(fsyncExtension)) await sync();
  } finally {
    await checkpoints.settled();
    await session.ask(unfinished, (sftp, done) => sftp.close(handle, done)).catch(() => {});
  }
  const stats = await session.ask<Stats>(unfinished, (sftp, done) => sftp.lstat(unfinished, done), signal);
  if (stats.size !== body.sizeBytes) throw wrongSize(body, String(stats.size));
}

/** @param from what lies before is there already; it is read all the same where the whole has to have a hash. */
async function copy(
  pipe: Pipe,
  from: number,
  body: Body,
  { signal }: PutOptions,
  throttle: Throttle | undefined,
): Promise<void> {
  const hash = createHash('sha256');
  let read = body.sha256 === undefined ? from : 0;
  const stream = body.open(read);
  const onAbort = (): void => {
    stream.destroy(signal?.reason as Error);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    for await (const chunk of stream) {
      signal?.throwIfAborted();
      const missing = chunk.subarray(Math.max(0, from - read));
      read += chunk.length;
      if (read > body.sizeBytes) throw wrongSize(body, `more than ${body.sizeBytes}`);
      if (body.sha256 !== undefined) hash.update(chunk);
      const pieces = throttle === undefined ? [missing] : throttled([missing], throttle, signal);
      for await (const piece of pieces) await pipe.write(piece);
    }
    await pipe.drained();
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await pipe.settled();
  }
  signal?.throwIfAborted();
  if (read !== body.sizeBytes) throw wrongSize(body, String(read));
  if (body.sha256 !== undefined) demandHash(hash.digest('hex'), body.sha256);
}

async function nameReplacing(session: SftpSession, unfinished: string, file: string): Promise<void> {
  if (await session.has('posix-rename@openssh.com')) {
    await session.ask(file, (sftp, done) => sftp.ext_openssh_rename(unfinished, file, done));
    return;
  }
  // The protocol's own rename never replaces; `features.atomicPut` says so.
  if ((await lookAt(session, file)) !== undefined) await removeRemote(session, file);
  await session.ask(file, (sftp, done) => sftp.rename(unfinished, file, done));
}

/** Gives the finished file its name if nobody has it; of two at once, one wins. The unfinished name is gone afterwards. */
async function nameIfAbsent(session: SftpSession, unfinished: string, file: string): Promise<void> {
  const links = await session.has('hardlink@openssh.com');
  try {
    if (links) {
      await session.ask(file, (sftp, done) => sftp.ext_openssh_hardlink(unfinished, file, done));
    } else {
      // "It is an error if there already exists a file with the name specified by newpath."
      await session.ask(file, (sftp, done) => sftp.rename(unfinished, file, done));
    }
  } catch (thrown) {
    // A refusal is all that the server says; whether the name was taken, a look tells.
    if (saysRefused(thrown) && (await lookAt(session, file)) !== undefined)
      throw new Fail('destination.exists', `${file} is there already, or just being written.`, { cause: thrown });
    if (!links || !saysRefused(thrown)) throw thrown;
    // A disk without hard links: the plain rename does not replace either.
    await session.ask(file, (sftp, done) => sftp.rename(unfinished, file, done));
    return;
  }
  if (links) await removeRemote(session, unfinished);
}
