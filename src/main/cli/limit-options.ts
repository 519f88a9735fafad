/** The options that say how fast backups go to a place, and how large a file may be there. */
import type { ParseArgsOptionsConfig } from 'node:util';
import { parseBytes } from '../../shared/bytes.ts';
import { MaxBytesPerSecond, MaxFileBytes } from '../../shared/destination.ts';
import { z } from '../../shared/schema.ts';
import { wrongUsage, type Arguments } from './arguments.ts';

export const limitOptions = {
  limit: { type: 'string' },
  split: { type: 'string' },
} satisfies ParseArgsOptionsConfig;

export const noLimitOptions = {
  'no-limit': { type: 'boolean' },
  'no-split': { type: 'boolean' },
} satisfies ParseArgsOptionsConfig;

/** Null takes a limit away; what was not named is left out. */
export interface Limits {
  maxBytesPerSecond?: number | null;
  maxFileBytes?: number | null;
}

/** The limits that a new place begins with. @throws Fail `usage.wrong` */
export function limitsOf(args: Arguments): { maxBytesPerSecond?: number; maxFileBytes?: number } {
  const limit = bytesOf(args, 'limit', MaxBytesPerSecond, '10kB and 10GB, a second');
  const split = bytesOf(args, 'split', MaxFileBytes, '1MiB and 5TB');
  return {
    ...(limit === undefined ? {} : { maxBytesPerSecond: limit }),
    ...(split === undefined ? {} : { maxFileBytes: split }),
  };
}

/** What of the limits changes. @throws Fail `usage.wrong` */
export function changedLimits(args: Arguments): Limits {
  for (const name of ['limit', 'split'])
    if (args.given(name) && args.has(`no-${name}`)) throw wrongUsage(`--${name} and --no-${name} do not go together.`);
  return {
    ...limitsOf(args),
    ...(args.has('no-limit') ? { maxBytesPerSecond: null } : {}),
    ...(args.has('no-split') ? { maxFileBytes: null } : {}),
  };
}

function bytesOf(args: Arguments, name: string, schema: z.ZodMiniType<number>, range: string): number | undefined {
  const text = args.text(name);
  if (text === undefined) return undefined;
  const parsed = z.safeParse(schema, parseBytes(text.replace(/\/s$/, '')));
  if (parsed.success) return parsed.data;
  throw wrongUsage(`--${name} is a size between ${range}.`, 'Sizes are written like 2MB, 1.5GB or 100MiB.');
}
