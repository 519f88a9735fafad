import { DestinationId, Instant } from './id.ts';
import { z } from './schema.ts';
import { SshHop } from './source.ts';

/** What a person calls a place on the command line. Folders that came with a source are named after themselves. */
export const DestinationName = z.string().check(z.minLength(1), z.maxLength(255));

export const FolderSettings = z.strictObject({
  kind: z.literal('folder'),
  /** Absolute path. */
  path: z.string().check(z.minLength(1), z.maxLength(4096)),
});

/** A folder of an SFTP server. The password, or the passphrase of the key, is in the vault. */
export const SftpSettings = z.extend(SshHop, {
  kind: z.literal('sftp'),
  /** Absolute path on the server. */
  path: z.string().check(z.regex(/^\/[^\0]*$/), z.maxLength(4096)),
});
export type SftpSettings = z.output<typeof SftpSettings>;

export const DestinationSettings = z.discriminatedUnion('kind', [FolderSettings, SftpSettings]);
export type DestinationSettings = z.output<typeof DestinationSettings>;

/** Where it is, in the form that its kind is known by: a path, or an address without a secret. No two places share one. */
export function addressOf(settings: DestinationSettings): string {
  switch (settings.kind) {
    case 'folder':
      return settings.path;
    case 'sftp': {
      const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
      return `sftp://${settings.user}@${host}:${settings.port}${settings.path}`;
    }
  }
}

/** The recovery secret of a place, and whether somebody has shown that its kit exists on paper. */
export const RecoveryState = z.strictObject({
  keyId: z.string(),
  madeAt: Instant,
  /** Null: the kit was never proven. */
  provenAt: z.nullable(Instant),
});
export type RecoveryState = z.output<typeof RecoveryState>;

export const DestinationCard = z.strictObject({
  id: DestinationId,
  name: z.string(),
  settings: DestinationSettings,
  /** Whether what goes there is sealed; absent means no. */
  seal: z.optional(z.boolean()),
  /** Present once it had a recovery secret; it stays when sealing is switched off, because earlier sets need it. */
  recovery: z.optional(RecoveryState),
});
export type DestinationCard = z.output<typeof DestinationCard>;
