import { z } from '../../shared/schema.ts';
import { SourceName } from '../../shared/source.ts';
import { wrongUsage, type Arguments } from './arguments.ts';

/** A name that cannot be one is told as wrong usage, before anything is opened. */
export function nameOf(args: Arguments): string {
  const name = args.positionals[0] as string;
  if (!z.safeParse(SourceName, name).success) {
    throw wrongUsage(
      'NAME has letters, digits, dots, dashes and underscores, 63 at most, and begins with a letter or digit.',
    );
  }
  return name;
}
