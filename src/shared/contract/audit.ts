import { AuditEntry } from '../audit.ts';
import { call } from '../channel.ts';
import { z } from '../schema.ts';
import { Nothing } from './input.ts';

export const audit = {
  list: call(z.strictObject({ limit: z.int().check(z.gte(1), z.lte(10_000)) }), z.array(AuditEntry)),
  /** Reads the whole trail again; the first line that does not fit is named. */
  check: call(Nothing, z.strictObject({ entries: z.int(), intact: z.boolean(), brokenAt: z.nullable(z.int()) })),
} as const;
