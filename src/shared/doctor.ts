import { ByteCount } from './id.ts';
import { z } from './schema.ts';

/** One installed set of PostgreSQL programs. */
export const ToolSet = z.strictObject({
  folder: z.string(),
  version: z.string(),
  major: z.int(),
  /** The OS account that owns the programs. */
  owner: z.string(),
  /** `path`, `debian`, `homebrew`, `postgres-app`, `edb`, `pgdg`, `embedded`. */
  origin: z.string(),
  /** Which of pg_dump, pg_restore, pg_dumpall, initdb, postgres are there. */
  programs: z.array(z.string()),
  /** Why Holdfast does not run it: somebody else could have changed it. Null where it is trusted. */
  distrust: z.nullable(z.string()),
});
export type ToolSet = z.output<typeof ToolSet>;

export const DoctorCheck = z.strictObject({
  name: z.string(),
  outcome: z.enum(['ok', 'warning', 'failed']),
  detail: z.string(),
  hint: z.optional(z.string()),
});
export type DoctorCheck = z.output<typeof DoctorCheck>;

export const DoctorReport = z.strictObject({
  ok: z.boolean(),
  home: z.string(),
  freeBytes: ByteCount,
  tools: z.array(ToolSet),
  keeper: z.strictObject({ kind: z.enum(['keychain', 'passphrase', 'none']), detail: z.string() }),
  checks: z.array(DoctorCheck),
});
export type DoctorReport = z.output<typeof DoctorReport>;
