import type Database from 'better-sqlite3';
import type { BackupCard, ManifestBody, StoredState } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId, DestinationId, Instant, MachineId, SourceId } from '../../shared/id.ts';
import type { Pin } from '../../shared/pin.ts';
import { copyGroups, textsIn } from './copy-tally.ts';
import { fromJson, type Json } from './json.ts';
import { settler } from './proofs.ts';
import { weigher, type WeighedBackup } from './weighed.ts';

/** A backup as it comes to the catalog: from the job that made it, or from a manifest found in a destination. */
export interface FoundBackup {
  manifest: ManifestBody;
  /** Of the manifest's first line. */
  manifestSha256: string;
  stored: StoredState[];
}

export interface ListOptions {
  sourceId?: SourceId | undefined;
  /** Those of all of these sources, in one order. */
  sourceIds?: readonly SourceId[] | undefined;
  /** At most so many, the newest; all where it is left out. */
  limit?: number | undefined;
  /** Only those that come after it in the list. */
  before?: BackupId | undefined;
  verdict?: BackupCard['verdict'] | undefined;
  kind?: BackupCard['kind'] | undefined;
}

/** Where a backup stands in lists. */
export interface BackupPlace {
  number: number;
  takenAt: Instant;
}

/** A cache of the manifests in the destinations: everything here can be read again from them. */
export interface Backups {
  /** Adds a backup, or brings a known one up to date; its place in the order of insertion stays. */
  put(found: FoundBackup): void;
  card(id: BackupId): BackupCard | undefined;
  /**
   * Newest first by `takenAt`; of the same moment, the one that came later first.
   * Fails with `backup.unknown` where `before` is none.
   */
  cards(options?: ListOptions): BackupCard[];
  /** The sources whose backups bear this name in lists, those that were removed or never known here included. */
  sourcesNamed(name: string): SourceId[];
  /** The one that came last, whatever the clock said. */
  latest(sourceId: SourceId): BackupCard | undefined;
  manifest(id: BackupId): ManifestBody | undefined;
  manifestSha256(id: BackupId): string | undefined;
  /** Whom it is sealed for; nobody where it is not sealed. */
  recipients(id: BackupId): string[];
  /** Whom each backup that lies in this place is sealed for, oldest first. */
  sealedIn(
    destination: DestinationId,
  ): { backupId: BackupId; recipients: readonly string[]; places: readonly DestinationId[] }[];
  /** Fails with `backup.unknown`. */
  setStored(id: BackupId, stored: StoredState[]): void;
  /** The newest of each period of each of these sources, or of all, newest first; a period is what `periodOf` calls it. */
  lastOfEach(periodOf: (takenAt: Instant) => string, sourceIds?: readonly SourceId[]): BackupPlace[];
  /** Undefined where there is no such backup. */
  placeOf(id: BackupId): BackupPlace | undefined;
  cardAt(place: BackupPlace): BackupCard | undefined;
  /** What a rule weighs: every backup of a source, newest first. */
  weighed(sourceId: SourceId): WeighedBackup[];
  /** Which machine made each backup of a source; null where its manifest was lost. */
  machinesOf(sourceId: SourceId): Map<BackupId, MachineId | null>;
  /** When this machine made its newest, by its clock. */
  newestOf(machine: MachineId): Instant | null;
  /** Where any backup of a source lies. */
  placesOf(sourceId: SourceId): DestinationId[];
  /** What a place should hold. */
  storedIn(destination: DestinationId): BackupId[];
  /** Those that a place waits for, oldest first. */
  waiting(): BackupCard[];
  /** Those that some place gave up, oldest first. */
  refused(): BackupCard[];
  /** Those of the same source that were taken later come after it, though it was put later. */
  putBeforeLater(id: BackupId): void;
  /** With its proofs. Forgetting what is not there does nothing. */
  forget(id: BackupId): void;
  /** Forgets every backup, before they are read again. Proofs wait for the backups that they proved. */
  clear(): void;
}

interface CardRow {
  number: number;
  backupId: string;
  source: string;
  sourceId: string;
  kind: string;
  takenAt: number;
  sizeBytes: number;
  complete: number;
  verdict: string;
  provenAt: number | null;
  provenBy: 'read' | 'restore' | null;
  stored: Json<StoredState[]>;
  pin: Json<Pin> | null;
}

/** A source that was renamed gives its backups the new name; one that is not known here leaves them the manifest's. */
const cardColumns = `
  SELECT backups.number, backups.id AS backupId, coalesce(sources.name, backups.source_name) AS source, backups.source_id AS sourceId,
    backups.kind, backups.taken_at AS takenAt, backups.size_bytes AS sizeBytes, backups.complete, backups.verdict,
    backups.proven_at AS provenAt, backups.proven_by AS provenBy, backups.stored, pins.body AS pin
  FROM backups LEFT JOIN sources ON sources.id = backups.source_id LEFT JOIN pins ON pins.backup_id = backups.id`;

