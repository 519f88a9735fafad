import type { Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import { keepSettings } from './keepsake.ts';
import { choosePreferences, preferencesOf } from './preferences.ts';
import type { Rooms } from './rooms.ts';

export function settingsHandlers(rooms: Rooms): Handlers<HoldfastContract>['settings'] {
  return {
    show: async () => preferencesOf(rooms),
    change: async (chosen) => {
      choosePreferences(rooms, chosen);
      keepSettings(rooms);
      const preferences = preferencesOf(rooms);
      rooms.announce.settings.changed({ preferences });
      return preferences;
    },
  };
}
