/** Where the owner of a data folder listens, and how the others learn of it. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from '../../shared/schema.ts';

/** The words of `owner.json`. The token has to be shown by whoever attaches: a second fence behind the folder's rights. */
const OwnerFacts = z.strictObject({
  pid: z.int(),
  startTime: z.nullable(z.string()),
  address: z.string(),
  token: z.string(),
});
export type OwnerFacts = z.output<typeof OwnerFacts>;

const socketName = 'holdfast.sock';
const privatePrefix = 'holdfast-';
/** A socket's whole path may have 103 bytes on macOS and 107 on Linux. */
const longestAddressBytes = 100;

const factsFile = (home: string): string => path.join(home, 'owner.json');

export const newToken = (): string => randomBytes(32).toString('base64url');

/**
 * An address to listen on: in the home, or, where that path is too long for a socket, in a private folder (0700) with
 * an unguessable name; a named pipe on Windows. Only for the holder of the lock: an old socket is removed.
 */
export function newAddress(home: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\holdfast-${randomBytes(16).toString('hex')}`;
  const near = path.join(home, socketName);
  if (Buffer.byteLength(near) > longestAddressBytes)
    return path.join(mkdtempSync(path.join(tmpdir(), privatePrefix)), socketName);
  rmSync(near, { force: true });
  return near;
}

/** Removes the socket at `address`, and the private folder that was made for it. */
export function removeAddress(home: string, address: string): void {
  if (process.platform === 'win32' || path.basename(address) !== socketName) return;
  rmSync(address, { force: true });
  const folder = path.dirname(address);
  if (path.dirname(folder) === path.resolve(tmpdir()) && folder !== path.resolve(home)) removeIfEmpty(folder);
}

/** Never with anything in it: the address may have been read from a copy of some other data folder. */
function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Not empty, or gone already.
  }
}

/** Closes the socket file to others. In the home and in the private folder they cannot reach it anyway. */
export function keepPrivate(address: string): void {
  if (process.platform !== 'win32') chmodSync(address, 0o600);
}

/** Visible whole or not at all. */
export function writeOwner(home: string, facts: OwnerFacts): void {
  const next = `${factsFile(home)}.next`;
  rmSync(next, { force: true });
  writeFileSync(next, `${JSON.stringify(facts)}\n`, { mode: 0o600 });
  renameSync(next, factsFile(home));
}

/** Null where there is no owner yet, or what is written there cannot be read. */
export function readOwner(home: string): OwnerFacts | null {
  try {
    const parsed = z.safeParse(OwnerFacts, JSON.parse(readFileSync(factsFile(home), 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Takes the owner's facts away, with what an owner that was killed left behind. Only for the holder of the lock. */
export function forgetOwner(home: string): void {
  const old = readOwner(home);
  if (old !== null) removeAddress(home, old.address);
  rmSync(factsFile(home), { force: true });
}
