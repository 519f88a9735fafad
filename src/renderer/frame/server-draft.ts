/**
 * Pure: how a PostgreSQL server is reached, as far as it was typed: its TLS, and the way through SSH servers. Whoever
 * describes a server uses it: a source, and the place that a restore goes to.
 */
import type { SecretsIn } from '../../shared/contract/secrets.ts';
import type { DraftId } from '../../shared/id.ts';
import type { PostgresSettings, SshHop, TlsMode, Tunnel } from '../../shared/source.ts';
import type { Fault } from '../ui/fault.ts';
import { sourceWizard as words } from '../words/source-wizard.ts';
import { isFingerprint, isPort } from './host-key.ts';

/**
 * Where a password comes from. `draft` was found by `source.read` beside the settings `read`, and stays with the owner of the
 * data folder; `kept` is the one saved with this source. Both go to the server they are for and to no other. Only a typed one is ever in this window.
 */
export type PasswordDraft =
  | { from: 'typed'; text: string }
  | { from: 'draft'; draft: DraftId; read: PostgresSettings }
  | { from: 'kept' }
  | { from: 'pgpass' }
  | { from: 'none' };

/** `own` once a person chose: until then a form may let the mode follow the host. */
export interface TlsDraft {
  mode: TlsMode;
  caFile: string;
  own: boolean;
  /** The file that an address named. It was typed, and a window sends only what was chosen: a dialog opens beside it. */
  named?: string | undefined;
}

export interface HopDraft {
  host: string;
  port: string;
  user: string;
  auth: SshHop['auth'];
  keyFile: string;
  password: Extract<PasswordDraft, { from: 'typed' | 'kept' }>;
  /** The pinned fingerprint; empty while nobody has trusted one. */
  hostKey: string;
}
export type HopName = 'server' | 'jump';

export interface TunnelDraft {
  /** `direct` goes through `server`; `jump` through `jump` first. What is not used is kept. */
  tunnel: 'none' | 'direct' | 'jump';
  server: HopDraft;
  jump: HopDraft;
}

type HopField = `${HopName}.${'host' | 'port' | 'user' | 'keyFile' | 'password' | 'hostKey'}`;
/** Fields of the way to a server that can be at fault. */
export type WayField = 'tls' | 'caFile' | HopField;
export type WayFaults = Partial<Record<WayField, Fault>>;

export const emptyHop: HopDraft = {
  host: '',
  port: '22',
  user: '',
  auth: 'agent',
  keyFile: '',
  password: { from: 'typed', text: '' },
  hostKey: '',
};
export const noTunnel: TunnelDraft = { tunnel: 'none', server: emptyHop, jump: emptyHop };
export const strictTls: TlsDraft = { mode: 'verify-full', caFile: '', own: false };

/** @param typed whether the address was: its file has to be chosen. */
export const tlsDraftOf = ({ mode, caFile }: PostgresSettings['tls'], typed: boolean): TlsDraft =>
  typed && caFile !== undefined
    ? { mode, caFile: '', named: caFile, own: true }
    : { mode, caFile: caFile ?? '', own: true };

/** @param password what stands for the one of a hop that has one. */
export function tunnelDraftOf(tunnel: Tunnel | undefined, password: HopDraft['password']): TunnelDraft {
  if (tunnel === undefined) return noTunnel;
  const { server, jump } = tunnel;
  return {
    tunnel: jump === undefined ? 'direct' : 'jump',
    server: hopDraftOf(server, password),
    jump: jump === undefined ? emptyHop : hopDraftOf(jump, password),
  };
}

const hopDraftOf = (
  { host, port, user, auth, keyFile, hostKey }: SshHop,
  password: HopDraft['password'],
): HopDraft => ({
  host,
  port: String(port),
  user,
  auth,
  keyFile: keyFile ?? '',
  password: auth === 'password' ? password : emptyHop.password,
  hostKey,
});

