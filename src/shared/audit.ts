import { Instant, Sha256 } from './id.ts';
import { z } from './schema.ts';

export const AuditAction = z.enum([
  'backup.made',
  'backup.failed',
  'backup.deleted',
  'backup.verified',
  'backup.restored',
  'backup.read',
  'restore.undone',
  'restore.released',
  'target.swept',
  'source.added',
  'source.changed',
  'source.removed',
  'secret.kept',
  'secret.revealed',
  'secret.forgotten',
  'vault.keeper-changed',
  'plan.saved',
  'plan.removed',
  'plan.paused',
  'plan.resumed',
  'backup.pinned',
  'backup.unpinned',
  'retention.set',
  'retention.applied',
  'clock.believed',
  'catalog.rebuilt',
  'data.opened',
  'place.added',
  'place.found',
  'place.changed',
  'place.removed',
  'place.sealed',
  'kit.printed',
  'kit.proven',
  'kit.entered',
  'place.swept',
  'purge.asked',
  'backup.purged',
  'purge.recorded',
  'copy.damaged',
  'copy.whole',
  'copy.repaired',
  'scrub.changed',
]);
export type AuditAction = z.output<typeof AuditAction>;

/** One line of the trail. `hash` covers every other field and the line before, so that no line can be changed or taken out unseen. */
export const AuditEntry = z.strictObject({
  sequence: z.int().check(z.positive()),
  at: Instant,
  action: AuditAction,
  /** Who: the OS account, and the door they came through, e.g. `ada (terminal)`. */
  actor: z.string(),
  subject: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  previous: Sha256,
  hash: Sha256,
});
export type AuditEntry = z.output<typeof AuditEntry>;
