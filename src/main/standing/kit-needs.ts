/** A sealed backup is protected once a kit that opens it has been proven: until then it goes with this computer. */
import type { Need } from '../../shared/overview.ts';
import type { KitFacts, SourceFacts, World } from './facts.ts';
import { need } from './proof-needs.ts';
import { listed, span } from './words.ts';

/** SV-19, BS-16: a key is replaced once a year, and a kit that nobody has seen for a year may be gone. */
const yearMs = 365 * 24 * 3_600_000;

export function kitNeeds({ sealed, endingKeys }: SourceFacts, { now }: Pick<World, 'now'>): Need[] {
  const ending = endingKeys.flatMap((key) => endingNeeds(key, now));
  if (sealed === null) return ending;
  return [...ending, ...unprovenNeeds(sealed), ...sealed.kits.flatMap((kit) => oldNeeds(kit, now))];
}

const dayMs = 24 * 3_600_000;
const toldDays = 60;
const urgentDays = 14;

/** From the day a key ends nothing can be sealed for it: then no backup to the place is made. */
function endingNeeds({ placeId, place, label, expiresAt }: SourceFacts['endingKeys'][number], now: number): Need[] {
  const left = expiresAt - now;
  if (left > toldDays * dayMs) return [];
  const detail =
    left <= 0
      ? `Nothing can be sealed for it, so no backup to ${place} is made. Take it away, or add its renewed form.`
      : `From then on no backup to ${place} is made. Add its renewed form in its place before.`;
  const title =
    left <= 0 ? `The key of ${label} has expired.` : `The key of ${label} expires in ${span(Math.max(left, dayMs))}.`;
  const grade = left <= urgentDays * dayMs ? 'attention' : 'hint';
  return [{ ...need('key-expires', grade, title, detail, 'keys'), place: placeId }];
}

function oldNeeds({ placeId, place, madeAt, provenAt }: KitFacts, now: number): Need[] {
  if (madeAt !== null && now - madeAt > yearMs) {
    const detail = 'A new one seals what comes from then on; its kit is printed and proven like the first.';
    return [
      {
        ...need('kit-old', 'hint', `The key of ${place} is ${span(now - madeAt)} old.`, detail, 'kit'),
        place: placeId,
      },
    ];
  }
  if (provenAt === null || now - provenAt <= yearMs) return [];
  const title = `Nobody has shown the recovery kit of ${place} for ${span(now - provenAt)}.`;
  return [
    {
      ...need('kit-old', 'hint', title, 'Three of its check words show that it is still there.', 'kit'),
      place: placeId,
    },
  ];
}

function unprovenNeeds(sealed: NonNullable<SourceFacts['sealed']>): Need[] {
  const unproven = sealed.kits.filter(({ provenAt }) => provenAt === null);
  const [first] = unproven;
  if (first === undefined) return [];
  // One that is proven opens every copy, whichever place it lies in.
  if (sealed.ownKeys || unproven.length < sealed.kits.length) return unproven.map(alsoUnproven);
  const places = listed(unproven.map(({ place }) => place));
  const detail = `Without it, the backups in ${places} are lost with this computer. Print it, and type three of its check words.`;
  return [{ ...need('kit-unproven', 'attention', 'Recovery kit not proven.', detail, 'kit'), place: first.placeId }];
}

function alsoUnproven({ placeId, place }: KitFacts): Need {
  const detail = 'Another kit opens the newest backup. This one was never shown to exist on paper.';
  return {
    ...need('kit-unproven', 'hint', `The recovery kit of ${place} is not proven.`, detail, 'kit'),
    place: placeId,
  };
}
