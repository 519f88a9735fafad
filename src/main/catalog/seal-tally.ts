/** Whom backups are sealed for, from the few rows that are counted as they come and go. */
import type Database from 'better-sqlite3';
import type { StoredState } from '../../shared/artifact.ts';
import type { BackupId } from '../../shared/id.ts';
import { fromJson, type Json } from './json.ts';

/** Backups that are sealed for the same, and lie in the same places in the same states. */
export interface SealGroup {
  /** Nobody where they are not sealed. */
  recipients: readonly string[];
  stored: readonly StoredState[];
  backups: number;
  sizeBytes: number;
  /** How the catalog writes it down. */
  text: { recipients: Json<string[]> | null; stored: Json<StoredState[]> };
}

export interface BackupSeals {
  /** Whom it is sealed for; nobody where it is not sealed. */
  recipients(id: BackupId): string[];
  sealGroups(): SealGroup[];
  /** The oldest of these groups, oldest first; all of them without a limit. */
  oldestOf(groups: readonly SealGroup[], limit?: number): BackupId[];
  /** Which of these groups it is one of. */
  groupOf<Group extends SealGroup>(id: BackupId, groups: readonly Group[]): Group | undefined;
}

/** The statements; a test looks at how SQLite runs them. */
export const sealSql = {
  groups: `SELECT recipients, stored, backups, size_bytes AS sizeBytes FROM seal_tally`,
  oldest: `SELECT id, taken_at, number FROM backups INDEXED BY backups_sealed_for
    WHERE recipients IS ? AND stored IN (SELECT value FROM json_each(?)) ORDER BY taken_at, number LIMIT ?`,
};

type GroupRow = Omit<SealGroup, 'recipients' | 'stored' | 'text'> & {
  recipients: Json<string[]> | '';
  stored: Json<StoredState[]>;
};
type Moment = [BackupId, number, number];

export function sealsOf(database: Database.Database): BackupSeals {
  const groups = database.prepare<[], GroupRow>(sealSql.groups);
  const oldest = database.prepare<[string | null, string, number], Moment>(sealSql.oldest).raw();
  const one = database.prepare<[string], SealGroup['text']>('SELECT recipients, stored FROM backups WHERE id = ?');
  return {
    recipients: (id) => recipientsIn(one.get(id)?.recipients ?? null),
    sealGroups: () => groups.all().map(toGroup),
    oldestOf: (asked, limit = -1) => {
      const found = [...byRecipients(asked)].flatMap(([recipients, texts]) =>
        oldest.all(recipients, JSON.stringify(texts), limit),
      );
      found.sort(([, takenA, numberA], [, takenB, numberB]) => takenA - takenB || numberA - numberB);
      return found.slice(0, limit === -1 ? undefined : limit).map(([id]) => id);
    },
    groupOf: (id, asked) => {
      const row = one.get(id);
      return row && asked.find(({ text }) => text.recipients === row.recipients && text.stored === row.stored);
    },
  };
}

const recipientsIn = (text: Json<string[]> | null): string[] => (text === null ? [] : fromJson(text));

function toGroup({ recipients, stored, ...counts }: GroupRow): SealGroup {
  const text = { recipients: recipients === '' ? null : recipients, stored };
  return { ...counts, text, recipients: recipientsIn(text.recipients), stored: fromJson(stored) };
}

function byRecipients(groups: readonly SealGroup[]): Map<string | null, string[]> {
  const texts = new Map<string | null, string[]>();
  for (const { text } of groups) texts.set(text.recipients, [...(texts.get(text.recipients) ?? []), text.stored]);
  return texts;
}
