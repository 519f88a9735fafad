/**
 * The audit trail: one NDJSON file, only ever appended to, each line bound to the one before by its hash.
 * It finds out changes made behind its back; it does not stop somebody who can write both the trail and the catalog.
 */
import {
  chmodSync,
  closeSync,
  constants,
  createReadStream,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { AuditAction, AuditEntry } from '../../shared/audit.ts';
import type { Clock } from '../base/clock.ts';
import { homeFailure, syncFolder } from '../base/private-file.ts';
import { beginning, link, readLine, readNext, type End } from './chain.ts';
import { expectedEnd, forgetfulHead, readHead, writeHead, type Head, type HeadKeeper } from './head.ts';
import { lineText, linesFromEnd } from './tail.ts';

export interface AuditState {
  /** Lines in the file. */
  entries: number;
  intact: boolean;
  /** The first line (counted from 1) that does not fit where it is, or is missing at the end; null while intact. */
  brokenAt: number | null;
}

export interface Audit {
  /**
   * Writes one line; it is on stable storage when this returns. A broken trail is still written to; what is broken stays reported.
   * When it throws (`home.full`, `home.unusable`) nothing was added.
   * @param actor the OS account and the door, e.g. `ada (terminal)`.
   * @param details numbers and names; never secrets.
   */
  append(action: AuditAction, actor: string, subject: string, details?: AuditEntry['details']): AuditEntry;
  /** The newest entries first; lines that cannot be read as entries are left out, `check` names them. */
  list(limit: number): Promise<AuditEntry[]>;
  /** Reads the whole trail again. */
  check(): Promise<AuditState>;
  /** Whether a line that a crash had left unfinished was cut off when the trail was opened. */
  repaired: boolean;
}

/**
 * Opens the trail, or begins it. A last line without its newline, which a crash in mid-write leaves, is cut off;
 * nothing else is ever repaired.
 * @param head where the trail's end is remembered apart from it.
 */
export function openAudit(file: string, clock: Clock, head: HeadKeeper = forgetfulHead()): Audit {
  try {
    if (existsSync(file) && process.platform !== 'win32') chmodSync(file, 0o600);
    const repaired = cutUnfinished(file, head);
    const found = endOf(file);
    const known = readHead(head);
    if (known !== 'unreadable') writeHead(head, expectedEnd(known, found), null);
    return {
      repaired,
      append: (action, actor, subject, details = {}) => append(file, clock, head, { action, actor, subject, details }),
      list: (limit) => Promise.resolve(list(file, limit)),
      check: () => check(file, head),
    };
  } catch (error) {
    throw homeFailure(error, file);
  }
}

function append(
  file: string,
  clock: Clock,
  keeper: HeadKeeper,
  fact: Pick<AuditEntry, 'action' | 'actor' | 'subject' | 'details'>,
): AuditEntry {
  const head = readHead(keeper);
  try {
    // The head goes before the file: where lines were cut off, the next one must not close the gap.
    const end = head === 'unreadable' ? endOf(file) : expectedEnd(head, endOf(file));
    const { entry, line } = link(end, { at: clock.now(), ...fact });
    if (head !== 'unreadable') writeHead(keeper, end, entry.hash);
    appendLine(file, line);
    if (head !== 'unreadable') writeHead(keeper, entry, null);
    return entry;
  } catch (error) {
    throw homeFailure(error, file);
  }
}

/** The line is in the file whole, or the file is as it was. */
function appendLine(file: string, line: string): void {
  const isNew = !existsSync(file);
  // A link in the trail's place would send it elsewhere.
  const descriptor = openSync(
    file,
    constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0),
    0o600,
  );
  try {
    const { size } = fstatSync(descriptor);
    try {
      const bytes = Buffer.from(`${endsMidLine(descriptor, size) ? '\n' : ''}${line}\n`);
      let written = 0;
      while (written < bytes.length) written += writeSync(descriptor, bytes, written);
      fsyncSync(descriptor);
    } catch (error) {
      takeBack(descriptor, size);
      throw error;
    }
  } finally {
    closeSync(descriptor);
  }
  if (isNew) syncFolder(path.dirname(file));
}

