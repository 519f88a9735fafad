import { call } from '../channel.ts';
import { z } from '../schema.ts';
import { Source } from '../source.ts';
import { Nothing } from './input.ts';

export const sample = {
  /** Makes the built-in sample database and adds it as a source; the one there is where it was made already. */
  make: call(Nothing, Source),
  /** The accident of the tour: deletes orders from it. */
  damage: call(Nothing, z.strictObject({ rows: z.int() })),
  /** The source, its file and its backups. */
  remove: call(Nothing, Nothing),
} as const;
