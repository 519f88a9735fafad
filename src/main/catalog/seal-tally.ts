/** Whom backups are sealed for, from the few rows that are counted as they come and go. */
import type Database from 'better-sqlite3';
import type { StoredState } from '../../shared/artifact.ts';
import type { BackupId, Instant } from '../../shared/id.ts';
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

export interface OldestBackup<Group> {
  backupId: BackupId;
  source: string;
  takenAt: Instant;
  sizeBytes: number;
  group: Group;
}

export interface BackupSeals {
  /** Whom it is sealed for; nobody where it is not sealed. */
  recipients(id: BackupId): string[];
  sealGroups(): SealGroup[];
  /** The oldest of these groups, oldest first; all of them without a limit. */
  oldestOf<Group extends SealGroup>(groups: readonly Group[], limit?: number): OldestBackup<Group>[];
  /** Which of these groups it is one of. */
  groupOf<Group extends SealGroup>(id: BackupId, groups: readonly Group[]): Group | undefined;
}

/** The statements; a test looks at how SQLite runs them. */
export const sealSql = {
  groups: `SELECT recipients, stored, backups, size_bytes AS sizeBytes FROM seal_tally`,
  oldest: `SELECT backups.id, backups.taken_at, backups.number, coalesce(sources.name, backups.source_name), backups.size_bytes,
      backups.stored
    FROM backups INDEXED BY backups_sealed_for LEFT JOIN sources ON sources.id = backups.source_id
    WHERE backups.recipients IS ? AND backups.stored IN (SELECT value FROM json_each(?))
    ORDER BY backups.taken_at, backups.number LIMIT ?`,
};

type GroupRow = Omit<SealGroup, 'recipients' | 'stored' | 'text'> & {
  recipients: Json<string[]> | '';
  stored: Json<StoredState[]>;
};
type OldestRow = [BackupId, Instant, number, string, number, Json<StoredState[]>];

export function sealsOf(database: Database.Database): BackupSeals {
  const groups = database.prepare<[], GroupRow>(sealSql.groups);
  const oldest = database.prepare<[string | null, string, number], OldestRow>(sealSql.oldest).raw();
  const one = database.prepare<[string], SealGroup['text']>('SELECT recipients, stored FROM backups WHERE id = ?');
  return {
    recipients: (id) => recipientsIn(one.get(id)?.recipients ?? null),
    sealGroups: () => groups.all().map(toGroup),
    oldestOf: (asked, limit = -1) => {
      const rows = [...byRecipients(asked)].flatMap(([recipients, groupsBy]) =>
        oldest
          .all(recipients, JSON.stringify([...groupsBy.keys()]), limit)
          .map((row) => ({ row, group: groupsBy.get(row[5]) })),
      );
      rows.sort(({ row: [, takenA, numberA] }, { row: [, takenB, numberB] }) => takenA - takenB || numberA - numberB);
      return rows
        .slice(0, limit === -1 ? undefined : limit)
        .flatMap(({ row: [backupId, takenAt, , source, sizeBytes], group }) =>
          group === undefined ? [] : { backupId, source, takenAt, sizeBytes, group },
        );
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

function byRecipients<Group extends SealGroup>(groups: readonly Group[]): Map<string | null, Map<string, Group>> {
  const all = new Map<string | null, Map<string, Group>>();
  for (const group of groups) {
    const { recipients, stored } = group.text;
    const same = all.get(recipients) ?? new Map<string, Group>();
    all.set(recipients, same.set(stored, group));
  }
  return all;
}
