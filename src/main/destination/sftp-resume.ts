/**
 * How a put to an SFTP server goes on after it broke off. What was acknowledged and synced stays in a file whose name only
 * this set's upload knows; a token names the file and how far it holds.
 */
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Body } from './destination.ts';
import { lookAt, removeIfThere } from './sftp-path.ts';
import { remoteStream } from './sftp-read.ts';
import type { SftpSession } from './sftp-session.ts';
import { isKeptName } from './unfinished.ts';

/** What is synced this far need not be sent again; asked for beside the pieces, so that nothing waits. */
const checkpointBytes = 4 * 1024 * 1024;
/** So much before the end of what is there is read back: another disk under the same name, or another file, is seen. */
const comparedBytes = 1024 * 1024;

export interface LeftBehind {
  /** The unfinished file's own name. */
  name: string;
  /** It holds the body's first bytes, as many. */
  bytes: number;
}

const tokenPattern = /^sftp:(\d{1,16}):(.+)$/;

export const tokenOf = (name: string, bytes: number): string => `sftp:${bytes}:${name}`;

/** Undefined where it is none of ours. */
export function readToken(token: string | undefined): LeftBehind | undefined {
  const found = token === undefined ? null : tokenPattern.exec(token);
  if (found === null) return undefined;
  const [, bytes = '', name = ''] = found;
  // Whatever else a token says, no other file than one of these is ever opened or removed by it.
  return isKeptName(name) ? { name, bytes: Number(bytes) } : undefined;
}

/** What an earlier put of the same body left in this folder; undefined where nothing can be gone on with. */
export async function leftBehind(
  session: SftpSession,
  folder: string,
  token: string | undefined,
  body: Body,
  signal: AbortSignal | undefined,
): Promise<LeftBehind | undefined> {
  const left = readToken(token);
  if (left === undefined) return undefined;
  const file = path.posix.join(folder, left.name);
  const stats = await lookAt(session, file);
  if (stats?.isFile() !== true) return undefined;
  const fits = left.bytes <= stats.size && stats.size <= body.sizeBytes;
  if (fits && (await endsAlike(session, file, left.bytes, body, signal))) return left;
  await removeIfThere(session, file);
  return undefined;
}

async function endsAlike(
  session: SftpSession,
  file: string,
  bytes: number,
  body: Body,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const from = Math.max(0, bytes - comparedBytes);
  if (from === bytes) return true;
  const handle = await session.ask<Buffer>(file, (sftp, done) => sftp.open(file, 'r', done));
  const [there, here] = await Promise.all([
    buffer(remoteStream(session, handle, file, from, bytes, signal)),
    firstOf(body, from, bytes - from),
  ]);
  return there.equals(here);
}

async function firstOf(body: Body, from: number, length: number): Promise<Buffer> {
  const stream = body.open(from);
  const chunks: Buffer[] = [];
  let read = 0;
  for await (const chunk of stream) {
    // A stream may use its memory again.
    chunks.push(Buffer.from(chunk));
    read += chunk.length;
    if (read >= length) break;
  }
  return Buffer.concat(chunks).subarray(0, length);
}

/** Syncs what is acknowledged from time to time, one sync after the other, beside what is being sent. */
export class Checkpoints {
  readonly #sync: () => Promise<void>;
  readonly #told: (bytes: number) => void;
  #last: number;
  #syncing: Promise<void> | undefined;

  /** @param told hears of every sync that went well: so many bytes are safe. */
  constructor(from: number, sync: () => Promise<void>, told: (bytes: number) => void) {
    this.#last = from;
    this.#sync = sync;
    this.#told = told;
  }

  reached(bytes: number): void {
    if (this.#syncing !== undefined || bytes - this.#last < checkpointBytes) return;
    this.#last = bytes;
    this.#syncing = this.#sync()
      // A connection that broke is told by the pieces; here it only means that nothing more is safe.
      .then(
        () => this.#told(bytes),
        () => {},
      )
      .finally(() => (this.#syncing = undefined));
  }

  async settled(): Promise<void> {
    await this.#syncing;
  }
}
