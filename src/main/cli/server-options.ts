/** The options that name a PostgreSQL server: for a source, and for the target of a restore. */
import { existsSync } from 'node:fs';
import type { ParseArgsOptionsConfig } from 'node:util';
import type { SecretsIn } from '../../shared/contract/secrets.ts';
import { Fail } from '../../shared/failure.ts';
import type { PostgresSettings, SshHop, TlsMode, Tunnel } from '../../shared/source.ts';
import { absolute, choice, wrongUsage, type Arguments } from './arguments.ts';
import type { Context } from './command.ts';
import { carriesPassword, parseServerUrl, tlsModeOf, type ServerAddress } from '../source/server-url.ts';
import { words } from './words.ts';

export const serverOptions = {
  tls: { type: 'string' },
  'ca-file': { type: 'string' },
  'password-stdin': { type: 'boolean' },
  ssh: { type: 'string' },
  'ssh-key': { type: 'string' },
  'ssh-agent': { type: 'boolean' },
  'ssh-password-stdin': { type: 'boolean' },
  'ssh-host-key': { type: 'string' },
  'ssh-jump': { type: 'string' },
  'ssh-jump-key': { type: 'string' },
  'ssh-jump-agent': { type: 'boolean' },
  'ssh-jump-password-stdin': { type: 'boolean' },
  'ssh-jump-host-key': { type: 'string' },
} satisfies ParseArgsOptionsConfig;

const tlsModes: readonly TlsMode[] = ['verify-full', 'verify-ca', 'require', 'disable'];

/** A server as settings and secrets; `databases` is filled in by the caller. */
export interface Server {
  settings: Omit<PostgresSettings, 'databases'>;
  secrets: SecretsIn;
  /** The database that the address names. */
  database: string | undefined;
}

/**
 * The address of an argument. One with a password is refused, and never repeated.
 * @throws Fail `source.password-in-argument`, `source.url-malformed`
 */
export function addressFromArgument(url: string): ServerAddress {
  if (carriesPassword(url))
    throw new Fail('source.password-in-argument', 'The URL on the command line holds a password.');
  return parseServerUrl(url);
}

/** Reads the server options and whatever passwords they ask for. Lines of standard input are taken in this order: database, ssh, jump. */
export async function readServer(address: ServerAddress, args: Arguments, context: Context): Promise<Server> {
  const tunnel = readTunnel(args, context);
  const passwords = await readPasswords(address, args, context);
  for (const note of address.notes) context.terminal.note(note);
  return {
    settings: {
      kind: 'postgres',
      host: address.host,
      port: address.port,
      user: address.user ?? context.env.account,
      tls: readTls(address, args, context),
      ...(tunnel === undefined ? {} : { tunnel }),
      password: passwords.database === undefined ? (existsSync(context.env.pgpassFile) ? 'pgpass' : 'none') : 'vault',
    },
    secrets: passwords,
    database: address.database,
  };
}

function readTls(address: ServerAddress, args: Arguments, context: Context): PostgresSettings['tls'] {
  const caFile = args.text('ca-file') ?? address.caFile;
  const mode = choice(args, 'tls', tlsModes) ?? tlsModeOf({ ...address, caFile });
  return { mode, ...(caFile === undefined ? {} : { caFile: absolute(context.cwd, caFile) }) };
}

function readTunnel(args: Arguments, context: Context): Tunnel | undefined {
  const server = readHop(args, 'ssh', context, undefined);
  const jump = readHop(args, 'ssh-jump', context, server);
  if (server === undefined) {
    if (jump !== undefined) throw wrongUsage('--ssh-jump leads to an SSH server, which --ssh has to name.');
    return undefined;
  }
  return jump === undefined ? { server } : { jump, server };
}

