/** What a bucket locks by itself, set from here: said first, accepted, and in the trail. */
import { createHash } from 'node:crypto';
import type { Caller } from '../../shared/channel.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import { lockSet, type LockPreview, type LockWish, type PlaceSetup } from '../../shared/place-admin.ts';
import { plural } from '../../shared/plural.ts';
import type { SeenPlace } from '../destination/admin.ts';
import { withAdmin } from './place.ts';
import { told } from './place-setup.ts';
import type { Rooms } from './rooms.ts';
import { audit } from './trail.ts';

export const previewLock = (
  rooms: Rooms,
  card: DestinationCard,
  wish: LockWish | null,
  signal: AbortSignal,
): Promise<LockPreview> => withAdmin(rooms, card, async (admin) => preview(card, await admin.look(signal), wish));

export async function setLock(
  rooms: Rooms,
  card: DestinationCard,
  { wish, token, accept }: { wish: LockWish | null; token: string; accept: boolean },
  caller: Caller,
): Promise<PlaceSetup> {
  return withAdmin(rooms, card, async (admin) => {
    const now = preview(card, await admin.look(caller.signal), wish);
    if (now.token !== token) throw new Fail('lock.moved', 'The bucket has another lock by now. Nothing was changed.');
    if (!accept) throw new Fail('lock.not-accepted', now.words.join(' '));
    await admin.setLock(wish, now.before);
    audit(rooms, 'place.lock-set', caller.actor, card.name, {
      destination: card.id,
      mode: wish?.mode ?? null,
      days: wish?.days ?? null,
    });
    return told(rooms, card, await admin.look(caller.signal));
  });
}

/** @throws Fail lock.not-enabled, destination.unsupported where it cannot be set, with what the place says of it */
function preview(card: DestinationCard, { lock, lifecycle }: SeenPlace, wish: LockWish | null): LockPreview {
  if (lock.refusal !== null) throw lock.refusal;
  const before = lockSet(lock);
  const words = [
    ...(wish === null ? wordsOfNone : wordsOf(wish)),
    ...staysLocked(before, wish),
    ...(wish === null ? [] : afterwards(lifecycle.wish?.versionsAfterDays ?? null)),
  ];
  return { token: tokenOf(card, before, wish), before, words };
}

const tokenOf = (card: DestinationCard, before: LockWish | null, wish: LockWish | null): string =>
  createHash('sha256')
    .update(JSON.stringify([card.id, before?.mode, before?.days, wish?.mode, wish?.days]))
    .digest('hex')
    .slice(0, 32);

const wordsOfNone = ['What is stored from now on is not locked: whoever may remove, removes.'];

const wordsOf = ({ mode, days }: LockWish): string[] => [
  `Nothing that is stored from now on can be deleted for good before ${plural(days, 'day')} are over, by retention or a purge of Holdfast neither.`,
  mode === 'compliance'
    ? 'Compliance gives way to nobody: not to you, not to the owner of the account. What is locked is paid for until its days are over.'
    : 'Governance gives way to whoever may bypass it (s3:BypassGovernanceRetention), also to a stolen login. Whether the one of this computer may is tried among its rights.',
  'It holds for the whole bucket, also for what others store there. What is there already stays as it is.',
];

function staysLocked(before: LockWish | null, wish: LockWish | null): string[] {
  if (before === null) return [];
  const isWeaker =
    wish === null || wish.days < before.days || (before.mode === 'compliance' && wish.mode === 'governance');
  return isWeaker
    ? [
        `What was locked until now (${before.mode}, ${plural(before.days, 'day')}) stays locked until its days are over.`,
      ]
    : [];
}

/** Retention removes by name: the locked version stays below the mark. */
const afterwards = (versionsAfterDays: number | null): string[] => [
  'What retention or a purge removes earlier is gone from the lists, and its bytes stay there as an older version.',
  versionsAfterDays === null
    ? 'No lifecycle of Holdfast deletes older versions when their days are over: they stay, and are paid for, until you set one.'
    : `Older versions are deleted after ${plural(versionsAfterDays, 'day')} by the lifecycle, and not before their lock has ended.`,
];
