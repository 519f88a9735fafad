/** How a file comes to be on an SFTP server: under an unfinished name, checked, synced, then all at once under its own. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Stats } from 'ssh2';
import { Fail } from '../../shared/failure.ts';
import type { Body, PutOptions } from './destination.ts';
import { demandHash, wrongSize } from './folder-put.ts';
import { lookAt } from './sftp-path.ts';
import { saysRefused, type SftpSession } from './sftp-session.ts';
import { unfinishedName } from './unfinished.ts';

/** Every server takes this much in one message. */
const pieceBytes = 32 * 1024;
/** So many pieces are on their way before one has to be acknowledged: 2 MiB hide the distance of most servers. */
const piecesAtOnce = 64;

/** Puts `body` under the path `file`, whose folder exists. When it throws, nothing is there that was not before. */
export async function putRemote(session: SftpSession, file: string, body: Body, options: PutOptions): Promise<void> {
  const unfinished = path.posix.join(path.posix.dirname(file), await unfinishedName());
  try {
    await fill(session, unfinished, body, options);
    options.signal?.throwIfAborted();
    if (options.ifAbsent === true) await nameIfAbsent(session, unfinished, file);
    else await nameReplacing(session, unfinished, file);
  } catch (thrown) {
    // What cannot be removed now is swept later; what went wrong first is what has to be told.
    await removeRemote(session, unfinished).catch(() => {});
    throw thrown;
  }
}

const removeRemote = (session: SftpSession, file: string): Promise<void> =>
  session.ask(file, (sftp, done) => sftp.unlink(file, done));

async function fill(session: SftpSession, unfinished: string, body: Body, options: PutOptions): Promise<void> {
  const { signal } = options;
  signal?.throwIfAborted();
  // Without the signal: a file that is made after nobody waits for it any more would never be closed.
  const handle = await session.ask<Buffer>(unfinished, (sftp, done) =>
    sftp.open(unfinished, 'wx', { mode: 0o600 }, done),
  );
  try {
    await copy(session, handle, unfinished, body, options);
    if (await session.has('fsync@openssh.com'))
      await session.ask(unfinished, (sftp, done) => sftp.ext_openssh_fsync(handle, done), signal);
  } finally {
    await session.ask(unfinished, (sftp, done) => sftp.close(handle, done)).catch(() => {});
  }
  const stats = await session.ask<Stats>(unfinished, (sftp, done) => sftp.lstat(unfinished, done), signal);
  if (stats.size !== body.sizeBytes) throw wrongSize(body, String(stats.size));
}

async function copy(
  session: SftpSession,
  handle: Buffer,
  unfinished: string,
  body: Body,
  options: PutOptions,
): Promise<void> {
  const { signal } = options;
  const hash = createHash('sha256');
  const stream = body.open();
  const pipe = new Pipe(
    (piece, position) =>
      session.ask(unfinished, (sftp, done) => sftp.write(handle, piece, 0, piece.length, position, done), signal),
    options.onProgress,
  );
  const onAbort = (): void => {
    stream.destroy(signal?.reason as Error);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  let arrived = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      arrived += chunk.length;
      if (arrived > body.sizeBytes) throw wrongSize(body, `more than ${body.sizeBytes}`);
      if (body.sha256 !== undefined) hash.update(chunk);
      await pipe.write(chunk);
    }
    await pipe.drained();
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await pipe.settled();
  }
  signal?.throwIfAborted();
  if (arrived !== body.sizeBytes) throw wrongSize(body, String(arrived));
  if (body.sha256 !== undefined) demandHash(hash.digest('hex'), body.sha256);
}

/** Writes in order of position with many pieces on their way; the first that fails ends it. */
class Pipe {
  readonly #waiting = new Set<Promise<void>>();
  #position = 0;
  #written = 0;
  #failure: { thrown: unknown } | undefined;

  readonly #send: (piece: Buffer, position: number) => Promise<unknown>;
  readonly #onProgress: ((bytes: number) => void) | undefined;

  constructor(
    send: (piece: Buffer, position: number) => Promise<unknown>,
    onProgress: ((bytes: number) => void) | undefined,
  ) {
    this.#send = send;
    this.#onProgress = onProgress;
  }

  async write(chunk: Buffer): Promise<void> {
    for (let offset = 0; offset < chunk.length; offset += pieceBytes) {
      while (this.#waiting.size >= piecesAtOnce) await Promise.race(this.#waiting);
      this.#throwFailure();
      this.#begin(chunk.subarray(offset, offset + pieceBytes));
    }
  }

  #begin(piece: Buffer): void {
    const position = this.#position;
    this.#position += piece.length;
    const sending = this.#send(piece, position)
      .then(
        () => {
          this.#written += piece.length;
          this.#onProgress?.(this.#written);
        },
        (thrown: unknown) => {
          this.#failure ??= { thrown };
        },
      )
      .finally(() => this.#waiting.delete(sending));
    this.#waiting.add(sending);
  }

  async drained(): Promise<void> {
    await this.settled();
    this.#throwFailure();
  }

  async settled(): Promise<void> {
    await Promise.all(this.#waiting);
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.thrown;
  }
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