export const tlsOf = ({ mode, caFile }: TlsDraft): PostgresSettings['tls'] => ({
  mode,
  ...(caFile === '' ? {} : { caFile }),
});

/** An authority that is not chosen yet is the one that was named. */
export const tlsMeant = (tls: TlsDraft): TlsDraft => (tls.caFile === '' ? { ...tls, caFile: tls.named ?? '' } : tls);

/** As a part of settings: nothing where there is no tunnel. */
export function tunnelOf({ tunnel, server, jump }: TunnelDraft): { tunnel?: Tunnel } {
  if (tunnel === 'none') return {};
  return { tunnel: tunnel === 'jump' ? { jump: hopOf(jump), server: hopOf(server) } : { server: hopOf(server) } };
}

const hopOf = (hop: HopDraft): SshHop => ({
  host: hop.host.trim(),
  port: Number(hop.port),
  user: hop.user.trim(),
  auth: hop.auth,
  ...(hop.auth === 'key' ? { keyFile: hop.keyFile } : {}),
  hostKey: hop.hostKey,
});

/** The hops that are gone through. */
export const hopsOf = ({ tunnel }: TunnelDraft): readonly HopName[] =>
  tunnel === 'none' ? [] : tunnel === 'direct' ? ['server'] : ['jump', 'server'];

/** The typed passwords of the hops that are gone through. */
export function tunnelSecrets(draft: TunnelDraft): Pick<SecretsIn, 'tunnel' | 'jump'> {
  const secrets: Pick<SecretsIn, 'tunnel' | 'jump'> = {};
  for (const which of hopsOf(draft)) {
    const { auth, password } = draft[which];
    if (auth === 'password' && password.from === 'typed' && password.text !== '')
      secrets[which === 'server' ? 'tunnel' : 'jump'] = password.text;
  }
  return secrets;
}

/** A key was pinned for one server: another host or port is another server, whose key nobody has looked at. */
export function changedHop(before: HopDraft, change: Partial<HopDraft>): { hop: HopDraft; elsewhere: boolean } {
  const elsewhere =
    (change.host !== undefined && change.host !== before.host) ||
    (change.port !== undefined && change.port !== before.port);
  return { hop: { ...before, ...(elsewhere ? { hostKey: '' } : {}), ...change }, elsewhere };
}

/** What the way there still lacks, the first hop first. */
export function wayFaults(draft: TunnelDraft & { tls: TlsDraft }): WayFaults {
  const faults: WayFaults = {};
  const { mode, caFile, named } = draft.tls;
  if (checksAuthority(mode) && caFile === '' && named !== undefined) faults.caFile = chooseNamed(named);
  for (const which of hopsOf(draft)) Object.assign(faults, hopFaults(draft[which], which));
  return faults;
}

export const checksAuthority = (mode: TlsMode): boolean => mode === 'verify-full' || mode === 'verify-ca';

export const chooseNamed = (file: string): Fault => ({ message: words.fault.named(file), hint: words.fault.namedHint });

function hopFaults(hop: HopDraft, which: HopName): WayFaults {
  const faults: WayFaults = {};
  if (hop.host.trim() === '') faults[`${which}.host`] = { message: words.fault.sshHostMissing };
  if (!isPort(hop.port)) faults[`${which}.port`] = { message: words.fault.port };
  if (hop.user.trim() === '') faults[`${which}.user`] = { message: words.fault.sshUserMissing };
  if (hop.auth === 'key' && hop.keyFile === '') faults[`${which}.keyFile`] = { message: words.fault.keyFileMissing };
  if (hop.auth === 'password' && hop.password.from === 'typed' && hop.password.text === '')
    faults[`${which}.password`] = { message: words.fault.passwordMissing };
  if (hop.hostKey === '') faults[`${which}.hostKey`] = { message: words.fault.hostKeyMissing };
  else if (!isFingerprint(hop.hostKey)) faults[`${which}.hostKey`] = { message: words.fault.hostKeyForm };
  return faults;
}
