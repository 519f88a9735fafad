/** How a file comes to be in a folder: under an unfinished name, checked, on stable storage, then all at once under its own. */
import { createHash } from 'node:crypto';
import { link, lstat, open, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Fail } from '../../shared/failure.ts';
import type { Clock } from '../base/clock.ts';
import { syncFolder, systemCode, writeFully } from '../base/file.ts';
import { unfinishedPrefix } from '../base/key.ts';
import type { Body, PutOptions } from './destination.ts';
import { onFolder } from './folder-error.ts';
import { look } from './folder-path.ts';
import { isAbandoned, unfinishedName } from './unfinished.ts';

const readBytes = 1024 * 1024;
/** What a file system answers that has no hard links (exFAT, many shares). */
const noLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL']);

/** Puts `body` under the path `file`, whose folder exists. When it throws, nothing is there that was not before. */
export async function putFile(file: string, body: Body, options: PutOptions, clock: Clock): Promise<void> {
  const unfinished = path.join(path.dirname(file), await unfinishedName());
  try {
    await fill(unfinished, body, options);
    options.signal?.throwIfAborted();
    if (options.ifAbsent === true) await nameIfAbsent(unfinished, file, clock);
    else await onFolder(file, () => rename(unfinished, file));
  } catch (thrown) {
    // What cannot be removed now is swept later; what went wrong first is what has to be told.
    await rm(unfinished, { force: true }).catch(() => {});
    throw thrown;
  }
  try {
    await onFolder(file, () => syncFolder(path.dirname(file)));
  } catch (thrown) {
    // Not certain to survive a power cut, so not stored. What a replacing put replaced is gone already: the new is kept.
    if (options.ifAbsent === true) await rm(file, { force: true }).catch(() => {});
    throw thrown;
  }
}

async function fill(unfinished: string, body: Body, options: PutOptions): Promise<void> {
  options.signal?.throwIfAborted();
  if (await linkTo(unfinished, body)) {
    await checkLinked(unfinished, body, options);
    options.onProgress?.(body.sizeBytes);
    return;
  }
  const handle = await onFolder(unfinished, () => open(unfinished, 'wx', 0o600));
  try {
    await copy(handle, unfinished, body, options);
    await onFolder(unfinished, () => handle.sync());
  } finally {
    await handle.close();
  }
}

/**
 * A second name for the body's file instead of a copy: where it lies on the same disk, is ours alone and nobody else
 * has linked it. Two places never share one file: damage to it would then be damage to both.
 */
async function linkTo(unfinished: string, body: Body): Promise<boolean> {
  if (body.file === undefined || process.geteuid === undefined) return false;
  const own = await lstat(body.file).catch(() => undefined);
  if (own === undefined || !own.isFile() || own.nlink !== 1 || own.size !== body.sizeBytes) return false;
  if (own.uid !== process.geteuid() || (own.mode & 0o777) !== 0o600) return false;
  try {
    await link(body.file, unfinished);
  } catch {
    // Another disk, or no links there: it is copied, and a real obstacle is told by the copy.
    return false;
  }
  const linked = await onFolder(unfinished, () => lstat(unfinished));
  if (linked.ino === own.ino && linked.nlink === 2) return true;
  await rm(unfinished, { force: true });
  return false;
}

async function checkLinked(unfinished: string, body: Body, options: PutOptions): Promise<void> {
  const handle = await onFolder(unfinished, () => open(unfinished, 'r'));
  try {
    if (body.sha256 !== undefined) {
      const hash = createHash('sha256');
      const memory = Buffer.allocUnsafe(readBytes);
      for (;;) {
        options.signal?.throwIfAborted();
        const { bytesRead } = await onFolder(unfinished, () => handle.read(memory, 0, memory.length));
        if (bytesRead === 0) break;
        hash.update(memory.subarray(0, bytesRead));
      }
      demandHash(hash.digest('hex'), body.sha256);
    }
    await onFolder(unfinished, () => handle.sync());
  } finally {
    await handle.close();
  }
}

async function copy(handle: FileHandle, unfinished: string, body: Body, options: PutOptions): Promise<void> {
  const { signal } = options;
  const hash = createHash('sha256');
  const stream = body.open();
  const onAbort = (): void => {
    stream.destroy(signal?.reason as Error);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  let arrived = 0;
  try {
    for await (const chunk of stream) {
      signal?.throwIfAborted();
      arrived += chunk.length;
      if (arrived > body.sizeBytes) throw wrongSize(body, `more than ${body.sizeBytes}`);
      if (body.sha256 !== undefined) hash.update(chunk);
      await onFolder(unfinished, () => writeFully(handle, chunk));
      options.onProgress?.(arrived);
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  signal?.throwIfAborted();
  if (arrived !== body.sizeBytes) throw wrongSize(body, String(arrived));
  if (body.sha256 !== undefined) demandHash(hash.digest('hex'), body.sha256);
}

/** Gives the finished file its name if nobody has it; of two at once, one wins. The unfinished name is gone afterwards. */
async function nameIfAbsent(unfinished: string, file: string, clock: Clock): Promise<void> {
  try {
    await link(unfinished, file);
  } catch (thrown) {
    const code = systemCode(thrown) ?? '';
    if (code === 'EEXIST') throw taken(file);
    if (!noLinks.has(code)) return onFolder(file, () => Promise.reject(thrown as Error));
    return nameByClaim(unfinished, file, clock);
  }
  await onFolder(file, () => rm(unfinished));
}

/**
 * The same where there are no hard links: whoever makes the claim may look whether the name is free, and take it.
 * The claim says whose it is, so that one left by a killed process does not block the name for ever.
 */
export async function nameByClaim(unfinished: string, file: string, clock: Clock): Promise<void> {
  const hash = createHash('sha256').update(path.basename(file)).digest('hex').slice(0, 16);
  const claim = path.join(path.dirname(file), `${unfinishedPrefix}${hash}.claim`);
  await makeClaim(claim, path.basename(unfinished), clock);
  try {
    if ((await look(file)) !== undefined) throw taken(file);
    await onFolder(file, () => rename(unfinished, file));
  } finally {
    await rm(claim, { force: true });
  }
}

async function makeClaim(claim: string, owner: string, clock: Clock): Promise<void> {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      await writeFile(claim, owner, { flag: 'wx', mode: 0o600 });
      return;
    } catch (thrown) {
      if (systemCode(thrown) !== 'EEXIST') return onFolder(claim, () => Promise.reject(thrown as Error));
      if (!(await isAbandonedClaim(claim, clock))) break;
      await rm(claim, { force: true });
    }
  }
  throw taken(claim);
}

async function isAbandonedClaim(claim: string, clock: Clock): Promise<boolean> {
  const stats = await look(claim);
  if (stats === undefined) return true;
  const owner = await readFile(claim, 'utf8').catch(() => '');
  return isAbandoned(owner, stats.mtimeMs, clock);
}

const taken = (file: string): Fail =>
  new Fail('destination.exists', `${file} is there already, or just being written.`);

export function wrongSize(body: Body, arrived: string): Fail {
  return new Fail('destination.hash-mismatch', `${arrived} bytes arrived where ${body.sizeBytes} were announced.`);
}

export function demandHash(found: string, expected: string): void {
  if (found !== expected)
    throw new Fail('destination.hash-mismatch', 'The bytes that arrived are not the ones that were announced.');
}
