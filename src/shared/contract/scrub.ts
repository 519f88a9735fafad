import { call } from '../channel.ts';
import { DestinationName } from '../destination.ts';
import { z } from '../schema.ts';
import { ScrubSettings, ScrubShare, ScrubState } from '../scrub.ts';
import { JobRef, BackupRef } from './input.ts';

export const scrub = {
  /** How far the reading of a place is, what it found and when it goes on; of every place where none is named. */
  state: call(z.strictObject({ name: z.optional(DestinationName) }), z.array(ScrubState)),
  /**
   * A job that reads stored bytes of a place again, what was not read for the longest first.
   * @param share left out: what a scheduled run would read. @param backup only this one, from its beginning.
   */
  start: call(
    z.strictObject({
      name: DestinationName,
      share: z.optional(ScrubShare),
      backup: z.optional(BackupRef),
    }),
    JobRef,
  ),
  /** When a place is read by itself. Only what is given changes. */
  change: call(z.strictObject({ name: DestinationName, settings: z.partial(ScrubSettings) }), ScrubState),
  /**
   * A job that replaces what is bad of a damaged copy from a place whose copy holds, and reads it back.
   * @param name the place of the bad copy. @param from left out: the first place that holds it.
   */
  repair: call(z.strictObject({ backup: BackupRef, name: DestinationName, from: z.optional(DestinationName) }), JobRef),
} as const;
