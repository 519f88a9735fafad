import { call, event } from '../channel.ts';
import { DestinationCard, DestinationName } from '../destination.ts';
import { DirectChoice } from '../direct.ts';
import { SourceId } from '../id.ts';
import { z } from '../schema.ts';
import {
  CompressionLevel,
  GoalMs,
  HostKey,
  Scope,
  Source,
  SourceDraft,
  SourceName,
  SourceSettings,
} from '../source.ts';
import { Nothing, JobRef } from './input.ts';
import { SecretsIn } from './secrets.ts';

export const source = {
  add: call(
    z.strictObject({
      name: SourceName,
      settings: SourceSettings,
      scope: Scope,
      digests: z.boolean(),
      compressionLevel: CompressionLevel,
      /** Absolute paths of folders; none means the data folder's own. */
      folders: z.array(z.string()),
      /** Names of known places, beside the folders. Left out, a source keeps the ones it has that are no folders. */
      destinations: z.optional(z.array(DestinationName)),
      secrets: SecretsIn,
      replace: z.boolean(),
      production: z.optional(z.boolean()),
      /** Left out, a source keeps what it has; null: never. */
      direct: z.optional(z.nullable(DirectChoice)),
      /**
       * A new source only: it goes on with the backups that are known under this id, of a source that is not set up here
       * (found again in a place, or removed). Refused (`source.joins-other`) where they are of another kind of database,
       * where there are none, or where a source of this id is set up already.
       */
      joins: z.optional(SourceId),
    }),
    Source,
  ),
  /** Reads what a URL or a `.env` file says; nothing is saved, and no password comes back. */
  read: call(
    z.union([
      z.strictObject({ url: z.string().check(z.minLength(1), z.maxLength(4096)) }),
      z.strictObject({ envFile: z.string().check(z.minLength(1), z.maxLength(4096)) }),
    ]),
    SourceDraft,
  ),
  /** Asks an SSH server for its key, without logging in. */
  hostKey: call(
    z.strictObject({
      host: z.string().check(z.minLength(1), z.maxLength(255)),
      port: z.int().check(z.gte(1), z.lte(65_535)),
    }),
    HostKey,
  ),
  list: call(Nothing, z.array(Source)),
  show: call(
    z.strictObject({ name: SourceName }),
    z.strictObject({ source: Source, destinations: z.array(DestinationCard) }),
  ),
  /** A job that connects and reads, step by step; also for settings that are not saved yet. */
  test: call(
    z.union([
      z.strictObject({ name: SourceName }),
      z.strictObject({
        settings: SourceSettings,
        secrets: SecretsIn,
        /** The source that they are to replace: what it saved is used where it is for the same server. */
        saved: z.optional(SourceName),
      }),
    ]),
    JobRef,
  ),
  /** Only the goal that is given changes; null takes it away. */
  setGoals: call(
    z.strictObject({
      name: SourceName,
      rpoMs: z.optional(z.nullable(GoalMs)),
      rtoMs: z.optional(z.nullable(GoalMs)),
    }),
    Source,
  ),
  /** Its backups stay where they are. */
  remove: call(z.strictObject({ name: SourceName }), Nothing),
  changed: event(z.strictObject({ source: Source })),
  removed: event(z.strictObject({ sourceId: SourceId })),
} as const;