const newestFirst = 'ORDER BY backups.taken_at DESC, backups.number DESC LIMIT ?';
const after = '(backups.taken_at, backups.number) < (?, ?)';

/** The statements that lists are made of; a test looks at how SQLite runs them. */
export const listSql = {
  all: `${cardColumns} WHERE ${after} ${newestFirst}`,
  ofSource: `${cardColumns} WHERE backups.source_id = ? AND ${after} ${newestFirst}`,
  ofVerdict: `${cardColumns} WHERE backups.verdict = ? AND ${after} ${newestFirst}`,
  ofSourceAndVerdict: `${cardColumns} WHERE backups.source_id = ? AND backups.verdict = ? AND ${after} ${newestFirst}`,
  ofKind: `${cardColumns} WHERE backups.kind = ? AND ${after} ${newestFirst}`,
  // The plus keeps SQLite with the order of the list: what else is asked is looked up in the same index, or in few rows.
  ofKindAndVerdict: `${cardColumns} WHERE backups.kind = ? AND +backups.verdict = ? AND ${after} ${newestFirst}`,
  ofSourceAndKind: `${cardColumns} WHERE backups.source_id = ? AND +backups.kind = ? AND ${after} ${newestFirst}`,
  ofSourceKindAndVerdict: `${cardColumns} WHERE backups.source_id = ? AND +backups.kind = ? AND backups.verdict = ?
    AND ${after} ${newestFirst}`,
  latest: `${cardColumns} WHERE backups.source_id = ? ORDER BY backups.number DESC LIMIT 1`,
  one: `${cardColumns} WHERE backups.id = ?`,
  numbered: `${cardColumns} WHERE backups.number = ?`,
  waiting: `${cardColumns} WHERE instr(backups.stored, '"state":"waiting"') > 0 ORDER BY backups.number`,
  refused: `${cardColumns} WHERE instr(backups.stored, '"state":"failed"') > 0 ORDER BY backups.number`,
};

function toCard({ number, provenBy, pin, ...row }: CardRow): BackupCard {
  void number;
  const more = { ...(provenBy === null ? {} : { provenBy }), ...(pin === null ? {} : { pin: fromJson(pin) }) };
  return { ...row, ...more, complete: row.complete === 1, stored: fromJson(row.stored) } as BackupCard;
}

export function backupsOf(database: Database.Database): Backups {
  const latest = database.prepare<[string], CardRow>(listSql.latest);
  const one = database.prepare<[string], CardRow>(listSql.one);
  const line = database.prepare<[string], Json<ManifestBody>>('SELECT line FROM manifests WHERE backup_id = ?').pluck();
  const recipients = database
    .prepare<[string], Json<string[]> | null>('SELECT recipients FROM backups WHERE id = ?')
    .pluck();
  const sha256 = database.prepare<[string], string>('SELECT manifest_sha256 FROM backups WHERE id = ?').pluck();
  const setStored = database.prepare('UPDATE backups SET stored = ? WHERE id = ?');
  const forget = database.prepare('DELETE FROM backups WHERE id = ?');
  const forgetReadings = database.prepare('DELETE FROM readings WHERE backup_id = ?');
  const forgetProofs = database.prepare('DELETE FROM proofs WHERE backup_id = ?');
  const waiting = database.prepare<[], CardRow>(listSql.waiting);
  const refused = database.prepare<[], CardRow>(listSql.refused);
  const renumber = database.prepare(
    `UPDATE backups SET number = number + (SELECT max(number) FROM backups)
     WHERE source_id = (SELECT source_id FROM backups WHERE id = @id) AND taken_at > (SELECT taken_at FROM backups WHERE id = @id)`,
  );
  const clear = database.prepare('DELETE FROM backups');
  const card = (row: CardRow | undefined): BackupCard | undefined => (row === undefined ? undefined : toCard(row));
  return {
    put: database.transaction(putter(database)),
    card: (id) => card(one.get(id)),
    cards: lister(database),
    sourcesNamed: namer(database),
    latest: (sourceId) => card(latest.get(sourceId)),
    manifest: (id) => {
      const text = line.get(id);
      return text === undefined ? undefined : fromJson(text);
    },
    manifestSha256: (id) => sha256.get(id),
    recipients: (id) => {
      const text = recipients.get(id) ?? undefined;
      return text === undefined ? [] : fromJson(text);
    },
    setStored: (id, stored) => {
      const { changes } = setStored.run(JSON.stringify(stored), id);
      if (changes === 0) throw new Fail('backup.unknown', `There is no backup ${id}.`);
    },
    waiting: () => waiting.all().map(toCard),
    refused: () => refused.all().map(toCard),
    putBeforeLater: (id) => void renumber.run({ id }),
    forget: database.transaction((id: BackupId): void => {
      forget.run(id);
      forgetProofs.run(id);
      forgetReadings.run(id);
    }),
    clear: () => void clear.run(),
    ...viewer(database),
    ...machinesAndPlaces(database),
  };
}