/** What was written in vain goes again. Where not even that works, the next opening cuts it as a line that a crash left. */
function takeBack(descriptor: number, size: number): void {
  try {
    ftruncateSync(descriptor, size);
  } catch {
    // The failure that led here says more.
  }
}

function endsMidLine(descriptor: number, size: number): boolean {
  const last = Buffer.alloc(1);
  return size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
}

/** Cuts a last line without newline, unless the head knows of none that was being written: then somebody changed it. */
function cutUnfinished(file: string, keeper: HeadKeeper): boolean {
  if (!existsSync(file)) return false;
  const descriptor = openSync(file, 'r+');
  try {
    const { size } = fstatSync(descriptor);
    if (!endsMidLine(descriptor, size)) return false;
    const [torn, before] = linesFromEnd(descriptor, size, 2);
    if (torn === undefined) return false;
    const whole = before === undefined ? beginning.sequence : (readLine(before.text)?.sequence ?? null);
    const head = readHead(keeper);
    if (head !== undefined && !(isHead(head) && head.writing !== null && head.sequence === whole)) return false;
    ftruncateSync(descriptor, torn.from);
    fsyncSync(descriptor);
    return true;
  } finally {
    closeSync(descriptor);
  }
}

/** Where the file ends, as far as its last line can be read; writing goes on in any case. */
function endOf(file: string): End {
  if (!existsSync(file)) return beginning;
  const descriptor = openSync(file, 'r');
  try {
    const [last] = linesFromEnd(descriptor, fstatSync(descriptor).size, 1);
    if (last === undefined) return beginning;
    return readLine(last.text) ?? beginning;
  } finally {
    closeSync(descriptor);
  }
}

function list(file: string, limit: number): AuditEntry[] {
  if (!existsSync(file)) return [];
  const descriptor = openSync(file, 'r');
  try {
    const entries: AuditEntry[] = [];
    for (const { text } of linesFromEnd(descriptor, fstatSync(descriptor).size, limit)) {
      const entry = readLine(text);
      if (entry !== undefined) entries.push(entry);
    }
    return entries;
  } finally {
    closeSync(descriptor);
  }
}

async function check(file: string, keeper: HeadKeeper): Promise<AuditState> {
  const head = readHead(keeper);
  const size = existsSync(file) ? statSync(file).size : 0;
  let end: End = beginning;
  let entries = 0;
  let brokenAt: number | null = null;
  for await (const line of linesOf(file, size)) {
    entries += 1;
    if (brokenAt !== null) continue;
    const entry = line.finished ? readNext(end, line.text) : undefined;
    if (entry === undefined) brokenAt = entries;
    else end = entry;
    // A trail that was written anew from here on fits together, but not to what the head remembers.
    if (isHead(head) && end.sequence === head.sequence && end.hash !== head.hash) brokenAt ??= entries;
  }
  brokenAt ??= endBroken(head, end);
  return { entries, intact: brokenAt === null, brokenAt };
}

const isHead = (head: ReturnType<typeof readHead>): head is Head => head !== undefined && head !== 'unreadable';

/** Where a trail that fits together ends before or beyond what the head remembers. */
function endBroken(head: ReturnType<typeof readHead>, end: End): number | null {
  if (head === 'unreadable') return end.sequence + 1;
  const { sequence } = expectedEnd(head, end);
  return sequence === end.sequence ? null : Math.min(sequence, end.sequence) + 1;
}

/** The lines of the first `size` bytes; an append while they are read does not disturb. */
async function* linesOf(file: string, size: number): AsyncGenerator<{ text: string; finished: boolean }> {
  if (size === 0) return;
  let open = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(file, { end: size - 1 }) as AsyncIterable<Buffer>) {
      open = Buffer.concat([open, chunk]);
      let from = 0;
      for (let newline = open.indexOf(0x0a); newline >= 0; newline = open.indexOf(0x0a, from)) {
        yield { text: lineText(open.subarray(from, newline)), finished: true };
        from = newline + 1;
      }
      open = open.subarray(from);
    }
  } catch (error) {
    throw homeFailure(error, file);
  }
  if (open.length > 0) yield { text: lineText(open), finished: false };
}
