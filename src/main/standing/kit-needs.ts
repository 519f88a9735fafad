/** A sealed backup is protected once a kit that opens it has been proven: until then it goes with this computer. */
import type { Need } from '../../shared/overview.ts';
import type { KitFacts, SourceFacts } from './facts.ts';
import { need } from './proof-needs.ts';
import { listed } from './words.ts';

export function kitNeeds({ sealed }: SourceFacts): Need[] {
  if (sealed === null) return [];
  const unproven = sealed.kits.filter(({ provenAt }) => provenAt === null);
  const [first] = unproven;
  if (first === undefined) return [];
  // One that is proven opens every copy, whichever place it lies in.
  if (sealed.ownKeys || unproven.length < sealed.kits.length) return unproven.map(alsoUnproven);
  const places = listed(unproven.map(({ place }) => place));
  const detail = `Without it, the backups in ${places} are lost with this computer. Print it, and type three of its check words.`;
  return [{ ...need('kit-unproven', 'attention', 'Recovery kit not proven.', detail, 'kit'), place: first.place }];
}

function alsoUnproven({ place }: KitFacts): Need {
  const detail = 'Another kit opens the newest backup. This one was never shown to exist on paper.';
  return { ...need('kit-unproven', 'hint', `The recovery kit of ${place} is not proven.`, detail, 'kit'), place };
}
