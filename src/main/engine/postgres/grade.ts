/** What the entries that could not be restored mean for the verdict. Pure. */
import type { Problem } from '../../../shared/verify.ts';
import type { Archive, ArchiveEntry } from './archive.ts';
import type { InventoryNames } from './inventory-name.ts';
import { isHarmless, isOwnership, type Complaint, type Complaints } from './complaint.ts';

export interface LeftOut {
  entryId: number;
  code: string;
  why: string;
}

export interface GradeOptions {
  /** In a throw-away server, loaded by a plain role: what only a superuser may make is not held against the backup. */
  scratch: boolean;
  /** The scope left tables or schemas out: what leans on them cannot be there either. */
  partial: boolean;
  /** Entries that were not tried at all, because what they need is not here. */
  leftOut: readonly LeftOut[];
  /** What an entry makes, in the manifest's names. */
  names: InventoryNames;
  /** Names of things that the manifest itself says are not to be had from this backup. */
  omitted: ReadonlySet<string>;
}

type Excuses = ReadonlyMap<number, { code: string; why: string }>;

/** Without these a database holds the same data under the same rules. */
const cosmeticKinds = new Set([
  'ACL',
  'ACL LANGUAGE',
  'DEFAULT ACL',
  'COMMENT',
  'SECURITY LABEL',
  'BLOB COMMENTS',
  'STATISTICS DATA',
  'DATABASE',
  'DATABASE PROPERTIES',
]);

/** Never excused by the want of a right: these hold data, or the rules for it. */
const neverExcused = new Set([
  'TABLE DATA',
  'BLOB',
  'BLOBS',
  'BLOB METADATA',
  'SEQUENCE SET',
  'FK CONSTRAINT',
  'CONSTRAINT',
  'CHECK CONSTRAINT',
]);

/** Rows; if these fail, nothing excuses it but the want of their table. */
export const dataKinds: ReadonlySet<string> = new Set(['TABLE DATA', 'BLOB', 'BLOBS', 'BLOB METADATA', 'SEQUENCE SET']);

/** How a server in English says that something is missing that others lean on. */
const absent = /(relation|schema|type|function|table|column|operator|sequence) .*does not exist/i;

/** A collation of the dumped server that this one does not have. */
const foreignCollation =
  /collation .* does not exist|could not create locale|ICU is not supported|could not open collator|could not convert locale/i;

/** How a server in English says that a role may not. A throw-away server always speaks English. */
const forbidden =
  /permission denied|must be superuser|must be owner|Must be superuser|is not trusted|must have .*privileges|only roles? with|not allowed for|Non-superusers/i;

/** The problem of every entry that failed or was left out, in the order of the archive. */
export function gradeComplaints(archive: Archive, said: Complaints, options: GradeOptions): Problem[] {
  const byEntry = new Map<number, Complaint[]>(said.entryIds.map((id) => [id, []]));
  const loose: Complaint[] = [];
  for (const complaint of said.complaints) {
    if (isHarmless(complaint)) continue;
    if (complaint.entryId === null) loose.push(complaint);
    else byEntry.get(complaint.entryId)?.push(complaint);
  }
  const noise = said.complaints.filter(isHarmless);
  const excused: Excuses = excuses(archive, byEntry, options);
  const problems = archive.entries.flatMap((entry): Problem[] => {
    const complaints = byEntry.get(entry.id);
    if (complaints === undefined)
      return excused.has(entry.id) && isLeftOut(entry, options) ? problemsOf(entry, [], excused, options) : [];
    // Named only for a greeting that the server did not know.
    if (complaints.length === 0 && noise.some((one) => one.entryId === entry.id)) return [];
    return problemsOf(entry, complaints, excused, options);
  });
  for (const { message } of loose) {
    problems.push({
      grade: 'fatal',
      code: 'restore.complaint',
      subject: 'the archive',
      message: `pg_restore: ${message}`,
    });
  }
  if ((said.ignored ?? 0) > 0 && problems.length === 0 && noise.length === 0) {
    const message = `pg_restore ignored ${said.ignored} errors that it did not explain.`;
    problems.push({ grade: 'fatal', code: 'restore.complaint', subject: 'the archive', message });
  }
  return problems;
}

