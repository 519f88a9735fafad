/** How a place is set up, and what of that can be changed from here. Every change is previewed, asked once more, and in the trail. */
import { createHash } from 'node:crypto';
import type { Caller } from '../../shared/channel.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { SourceId } from '../../shared/id.ts';
import type {
  LifecycleClash,
  LifecyclePreview,
  LifecycleRule,
  LifecycleWish,
  PlaceSetup,
} from '../../shared/place-admin.ts';
import { goneAt } from '../../shared/place-rules.ts';
import { plural } from '../../shared/plural.ts';
import type { RetentionLine } from '../../shared/retention.ts';
import { thawHoursOf } from '../../shared/s3-presets.ts';
import type { PlaceAdmin, SeenPlace, SeenRule } from '../destination/admin.ts';
import { clashesOf, type KeptLine } from '../retention/expiry.ts';
import { deletes } from '../retention/keep.ts';
import { withAdmin } from './place.ts';
import { lookAtClock } from './retention-clock.ts';
import { evaluate, toldLine } from './retention-lines.ts';
import { rememberRules } from './remember-rules.ts';
import type { Rooms } from './rooms.ts';
import { audit } from './trail.ts';

const dayMs = 24 * 60 * 60 * 1000;

export const setupOfPlace = (rooms: Rooms, card: DestinationCard, signal: AbortSignal): Promise<PlaceSetup> =>
  withAdmin(rooms, card, async (admin) => told(rooms, card, await admin.look(signal)));

export function told(rooms: Rooms, card: DestinationCard, seen: SeenPlace): PlaceSetup {
  rememberRules(rooms, card, seen.lifecycle);
  const { digest: _digest, otherClasses: _otherClasses, rules, ...lifecycle } = seen.lifecycle;
  const { refusal, ...lock } = seen.lock;
  return {
    ...seen,
    at: rooms.clock.now(),
    lock: { ...lock, canSet: refusal === null },
    lifecycle: {
      ...lifecycle,
      rules: rules.map(toldRule),
      clashes: clashesOf(rules, linesIn(rooms, card), rooms.clock.now()),
    },
  };
}

const toldRule = ({ id, ours, enabled, prefix, hits, words }: SeenRule): LifecycleRule => ({
  id,
  ours,
  enabled,
  prefix,
  hits,
  words,
});

/** Every source that has something there, also one that is not set up here. */
function linesIn(rooms: Rooms, { id: destination }: DestinationCard): (RetentionLine & KeptLine)[] {
  const sources = new Set<SourceId>(
    rooms.catalog.backups
      .cards({})
      .filter(({ stored }) => stored.some((one) => one.destination === destination && one.state === 'stored'))
      .map(({ sourceId }) => sourceId),
  );
  // What a wrong clock stops from going here is not stopped there.
  const doubts = { clock: null, missing: () => [] };
  return [...sources].map((sourceId) => {
    const line = evaluate(rooms, { sourceId, destination }, doubts);
    return { ...toldLine(rooms, line), keepsAll: line.rules.length === 0 || !line.rules.every(deletes) };
  });
}

export async function switchVersioningOn(rooms: Rooms, card: DestinationCard, caller: Caller): Promise<PlaceSetup> {
  return withAdmin(rooms, card, async (admin) => {
    await admin.switchVersioningOn();
    audit(rooms, 'place.versioned', caller.actor, card.name, { destination: card.id });
    return told(rooms, card, await admin.look(caller.signal));
  });
}

export const previewLifecycle = (
  rooms: Rooms,
  card: DestinationCard,
  wish: LifecycleWish | null,
  signal: AbortSignal,
): Promise<LifecyclePreview> =>
  withAdmin(rooms, card, async (admin) => preview(rooms, card, admin, await admin.look(signal), wish));

export async function setLifecycle(
  rooms: Rooms,
  card: DestinationCard,
  { wish, token, accept }: { wish: LifecycleWish | null; token: string; accept: boolean },
  caller: Caller,
): Promise<PlaceSetup> {
  return withAdmin(rooms, card, async (admin) => {
    const seen = await admin.look(caller.signal);
    const now = preview(rooms, card, admin, seen, wish);
    if (now.token !== token) throw new Fail('lifecycle.moved', 'It would be something else by now.');
    const ours = now.clashes.filter(({ ruleId }) => now.sets.some(({ id }) => id === ruleId));
    const refused = ours.find(({ grade }) => grade === 'refused');
    if (refused !== undefined) throw new Fail('lifecycle.refused', refused.words);
    const [said] = ours;
    if (said !== undefined && !accept) throw new Fail('lifecycle.not-accepted', said.words);
    await admin.setLifecycle(wish, seen.lifecycle.digest);
    audit(rooms, 'place.lifecycle-set', caller.actor, card.name, { destination: card.id, ...auditOf(wish) });
    return told(rooms, card, await admin.look(caller.signal));
  });
}

