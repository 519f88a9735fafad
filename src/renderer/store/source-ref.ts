/** How addresses and calls name a source: by its name where it is set up here, by its id where it is known from backups alone. */
import { type BackupCard } from '../../shared/artifact.ts';
import { type SourceId } from '../../shared/id.ts';
import { type Source } from '../../shared/source.ts';

type Named = Pick<BackupCard, 'source' | 'sourceId'>;
type SetUp = readonly Pick<Source, 'id' | 'name'>[];
type Backups = ReadonlyMap<SourceId, readonly Named[]>;

/** Another machine's source, or one that was removed, may bear the name of one that is set up here: its id means it alone. */
export const sourceRef = (sources: SetUp, { source, sourceId }: Named): string =>
  sources.some(({ id }) => id === sourceId) ? source : sourceId;

/** The source that is set up here under this id or name. */
export const sourceMeant = <S extends Pick<Source, 'id' | 'name'>>(
  sources: readonly S[],
  ref: string | null,
): S | undefined => sources.find(({ id }) => id === ref) ?? sources.find(({ name }) => name === ref);

/** What to call it: a name, also where the address has an id. */
export const sourceTitle = (sources: SetUp, backups: Backups, ref: string): string =>
  sourceMeant(sources, ref)?.name ?? backups.get(ref as SourceId)?.[0]?.source ?? ref;

/** Every source that has a backup, by its reference. `isHere`: it is set up here. */
export function sourcesWithBackups(sources: SetUp, backups: Backups): { ref: string; name: string; isHere: boolean }[] {
  return [...backups]
    .flatMap(([id, [card]]) =>
      card === undefined
        ? []
        : [{ ref: sourceRef(sources, card), name: card.source, isHere: sources.some((one) => one.id === id) }],
    )
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en') || Number(b.isHere) - Number(a.isHere));
}

/** An address may have the name of a source that is not set up here: it is meant where it is the only one. */
export function refMeant(all: readonly { ref: string; name: string }[], asked: string | null): string | null {
  if (asked === null || all.some(({ ref }) => ref === asked)) return asked;
  const named = all.filter(({ name }) => name === asked);
  return named.length === 1 ? (named[0]?.ref ?? asked) : asked;
}