function machinesAndPlaces(
  database: Database.Database,
): Pick<Backups, 'weighed' | 'machinesOf' | 'newestOf' | 'placesOf' | 'storedIn' | 'sealedIn'> {
  const machines = database
    .prepare<[string], [BackupId, MachineId | null]>('SELECT id, machine_id FROM backups WHERE source_id = ?')
    .raw();
  const newest = database
    .prepare<[string], number | null>('SELECT max(taken_at) FROM backups WHERE machine_id = ?')
    .pluck();
  // In the order of the ids, from an index alone, and as one text: a hundred thousand rows cost more than their ids.
  const lying = database
    .prepare<[string], string | null>(
      `SELECT group_concat(id, ' ') FROM
         (SELECT id FROM backups INDEXED BY backups_lying WHERE stored IN (SELECT value FROM json_each(?)) ORDER BY id)`,
    )
    .pluck();
  const groups = copyGroups(database);
  return {
    weighed: weigher(database),
    machinesOf: (sourceId) => new Map(machines.all(sourceId)),
    placesOf: (sourceId) => {
      const stored = groups(sourceId).flatMap((group) => group.stored.filter(({ state }) => state === 'stored'));
      return [...new Set(stored.map(({ destination }) => destination))];
    },
    newestOf: (machine) => newest.get(machine) ?? null,
    storedIn: (destination) => (lying.get(textsIn(groups(), destination, ['stored']))?.split(' ') ?? []) as BackupId[],
    sealedIn: sealedBy(database),
  };
}

function viewer(database: Database.Database): Pick<Backups, 'lastOfEach' | 'placeOf' | 'cardAt'> {
  type Moment = [SourceId, Instant, number];
  const order = 'ORDER BY source_id DESC, taken_at DESC, number DESC';
  const moments = 'SELECT source_id, taken_at, number FROM backups INDEXED BY backups_by_source_and_time';
  const all = database.prepare<[], Moment>(`${moments} ${order}`).raw();
  const ofSource = database.prepare<[string], Moment>(`${moments} WHERE source_id = ? ${order}`).raw();
  const place = database.prepare<[string], BackupPlace>('SELECT number, taken_at AS takenAt FROM backups WHERE id = ?');
  const numbered = database.prepare<[number], CardRow>(listSql.numbered);
  return {
    lastOfEach: (periodOf, sourceIds) => {
      const found: BackupPlace[] = [];
      let before: { sourceId: SourceId; period: string } | undefined;
      for (const [sourceId, takenAt, number] of sourceIds?.flatMap((id) => ofSource.all(id)) ?? all.all()) {
        const period = periodOf(takenAt);
        if (period === before?.period && sourceId === before.sourceId) continue;
        before = { sourceId, period };
        found.push({ number, takenAt });
      }
      return found.toSorted((a, b) => b.takenAt - a.takenAt || b.number - a.number);
    },
    placeOf: (id) => place.get(id),
    cardAt: ({ number }) => {
      const row = numbered.get(number);
      return row === undefined ? undefined : toCard(row);
    },
  };
}

function sealedBy(database: Database.Database): Backups['sealedIn'] {
  const rows = database.prepare<
    [string],
    { backupId: BackupId; recipients: Json<string[]> | null; stored: Json<StoredState[]> }
  >(
    `SELECT backups.id AS backupId, backups.recipients, backups.stored FROM backups, json_each(backups.stored) AS place
     WHERE json_extract(place.value, '$.destination') = ? AND json_extract(place.value, '$.state') = 'stored'
     ORDER BY backups.taken_at, backups.number`,
  );
  return (destination) => {
    // Most of a hundred thousand backups are sealed for the same, and lie in the same places.
    const recipientsOf = once((text: Json<string[]>) => fromJson(text));
    const placesOf = once((text: Json<StoredState[]>) => fromJson(text).map((one) => one.destination));
    return rows.all(destination).map(({ backupId, recipients, stored }) => ({
      backupId,
      recipients: recipients === null ? [] : recipientsOf(recipients),
      places: placesOf(stored),
    }));
  };
}

/** The same text is read once. */
function once<Text extends string, Value>(read: (text: Text) => Value): (text: Text) => Value {
  const known = new Map<Text, Value>();
  return (text) => {
    const value = known.get(text) ?? read(text);
    known.set(text, value);
    return value;
  };
}

/** Beyond every backup: the list begins with the newest. */
const fromTheNewest = [Number.MAX_SAFE_INTEGER, 0] as const;

