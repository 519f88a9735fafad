import { call } from '../channel.ts';
import { Instant } from '../id.ts';
import { z } from '../schema.ts';
import { Nothing } from './input.ts';

export const catalog = {
  /** Forgets what is known of backups and reads it again from the manifests of every destination. */
  rebuild: call(
    Nothing,
    z.strictObject({
      backups: z.int(),
      skipped: z.array(z.strictObject({ key: z.string(), why: z.string() })),
      at: Instant,
    }),
  ),
} as const;
