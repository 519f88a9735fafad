/** `holdfast backup`, `list` and `show`. */
import { isUnauthenticated, type BackupCard, type ManifestBody } from '../../shared/artifact.ts';
import { tableNameIn } from '../../shared/inventory.ts';
import { isReadBack, type VerifyReport } from '../../shared/verify.ts';
import { periodKinds, periodsAt } from '../../shared/period.ts';
import { choice, wholeNumber } from './arguments.ts';
import { zoneOf } from './zone.ts';
import type { Command } from './command.ts';
import { follow } from './follow.ts';
import { bytes } from '../../shared/bytes.ts';
import { directWords } from '../../shared/direct.ts';
import { count } from '../../shared/plural.ts';
import { duration, iso, isoOrNull, moment, table } from './format.ts';
import { nameOf } from './source-name.ts';
import { verifyJson } from './verify.ts';
import { words } from './words.ts';

interface Table {
  name: string;
  rows: number;
  digest: string | null;
}

/** Every table of a set; in a set of several databases the name says of which. */
export function tablesOf(manifest: ManifestBody): Table[] {
  if (manifest.inventory.form === 'sealed') return [];
  const { databases } = manifest.inventory.content;
  return databases.flatMap((database) =>
    database.tables.map(({ name, rows, digest }) => ({
      name: tableNameIn(database, name, databases.length > 1),
      rows,
      digest,
    })),
  );
}

const backup: Command = {
  name: 'backup',
  usage: 'NAME [--direct]',
  summary: 'back a source up now',
  details: `  --direct   straight to its first place that answers, where the data folder has no room for it: that holds a transaction of
             the database until everything is there, and what breaks off begins anew`,
  options: { direct: { type: 'boolean' } },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const name = nameOf(args);
    const direct = args.has('direct');
    if (direct) context.terminal.note(directWords(await (await context.api()).backup.directPreview({ name })));
    const { job, backup: made } = await follow(context, (api) =>
      api.backup.start({ name, ...(direct ? { direct } : {}) }),
    );
    if (made === null) throw new Error('A backup came to nothing');
    const { card, manifest } = made;
    const durationMs = (job.endedAt ?? 0) - (job.startedAt ?? 0);
    const tables = tablesOf(manifest);
    return {
      json: {
        backupId: card.backupId,
        source: card.source,
        takenAt: iso(card.takenAt),
        sizeBytes: card.sizeBytes,
        complete: manifest.complete,
        missing: manifest.missing,
        durationMs,
        tables,
        stored: card.stored,
      },
      text: [
        words.backupMade(
          card,
          duration(durationMs),
          tables.length,
          tables.reduce((sum, one) => sum + one.rows, 0),
        ),
        ...(isUnauthenticated(manifest.sealing) ? [words.unauthenticated] : []),
        ...(manifest.complete ? [] : [words.notComplete, ...manifest.missing.map((what) => `  ${what}`)]),
        ...card.stored
          .filter(({ state }) => state === 'failed')
          .map((place) => words.notStored(place.destination, place.message ?? '')),
        ...card.stored
          .filter(({ state }) => state === 'waiting')
          .map((place) => words.placeWaits(place.destination, place.message ?? '')),
        words.proveIt(card.backupId),
      ].join('\n'),
    };
  },
};

const list: Command = {
  name: 'list',
  usage: '[NAME] [--limit N] [--engine postgres|sqlite] [--pinned] [--by daily|weekly|monthly|yearly]',
  summary: 'the backups, newest first, and what they were proven to be',
  details: `  --engine ENGINE   only those of PostgreSQL or of SQLite
  --pinned          only those with a pin that has not ended
  --by PERIOD       by days, weeks, months or years
  --time-zone ZONE  where these begin; this machine's where it is left out`,
  options: {
    limit: { type: 'string' },
    engine: { type: 'string' },
    pinned: { type: 'boolean' },
    by: { type: 'string' },
    'time-zone': { type: 'string' },
  },
  places: { least: 0, most: 1 },
  async run(args, context) {
    const name = args.positionals.length === 0 ? {} : { name: nameOf(args) };
    const limit = args.given('limit') ? { limit: wholeNumber(args, 'limit', 1, 1, 100_000) } : {};
    const engine = choice(args, 'engine', ['postgres', 'sqlite'] as const);
    const by = choice(args, 'by', periodKinds);
    const timeZone = zoneOf(args);
    const cards = await (
      await context.api()
    ).backup.list({
      ...name,
      ...limit,
      ...(engine === undefined ? {} : { kind: engine }),
      ...(args.has('pinned') ? { pinned: true as const } : {}),
    });
    if (by === undefined)
      return { json: cards.map(cardJson), text: cards.length === 0 ? words.noBackups : cardTable(cards) };
    const periods = [...Map.groupBy(cards, ({ takenAt }) => periodsAt(takenAt, timeZone)[by])];
    return {
      json: periods.map(([period, backups]) => ({ period, backups: backups.map(cardJson) })),
      text:
        cards.length === 0
          ? words.noBackups
          : periods.map(([period, backups]) => `${period}\n${cardTable(backups)}`).join('\n\n'),
    };
  },
};