/** @param like whose way to prove who we are is taken where this hop names none. */
export function readHop(
  args: Arguments,
  option: 'ssh' | 'ssh-jump' | 'sftp',
  context: Context,
  like: SshHop | undefined,
): SshHop | undefined {
  const place = args.text(option);
  const details = [`${option}-key`, `${option}-host-key`].filter((name) => args.text(name) !== undefined);
  const flags = [`${option}-agent`, `${option}-password-stdin`].filter((name) => args.has(name));
  if (place === undefined) {
    const stray = [...details, ...flags][0];
    if (stray !== undefined) throw wrongUsage(`--${stray} belongs to --${option}, which is missing.`);
    return undefined;
  }
  const parts = /^([^@:]+)@(\[[^\]]+\]|[^@:]+)(?::([0-9]+))?$/.exec(place);
  if (parts === null) throw wrongUsage(`--${option} is written user@host or user@host:port, without a password.`);
  const hostKey = args.text(`${option}-host-key`);
  if (hostKey === undefined) throw wrongUsage(`--${option} needs --${option}-host-key SHA256:… .`, words.hostKeyHint);
  if (!/^SHA256:[A-Za-z0-9+/]{43}=?$/.test(hostKey))
    throw wrongUsage(`--${option}-host-key is not of the form SHA256:… .`, words.hostKeyHint);
  const port = Number(parts[3] ?? '22');
  if (port < 1 || port > 65_535) throw wrongUsage(`The port of --${option} is a number from 1 to 65535.`);
  return {
    host: (parts[2] as string).replaceAll(/^\[|\]$/g, ''),
    port,
    user: parts[1] as string,
    ...readAuth(args, option, context, like),
    hostKey,
  };
}

function readAuth(
  args: Arguments,
  option: string,
  context: Context,
  like: SshHop | undefined,
): Pick<SshHop, 'auth' | 'keyFile'> {
  const keyFile = args.text(`${option}-key`);
  const ways = [keyFile !== undefined, args.has(`${option}-agent`), args.has(`${option}-password-stdin`)];
  if (ways.filter(Boolean).length > 1)
    throw wrongUsage(`Only one of --${option}-key, --${option}-agent, --${option}-password-stdin can be given.`);
  if (keyFile !== undefined) return { auth: 'key', keyFile: absolute(context.cwd, keyFile) };
  if (args.has(`${option}-password-stdin`)) return { auth: 'password' };
  if (!args.has(`${option}-agent`) && like?.auth === 'key' && like.keyFile !== undefined)
    return { auth: 'key', keyFile: like.keyFile };
  if (context.env.sshAgentSocket === undefined) {
    throw wrongUsage(
      `--${option} needs --${option}-key FILE, --${option}-password-stdin, or an SSH agent (SSH_AUTH_SOCK).`,
    );
  }
  return { auth: 'agent' };
}

async function readPasswords(address: ServerAddress, args: Arguments, context: Context): Promise<SecretsIn> {
  const database = args.has('password-stdin')
    ? await passwordLine('password-stdin', context)
    : (address.password ?? (await askPassword(address, args, context)));
  const tunnel = args.has('ssh-password-stdin') ? await passwordLine('ssh-password-stdin', context) : undefined;
  const jump = args.has('ssh-jump-password-stdin') ? await passwordLine('ssh-jump-password-stdin', context) : undefined;
  return {
    ...(database === undefined ? {} : { database }),
    ...(tunnel === undefined ? {} : { tunnel }),
    ...(jump === undefined ? {} : { jump }),
  };
}

async function passwordLine(option: string, context: Context): Promise<string> {
  if (context.terminal.interactive)
    return nonEmpty(option, await context.terminal.askSecret(`${words.passwordFor(option)}: `));
  return nonEmpty(option, await context.terminal.readLine());
}

function nonEmpty(option: string, line: string | undefined): string {
  if (line === undefined || line === '') throw wrongUsage(`--${option} found no password on standard input.`);
  return line;
}

/** Asked only where somebody can answer and no file may know it; an empty answer means that none is needed. */
async function askPassword(address: ServerAddress, args: Arguments, context: Context): Promise<string | undefined> {
  const readsInput = args.has('ssh-password-stdin') || args.has('ssh-jump-password-stdin');
  if (!context.terminal.interactive || readsInput || existsSync(context.env.pgpassFile) || address.host.startsWith('/'))
    return undefined;
  const answer = await context.terminal.askSecret(words.askPassword(address.user ?? context.env.account, address.host));
  return answer === '' ? undefined : answer;
}
