/** Pure: to whom a saved password may be given. House and window ask the same question. */
import type { DestinationSettings } from './destination.ts';
import type { PostgresSettings, SourceSettings, SshHop, TlsMode } from './source.ts';

/** The passwords of a source, by what they open. */
export const secretNames = ['database', 'tunnel', 'jump'] as const;
export type SecretName = (typeof secretNames)[number];

/** Which passwords settings like these keep in the vault. */
export function secretsNeeded(settings: SourceSettings): SecretName[] {
  if (settings.kind === 'sqlite') return [];
  return secretNames.filter((name) => {
    if (name === 'database') return settings.password === 'vault';
    const hop = name === 'tunnel' ? settings.tunnel?.server : settings.tunnel?.jump;
    return hop?.auth === 'password';
  });
}

/**
 * Whether a password that was saved for one server goes to the same one, in the same way, under other settings. Which
 * databases are meant is of no account; where it travels, to whom, and how well that has to be shown is.
 */
export function staysFor(name: SecretName, saved: SourceSettings, asked: SourceSettings): boolean {
  if (saved.kind !== 'postgres' || asked.kind !== 'postgres') return false;
  const [before, after] = [saved.tunnel, asked.tunnel];
  if (name === 'jump') return sameHop(before?.jump, after?.jump);
  if (!sameHop(before?.jump, after?.jump) || !sameHop(before?.server, after?.server)) return false;
  return name === 'tunnel' || sameServer(saved, asked);
}

function sameServer(saved: PostgresSettings, asked: PostgresSettings): boolean {
  return (
    saved.host === asked.host && saved.port === asked.port && saved.user === asked.user && isAsStrict(saved, asked)
  );
}

const strictness: Record<TlsMode, number> = { 'verify-full': 3, 'verify-ca': 2, require: 1, disable: 0 };

/** Another authority may be one that anybody made; where none was asked for before, any is more. */
function isAsStrict({ tls: saved }: PostgresSettings, { tls: asked }: PostgresSettings): boolean {
  if (strictness[asked.mode] < strictness[saved.mode]) return false;
  return strictness[saved.mode] < strictness['verify-ca'] || saved.caFile === asked.caFile;
}

/** How one logs in there is of no account; another pinned key is another server. */
function sameHop(saved: SshHop | undefined, asked: SshHop | undefined): boolean {
  if (saved === undefined || asked === undefined) return saved === asked;
  return (['host', 'port', 'user', 'hostKey'] as const).every((part) => saved[part] === asked[part]);
}

/** Whether the secret of a place goes to the same account under other settings. */
export const isSameAccount = (saved: DestinationSettings, asked: DestinationSettings): boolean =>
  saved.kind === asked.kind && accountOf(saved) === accountOf(asked);

function accountOf(settings: DestinationSettings): string {
  switch (settings.kind) {
    case 'folder':
      return '';
    case 'sftp': {
      const { auth, host, port, user, hostKey, keyFile } = settings;
      return JSON.stringify(auth === 'key' ? [auth, keyFile] : [auth, host, port, user, hostKey]);
    }
    case 'azure':
      return JSON.stringify([settings.endpoint, settings.account, settings.auth]);
    case 's3':
      return JSON.stringify([settings.endpoint, settings.accessKeyId]);
  }
}