function lister(database: Database.Database): Backups['cards'] {
  const prepare = (sql: string): Database.Statement<(string | number)[], CardRow> => database.prepare(sql);
  const all = prepare(listSql.all);
  const ofSource = prepare(listSql.ofSource);
  const ofVerdict = prepare(listSql.ofVerdict);
  const ofSourceAndVerdict = prepare(listSql.ofSourceAndVerdict);
  const place = database.prepare<[string], [number, number]>('SELECT taken_at, number FROM backups WHERE id = ?').raw();
  const ofKind = prepare(listSql.ofKind);
  const ofKindAndVerdict = prepare(listSql.ofKindAndVerdict);
  const ofSourceAndKind = prepare(listSql.ofSourceAndKind);
  const ofSourceKindAndVerdict = prepare(listSql.ofSourceKindAndVerdict);
  const rowsOf = (sourceId: SourceId | undefined, { kind, verdict }: ListOptions, rest: number[]): CardRow[] => {
    const asked = [sourceId, kind, verdict].filter((one) => one !== undefined);
    if (sourceId === undefined) {
      if (kind === undefined) return (verdict === undefined ? all : ofVerdict).all(...asked, ...rest);
      return (verdict === undefined ? ofKind : ofKindAndVerdict).all(...asked, ...rest);
    }
    if (kind === undefined) return (verdict === undefined ? ofSource : ofSourceAndVerdict).all(...asked, ...rest);
    return (verdict === undefined ? ofSourceAndKind : ofSourceKindAndVerdict).all(...asked, ...rest);
  };
  return ({ sourceId, sourceIds = [sourceId], limit = -1, before, verdict, kind } = {}) => {
    const from = before === undefined ? fromTheNewest : place.get(before);
    if (from === undefined) throw new Fail('backup.unknown', `There is no backup ${before}.`);
    const rows = sourceIds.flatMap((id) => rowsOf(id, { verdict, kind }, [...from, limit]));
    if (sourceIds.length === 1) return rows.map(toCard);
    const inOrder = rows.toSorted((a, b) => b.takenAt - a.takenAt || b.number - a.number);
    return inOrder.slice(0, limit === -1 ? undefined : limit).map(toCard);
  };
}

function namer(database: Database.Database): Backups['sourcesNamed'] {
  const known = database.prepare<[string], SourceId>('SELECT id FROM sources WHERE name = ? ORDER BY number').pluck();
  const written = database
    .prepare<[string], SourceId>('SELECT DISTINCT source_id FROM backups WHERE source_name = ?')
    .pluck();
  const isKnown = database.prepare<[string], number>('SELECT 1 FROM sources WHERE id = ?').pluck();
  return (name) => [
    ...known.all(name),
    // A backup that was found in a place, of a source that this machine never had.
    ...written.all(name).filter((id) => isKnown.get(id) === undefined),
  ];
}

function putter(database: Database.Database): (found: FoundBackup) => void {
  const upsert = database.prepare(
    `INSERT INTO backups (id, source_id, source_name, kind, taken_at, finished_at, size_bytes, row_count, complete,
       manifest_sha256, stored, machine_id, recipients, verdict)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'unproven')
     ON CONFLICT (id) DO UPDATE SET source_id = excluded.source_id, source_name = excluded.source_name,
       kind = excluded.kind, taken_at = excluded.taken_at, finished_at = excluded.finished_at,
       size_bytes = excluded.size_bytes, row_count = excluded.row_count, complete = excluded.complete, manifest_sha256 = excluded.manifest_sha256, stored = excluded.stored,
       machine_id = excluded.machine_id, recipients = excluded.recipients`,
  );
  const keepLine = database.prepare(
    `INSERT INTO manifests (backup_id, line) VALUES (?, ?)
     ON CONFLICT (backup_id) DO UPDATE SET line = excluded.line`,
  );
  const settle = settler(database);
  return ({ manifest, manifestSha256, stored }) => {
    const { backupId, source, takenAt, artifacts, complete } = manifest;
    const sizeBytes = artifacts.reduce((sum, artifact) => sum + artifact.sizeBytes, 0);
    upsert.run(
      backupId,
      source.id,
      source.name,
      source.kind,
      takenAt,
      manifest.finishedAt,
      sizeBytes,
      countedRows(manifest),
      complete ? 1 : 0,
      manifestSha256,
      JSON.stringify(stored),
      manifest.machine.id,
      manifest.sealing === null ? null : JSON.stringify(manifest.sealing.recipients),
    );
    keepLine.run(backupId, JSON.stringify(manifest));
    settle(backupId);
  };
}

/** Null where the inventory is sealed. */
function countedRows({ inventory }: ManifestBody): number | null {
  if (inventory.form === 'sealed') return null;
  return inventory.content.databases.flatMap(({ tables }) => tables).reduce((sum, { rows }) => sum + rows, 0);
}