const isLeftOut = (entry: ArchiveEntry, options: GradeOptions): boolean =>
  options.leftOut.some((one) => one.entryId === entry.id);

/** Why an entry is not held against the backup, by id; whatever cannot be made without it is excused with it. */
function excuses(
  archive: Archive,
  failed: ReadonlyMap<number, Complaint[]>,
  options: GradeOptions,
): Map<number, { code: string; why: string }> {
  const excused = new Map<number, { code: string; why: string }>(
    options.leftOut.map(({ entryId, code, why }) => [entryId, { code, why }]),
  );
  for (const entry of archive.entries) {
    const complaints = failed.get(entry.id) ?? [];
    const all = (pattern: RegExp): boolean =>
      complaints.length > 0 && complaints.every((one) => pattern.test(one.message));
    // A user mapping does not say in the archive which server it is for.
    if (
      options.scratch &&
      ((!neverExcused.has(entry.kind) && all(forbidden)) || (entry.kind === 'USER MAPPING' && complaints.length > 0))
    ) {
      excused.set(entry.id, {
        code: 'restore.not-as-plain-role',
        why: 'a plain role may not make it, and nothing here runs as superuser',
      });
    } else if (options.scratch && !dataKinds.has(entry.kind) && all(foreignCollation)) {
      excused.set(entry.id, { code: 'collation.unavailable', why: 'this computer does not have the collation' });
    } else if (options.partial && !dataKinds.has(entry.kind) && all(absent)) {
      excused.set(entry.id, {
        code: 'scope.left-out',
        why: 'it leans on something that the scope of this backup left out',
      });
    }
  }
  const followers = new Map<number, number[]>();
  for (const entry of archive.entries) {
    for (const needed of entry.dependsOn) followers.set(needed, [...(followers.get(needed) ?? []), entry.id]);
  }
  const queue = [...excused.keys()];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const follower of followers.get(id) ?? []) {
      if (excused.has(follower)) continue;
      const first = excused.get(id);
      if (first === undefined) continue;
      excused.set(follower, first);
      queue.push(follower);
    }
  }
  return excused;
}

function problemsOf(
  entry: ArchiveEntry,
  complaints: readonly Complaint[],
  excused: Excuses,
  options: GradeOptions,
): Problem[] {
  const subject = subjectOf(entry);
  const words = complaints[0]?.message.replace(/^could not execute query: /, '');
  if (isCosmetic(entry, complaints))
    return [{ grade: 'cosmetic', code: 'restore.entry', subject, message: words ?? 'It could not be restored.' }];
  const excuse = excused.get(entry.id);
  if (excuse === undefined) {
    return [
      {
        grade: 'fatal',
        code: 'restore.entry',
        subject,
        message: `It could not be restored: ${words ?? 'pg_restore does not say why'}`,
      },
    ];
  }
  // In the manifest's names, so that a comparison with the manifest knows what is not to be held against the backup.
  const names = options.names(entry);
  const message = `It could not be checked: ${excuse.why}${words === undefined ? '.' : ` (${words}).`}`;
  return (names.length === 0 ? [subject] : names).map((name) => ({
    grade: excuse.code === 'scope.left-out' && options.omitted.has(name) ? 'cosmetic' : 'unchecked',
    code: excuse.code,
    subject: name,
    message,
  }));
}

function isCosmetic(entry: ArchiveEntry, complaints: readonly Complaint[]): boolean {
  if (cosmeticKinds.has(entry.kind)) return true;
  if (complaints.length === 0) return false;
  if (
    entry.kind === 'SCHEMA' &&
    entry.name === 'public' &&
    complaints.every((one) => one.command?.startsWith('CREATE SCHEMA public;'))
  )
    return true;
  return complaints.every(isOwnership);
}

/** `TABLE public.places`, as the listing names it. */
export function subjectOf(entry: Pick<ArchiveEntry, 'kind' | 'schema' | 'name'>): string {
  return `${entry.kind} ${entry.schema === null ? '' : `${entry.schema}.`}${entry.name}`;
}