const auditOf = (wish: LifecycleWish | null): Record<string, string | number | null> => ({
  coldAfterDays: wish?.cold?.afterDays ?? null,
  storageClass: wish?.cold?.storageClass ?? null,
  expireAfterDays: wish?.expireAfterDays ?? null,
  versionsAfterDays: wish?.versionsAfterDays ?? null,
});

/** @throws Fail destination.unsupported where it cannot be set, with what the place says of it; retention.clock-wrong */
function preview(
  rooms: Rooms,
  card: DestinationCard,
  admin: PlaceAdmin,
  { lifecycle, versioning }: SeenPlace,
  wish: LifecycleWish | null,
): LifecyclePreview {
  if (!lifecycle.canSet) throw new Fail('destination.unsupported', lifecycle.words);
  demandKnown(lifecycle, wish);
  if (wish !== null && wish.versionsAfterDays !== null && versioning.state === 'none')
    throw new Fail('destination.unsupported', versioning.words);
  const wrong = lookAtClock(rooms);
  if (wrong !== null && wish !== null && wish.expireAfterDays !== null)
    throw new Fail('retention.clock-wrong', wrong.words);
  const now = rooms.clock.now();
  const sets = admin.rulesFor(wish);
  const keeps = lifecycle.rules.filter(({ ours }) => !ours);
  const lines = linesIn(rooms, card);
  const clashes = clashesOf([...keeps, ...sets], lines, now);
  const data = sets.find(({ hits }) => hits.includes('data'));
  const all = lines.flatMap(({ stays, goes }) => [...stays, ...goes]);
  const those = (due: (takenAt: number) => boolean): LifecyclePreview['goneNow'] => {
    const met = all.filter(({ takenAt }) => due(takenAt));
    return { backups: met.length, sizeBytes: met.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
  };
  const tomorrow = now + dayMs;
  return {
    token: tokenOf(lifecycle.digest, wish, clashes),
    sets: sets.map(toldRule),
    removes: lifecycle.rules.filter(({ ours, id }) => ours && !sets.some((rule) => rule.id === id)).map(toldRule),
    keeps: keeps.map(toldRule),
    clashes,
    coldNow: those((takenAt) => data?.cools !== undefined && takenAt + data.cools.afterDays * dayMs <= tomorrow),
    goneNow: those((takenAt) => data !== undefined && (goneAt(data, takenAt) ?? Infinity) <= tomorrow),
    notes: notesOf(wish, lifecycle.classes, versioning.state),
  };
}

function demandKnown({ classes, otherClasses }: SeenPlace['lifecycle'], wish: LifecycleWish | null): void {
  const wanted = wish?.cold?.storageClass;
  if (wanted === undefined || otherClasses || classes.some(({ id }) => id === wanted)) return;
  const known = classes.map(({ id }) => id).join(', ');
  throw new Fail(
    'destination.unsupported',
    classes.length === 0
      ? 'This service moves nothing to a colder class by the calls of S3.'
      : `${wanted} is none of ${known}.`,
  );
}

const tokenOf = (digest: string, wish: LifecycleWish | null, clashes: readonly LifecycleClash[]): string =>
  createHash('sha256')
    .update(JSON.stringify([digest, wish, clashes.map(({ code, grade, ruleId, at }) => [code, grade, ruleId, at])]))
    .digest('hex')
    .slice(0, 32);

function notesOf(
  wish: LifecycleWish | null,
  classes: SeenPlace['lifecycle']['classes'],
  versioning: SeenPlace['versioning']['state'],
): string[] {
  if (wish === null) return ['What is cold stays cold, and nothing more is moved or deleted by Holdfast’s rules.'];
  const { cold, expireAfterDays: days, versionsAfterDays } = wish;
  const minimum = classes.find(({ id }) => id === cold?.storageClass)?.minimumDays ?? 0;
  const hours = thawHoursOf(cold?.storageClass ?? '');
  return [
    ...(cold !== null && hours > 0
      ? [
          `A backup of more than ${plural(cold.afterDays, 'day')} is proven, scrubbed and restored after a thaw only, which takes up to ${hours} hours: holdfast thaw BACKUP.`,
        ]
      : []),
    ...(cold !== null && minimum > 0
      ? [
          `What is removed earlier than ${plural(minimum, 'day')} after it went to ${cold.storageClass} is billed until then.`,
        ]
      : []),
    ...(days !== null
      ? [
          `A source that is not backed up for ${plural(days, 'day')} loses its last backup: the service does not know which one that is.`,
          ...(versioning === 'on' && versionsAfterDays === null
            ? ['The bucket keeps what expires as older versions: they are billed until something deletes them.']
            : []),
        ]
      : []),
  ];
}
