/**
 * Names of files that are still being written. Such a name tells whose it is, so that what a killed process left can be
 * swept at once, and what a living one writes never is, also on a share that several machines write to.
 */
import { createHash, randomBytes } from 'node:crypto';
import { lstat, readdir, readlink, rm, rmdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import type { Clock } from '../base/clock.ts';
import { systemCode } from '../base/file.ts';
import { unfinishedPrefix } from '../base/key.ts';
import { processStartTime } from '../base/process.ts';
import { realRoot } from './folder-path.ts';

const pattern = /^[.]holdfast-([0-9a-f]{8})-([0-9]+)-([0-9a-f]{8})-[0-9a-f]{16}[.]part$/;
/** What another machine left cannot be asked whether it lives; nothing is written for so long without a change. */
const foreignAgeMs = 7 * 24 * 60 * 60 * 1000;

const tag = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

/** Process numbers mean something only within one machine and one container of it. */
async function machineTag(): Promise<string> {
  const container = await readlink('/proc/self/ns/pid').catch(() => '');
  return tag(`${hostname()}\0${container}`);
}

async function ownPrefix(): Promise<string> {
  return `${unfinishedPrefix}${await machineTag()}-${process.pid}-${tag((await processStartTime(process.pid)) ?? '')}`;
}

let prefix: Promise<string> | undefined;

/** A name that nobody else has, beginning with {@link unfinishedPrefix}. */
export async function unfinishedName(): Promise<string> {
  prefix ??= ownPrefix();
  return `${await prefix}-${randomBytes(8).toString('hex')}.part`;
}

const keptPattern = /^[.]holdfast-kept-[0-9a-f]{32}[.]part$/;

/** For what a later process goes on with: it belongs to no process, so it is swept only when nobody touched it for a week. */
export const keptName = (): string => `${unfinishedPrefix}kept-${randomBytes(16).toString('hex')}.part`;

export const isKeptName = (name: string): boolean => keptPattern.test(name);

/** Whether the process that made this name is certainly gone. */
export async function isAbandoned(name: string, changedAt: number, clock: Clock): Promise<boolean> {
  const [, machine, pid, start] = pattern.exec(name) ?? [];
  if (machine !== (await machineTag())) return clock.now() - changedAt > foreignAgeMs;
  const startedNow = await processStartTime(Number(pid));
  return startedNow === null || tag(startedNow) !== start;
}

/** What becomes of what is found. */
export type SweepAct = 'remove' | 'count';

/**
 * Removes what ended processes left unfinished anywhere below `root`, and the folder of a set that held nothing else.
 * @returns how many files it removed.
 * @throws Fail destination.unreachable, destination.permission.
 */
export async function sweepUnfinished(root: string, clock: Clock, act: SweepAct = 'remove'): Promise<number> {
  let swept = 0;
  const real = await realRoot(root);
  for await (const file of unfinishedFiles(real)) {
    const stats = await lstat(file).catch(() => undefined);
    if (stats === undefined || !(await isAbandoned(path.basename(file), Math.max(stats.mtimeMs, stats.ctimeMs), clock)))
      continue;
    swept += 1;
    if (act === 'count') continue;
    await rm(file, { force: true });
    const folder = path.dirname(file);
    // What is not empty stays. The first level always does: other puts come and go there.
    if (folder !== real && path.dirname(folder) !== real) await rmdir(folder).catch(() => {});
  }
  return swept;
}

async function* unfinishedFiles(folder: string): AsyncGenerator<string> {
  for (const entry of await entriesOf(folder)) {
    const file = path.join(folder, entry.name);
    // A link is neither followed nor removed.
    if (entry.isDirectory()) yield* unfinishedFiles(file);
    else if (entry.isFile() && entry.name.startsWith(unfinishedPrefix)) yield file;
  }
}

async function entriesOf(folder: string): Promise<{ name: string; isDirectory(): boolean; isFile(): boolean }[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (thrown) {
    // Gone meanwhile, or not ours to look into: what cannot be read holds nothing of ours.
    if (systemCode(thrown) !== undefined) return [];
    throw thrown;
  }
}
