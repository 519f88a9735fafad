import type { Need } from '../../shared/overview.ts';
import type { SourceFacts, World } from './facts.ts';
import { need } from './proof-needs.ts';
import { counted, listed, momentOf, sentence } from './words.ts';

/** What was stored and does not hold any more: one need, of the newest backup that has such a copy. */
export function copyNeeds({ damaged, source }: SourceFacts, world: World): Need[] {
  const [newest, ...others] = damaged;
  if (newest === undefined) return [];
  const bad = newest.stored.filter(({ state }) => state === 'damaged');
  const good = newest.stored
    .filter(({ state }) => state === 'stored')
    .map(({ destination }) => world.placeName(destination));
  const where = listed(bad.map(({ destination }) => world.placeName(destination)));
  const title = `A backup is damaged in ${where}.`;
  const found = `The backup of ${momentOf(newest.takenAt, world.now, world.timeZone)}: ${sentence(bad[0]?.message ?? 'It does not hold')}`;
  const remedy =
    good.length > 0
      ? `Its copy in ${listed(good)} holds: repair it from there.`
      : 'No other place has a copy of it. Back up again.';
  const more = others.length === 0 ? '' : ` The same is true of ${counted(others.length, 'other backup')}.`;
  const grade = source.sample === true ? 'hint' : 'attention';
  const told = need('copy-damaged', grade, title, `${found} ${remedy}${more}`, 'look');
  return [{ ...told, backupId: newest.backupId }];
}
