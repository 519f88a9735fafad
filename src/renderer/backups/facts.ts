/** Pure: a manifest as facts for a person. */
import { isUnauthenticated, type ManifestBody } from '../../shared/artifact.ts';
import { backups as words, madeWith } from '../words/backups.ts';
import { clockTime } from '../words/moment.ts';
import { count, duration, listed } from '../words/number.ts';

export interface Fact {
  key: string;
  label: string;
  text: string;
  mono?: boolean;
}

/** Names of a list, cut where nobody would read on. */
const named = (names: readonly string[]): string =>
  names.length <= 8 ? names.join(', ') : `${names.slice(0, 8).join(', ')} and ${count(names.length - 8)} more`;

export function factsOf(manifest: ManifestBody, zone: string): Fact[] {
  const stored = manifest.artifacts.reduce((sum, artifact) => sum + artifact.sizeBytes, 0);
  const raw = manifest.artifacts.reduce((sum, artifact) => sum + artifact.rawSizeBytes, 0);
  const facts: Fact[] = [
    { key: 'snapshot', label: words.fact.snapshot, text: words.oneTransaction(clockTime(manifest.takenAt, zone)) },
    ...contentFacts(manifest),
    { key: 'madeWith', label: words.fact.madeWith, text: madeWith(manifest) },
    { key: 'packed', label: words.fact.packed, text: words.packed(stored, raw) },
    ...(isUnauthenticated(manifest.sealing)
      ? [{ key: 'unauthenticated', label: words.fact.sealed, text: words.unauthenticated }]
      : []),
    { key: 'machine', label: words.fact.machine, text: `${manifest.machine.name}, Holdfast ${manifest.holdfast}` },
    { key: 'id', label: words.fact.id, text: manifest.backupId, mono: true },
  ];
  return facts;
}

function contentFacts(manifest: ManifestBody): Fact[] {
  if (manifest.inventory.form === 'sealed')
    return [{ key: 'sealed', label: words.fact.sealed, text: words.sealedText }];
  const { databases, globals } = manifest.inventory.content;
  const tables = databases.reduce((sum, database) => sum + database.tables.length, 0);
  const sizes = databases.map((database) => database.liveSizeBytes);
  const live = sizes.some((size) => size === null) ? null : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const largeObjects = databases.reduce((sum, database) => sum + (database.largeObjects?.count ?? 0), 0);
  const extensions = new Set(
    databases.flatMap(({ engine }) =>
      engine.kind === 'postgres' ? engine.extensions.map((one) => one.name).filter((name) => name !== 'plpgsql') : [],
    ),
  );
  const waited = Math.max(0, ...databases.map(({ engine }) => (engine.kind === 'sqlite' ? engine.writersWaitedMs : 0)));
  return [
    { key: 'content', label: words.fact.content, text: words.content(live, tables, databases.length) },
    ...(largeObjects > 0 ? [{ key: 'largeObjects', label: words.fact.largeObjects, text: count(largeObjects) }] : []),
    ...(extensions.size > 0 ? [{ key: 'extensions', label: words.fact.extensions, text: named([...extensions]) }] : []),
    ...(globals !== null && globals.roles.length > 0
      ? [{ key: 'roles', label: words.fact.roles, text: named(globals.roles) }]
      : []),
    ...(waited > 0 ? [{ key: 'waited', label: words.fact.writersWaited, text: duration(waited) }] : []),
    ...(databases.every((database) => database.digest === null)
      ? [{ key: 'digests', label: words.fact.digests, text: words.noDigests }]
      : []),
    ...(manifest.missing.length > 0
      ? [{ key: 'missing', label: words.fact.missing, text: listed(manifest.missing) }]
      : []),
  ];
}
