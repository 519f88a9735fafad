import { wrongUsage, type Arguments } from './arguments.ts';

/** `--time-zone`, or this machine's. */
export function zoneOf(args: Arguments): string {
  const timeZone = args.text('time-zone');
  if (timeZone === undefined) return Intl.DateTimeFormat().resolvedOptions().timeZone;
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    throw wrongUsage('--time-zone is one of the IANA list, such as Europe/Berlin.');
  }
}
