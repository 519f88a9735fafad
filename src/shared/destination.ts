import { DestinationId } from './id.ts';
import { z } from './schema.ts';

export const FolderSettings = z.strictObject({
  kind: z.literal('folder'),
  /** Absolute path. */
  path: z.string().check(z.minLength(1), z.maxLength(4096)),
});
export const DestinationSettings = z.discriminatedUnion('kind', [FolderSettings]);
export type DestinationSettings = z.output<typeof DestinationSettings>;

export const DestinationCard = z.strictObject({
  id: DestinationId,
  name: z.string(),
  settings: DestinationSettings,
});
export type DestinationCard = z.output<typeof DestinationCard>;