export function cardJson(card: BackupCard): Record<string, unknown> {
  const { backupId, source, kind, takenAt, sizeBytes, complete, verdict, provenAt, provenBy, stored, pin, insteadOf } =
    card;
  return {
    backupId,
    source,
    kind,
    takenAt: iso(takenAt),
    sizeBytes,
    complete,
    verdict,
    provenAt: isoOrNull(provenAt),
    provenBy: provenBy ?? null,
    stored,
    pin: pin === undefined ? null : { ...pin, since: iso(pin.since), until: isoOrNull(pin.until) },
    insteadOf: insteadOf ?? null,
  };
}

function cardTable(cards: BackupCard[]): string {
  return table(
    [
      { title: 'BACKUP' },
      { title: 'SOURCE' },
      { title: 'TAKEN' },
      { title: 'SIZE', align: 'right' },
      { title: 'COMPLETE' },
      { title: 'VERDICT' },
      { title: 'PIN' },
      { title: '' },
    ],
    cards.map((card) => [
      card.backupId,
      card.source,
      moment(card.takenAt),
      bytes(card.sizeBytes),
      card.complete ? 'yes' : 'no',
      isReadBack(card) ? 'read back' : card.verdict,
      card.pin?.reason ?? '',
      card.insteadOf === undefined ? '' : words.insteadOf(card.insteadOf),
    ]),
  );
}

const show: Command = {
  name: 'show',
  usage: 'BACKUP',
  summary: 'what a backup holds and how it was proven; BACKUP is an id or NAME@latest',
  options: {},
  places: { least: 1, most: 1 },
  async run(args, context) {
    const shown = await (await context.api()).backup.show({ backup: args.positionals[0] as string });
    const { card, manifest, proofs } = shown;
    const tables = tablesOf(manifest);
    return {
      json: {
        ...cardJson(card),
        finishedAt: iso(manifest.finishedAt),
        machine: manifest.machine,
        sealing: manifest.sealing,
        unauthenticated: isUnauthenticated(manifest.sealing),
        holdfast: manifest.holdfast,
        missing: manifest.missing,
        artifacts: manifest.artifacts,
        inventory: manifest.inventory.form === 'plain' ? manifest.inventory.content : null,
        tables,
        proofs: proofs.map(verifyJson),
      },
      text: showText(card, manifest, tables, proofs),
    };
  },
};

function showText(card: BackupCard, manifest: ManifestBody, tables: Table[], proofs: VerifyReport[]): string {
  return [
    `${card.backupId} of ${card.source}, taken ${moment(card.takenAt)} on ${manifest.machine.name}`,
    ...manifest.artifacts.map(
      (artifact) => `  ${artifact.name}  ${bytes(artifact.sizeBytes)} (${bytes(artifact.rawSizeBytes)} raw)`,
    ),
    ...(isUnauthenticated(manifest.sealing) ? [words.unauthenticated] : []),
    ...(manifest.complete ? [] : [words.notComplete, ...manifest.missing.map((what) => `  ${what}`)]),
    '',
    table(
      [{ title: 'TABLE' }, { title: 'ROWS', align: 'right' }],
      tables.map(({ name, rows }) => [name, count(rows)]),
    ),
    '',
    ...(proofs.length === 0
      ? [words.proveIt(card.backupId)]
      : proofs.map((proof) => `${moment(proof.endedAt)}  ${proof.level}: ${proof.verdict}`)),
  ].join('\n');
}

export const backupCommands: Command[] = [backup, list, show];
