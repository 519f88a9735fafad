import type { Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import { keepSettings } from './keepsake.ts';
import { placeNamed } from './place.ts';
import { sealPlace } from './recovery.ts';
import type { Rooms } from './rooms.ts';
import { audit } from './trail.ts';

export function kitHandlers(rooms: Rooms): Handlers<HoldfastContract>['kit'] {
  return {
    seal: async ({ name, on }, caller) => {
      const card = await sealPlace(rooms, placeNamed(rooms, name), on);
      keepSettings(rooms);
      audit(rooms, 'place.sealed', caller.actor, name, { seal: on, keyId: card.recovery?.keyId ?? null });
      return card;
    },
  };
}
