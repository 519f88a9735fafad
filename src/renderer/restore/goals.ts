/** Pure: which goals can be reached from here. One that cannot is not shown. */
import type { BackupCard } from '../../shared/artifact.ts';
import type { Source } from '../../shared/source.ts';
import type { Goal } from './draft.ts';

export function goalsFor(facts: { source: Source | undefined; chosen: BackupCard | undefined }): Goal[] {
  const kind = facts.chosen?.kind ?? facts.source?.settings.kind;
  // A new database beside the old one needs the old one's server; a file needs no source.
  const beside = facts.source !== undefined || kind === 'sqlite';
  return [
    // What goes back into its place needs the place.
    ...(facts.source === undefined ? [] : (['undo'] as const)),
    ...(beside ? (['beside'] as const) : []),
    ...(kind === 'postgres' ? (['move'] as const) : []),
  ];
}
