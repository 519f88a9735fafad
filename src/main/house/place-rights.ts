/** What somebody with a login of this computer could destroy in a place. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { PlaceRight, PlaceRights } from '../../shared/place-admin.ts';
import { bodyOf, key, type Destination } from '../destination/destination.ts';
import { openAdmin } from '../destination/admin.ts';
import { openDestination } from '../destination/open.ts';
import { asDeleter, deletionSecrets } from './deletion-key.ts';
import { placeSecrets, surroundingsOf } from './place.ts';
import type { Rooms } from './rooms.ts';

/** @param asWhoDeletes with the login for deletions, where there is one. @throws Fail destination.* */
export async function rightsInPlace(
  rooms: Rooms,
  card: DestinationCard,
  asWhoDeletes: boolean,
  signal: AbortSignal,
): Promise<PlaceRights> {
  if (asWhoDeletes && card.deletion === undefined)
    throw new Fail('vault.missing-secret', `${card.name} has no login for deletions.`, {
      hint: 'holdfast destination change NAME --deletion-login LOGIN gives it one.',
    });
  const { settings } = asWhoDeletes ? asDeleter(card) : card;
  const access = {
    secrets: asWhoDeletes ? await deletionSecrets(rooms, card) : await placeSecrets(rooms, card),
    surroundings: surroundingsOf(rooms),
  };
  const admin = await openAdmin(settings, access);
  const place = await openDestination(settings, access);
  try {
    const rights = [...(await ofObjects(place, signal)), ...(await admin.rights(signal))];
    return { at: rooms.clock.now(), rights, words: summaryOf(rights), advice: admin.rightsAdvice() };
  } finally {
    admin.close();
    await place.close();
  }
}

async function ofObjects(place: Destination, signal: AbortSignal): Promise<PlaceRight[]> {
  const name = key('tests', randomUUID());
  const may = async (work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof Fail && refusals.has(thrown.code)) return false;
      throw thrown;
    }
  };
  const put = () => place.put(name, bodyOf(randomBytes(16)), { signal });
  if (!(await may(() => place.put(name, bodyOf(randomBytes(16)), { signal, ifAbsent: true }))))
    return (['overwrite', 'remove'] as const).map((what) => ({
      what,
      answer: 'unknown',
      words: 'Not tried: this login may not store anything.',
    }));
  const overwrite = await may(put);
  await may(() => place.remove(name));
  // A place may say that it removed something and keep it.
  const removed = (await place.stat(name)) === undefined;
  return [
    {
      what: 'overwrite',
      answer: overwrite ? 'yes' : 'no',
      words: overwrite ? 'It replaced an object.' : 'It was refused.',
    },
    { what: 'remove', answer: removed ? 'yes' : 'no', words: removed ? 'It removed an object.' : 'It was refused.' },
  ];
}

const refusals = new Set(['destination.permission', 'destination.exists']);

/** Pure: the gravest thing first. */
export function summaryOf(rights: readonly PlaceRight[]): string {
  const says = (what: PlaceRight['what'], ...answers: PlaceRight['answer'][]): boolean =>
    rights.some((right) => right.what === what && answers.includes(right.answer));
  const keeps = says('remove-version', 'no');
  if (says('delete-place', 'yes')) return 'Whoever has this login can destroy everything there, with the place itself.';
  if ((says('remove', 'yes') || says('overwrite', 'yes')) && !keeps)
    return says('bypass-lock', 'no')
      ? 'Whoever has this login can destroy what is not locked.'
      : 'Whoever has this login can destroy every backup there, for good.';
  if (says('remove', 'yes') || says('overwrite', 'yes'))
    return 'Whoever has this login can remove or replace backups there, and older versions bring them back.';
  if (says('remove', 'no') && says('overwrite', 'no'))
    return 'Whoever has this login can read backups there, and neither replace nor remove one.';
  return 'Not everything could be tried.';
}
