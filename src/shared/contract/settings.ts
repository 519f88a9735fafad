import { call, event } from '../channel.ts';
import { Preferences } from '../preferences.ts';
import { z } from '../schema.ts';
import { Nothing } from './input.ts';

export const settings = {
  show: call(Nothing, Preferences),
  /** Only what is given changes. */
  change: call(z.partial(Preferences), Preferences),
  changed: event(z.strictObject({ preferences: Preferences })),
} as const;
