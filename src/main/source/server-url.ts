/** Pure: what a PostgreSQL URL says, read the way libpq reads it, and what of it Holdfast does not take. */
import { Fail } from '../../shared/failure.ts';
import type { TlsMode } from '../../shared/source.ts';

export interface ServerAddress {
  /** A name, an address, or the absolute path of a socket folder. */
  host: string;
  port: number;
  /** Undefined where the URL names nobody. */
  user: string | undefined;
  password: string | undefined;
  database: string | undefined;
  tls: TlsMode | undefined;
  caFile: string | undefined;
  /** What the reader should know about this URL, in sentences without secrets. */
  notes: string[];
}

const schemes = /^(postgres|postgresql)(\+[a-z0-9]+)?$/i;
/** Parameters that would change who is trusted or what is run: dropping them silently would not be what was asked for. */
const refused =
  /^(sslcert|sslkey|sslpassword|sslcrl|sslcrldir|hostaddr|service|passfile|requirepeer|gssencmode|options)$/i;

const malformed = (message: string): Fail => new Fail('source.url-malformed', message);

/** Whether this text carries a password where every program of the machine could read it. */
export function carriesPassword(text: string): boolean {
  const inLogin = /^[^/?#]*:\/\/[^:@?]*:[^@?]+@/;
  // A password with an unescaped ? or #: what follows the colon is no port.
  const inBrokenLogin = /^[^/?#]*:\/\/[^:@]*:(?![0-9]*([/?#]|$))[^@]+@/;
  const asParameter = /(^|[?&\s;])(ssl)?password\s*=/i;
  return [inLogin, inBrokenLogin, asParameter].some((form) => form.test(text));
}

/**
 * Reads `postgres://user@host:5432/database?sslmode=…`. No message repeats the URL: it may hold a password.
 * @throws Fail `source.url-malformed`
 */
export function parseServerUrl(text: string): ServerAddress {
  const parts = /^([a-z][a-z0-9+]*):\/\/(?:([^@/?#]*)@)?([^@/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/i.exec(text.trim());
  if (parts === null) {
    throw malformed(
      'The URL cannot be taken apart. In a user or password @ is written %40, / %2F, : %3A, # %23 and ? %3F.',
    );
  }
  const [, scheme = '', login = '', place = '', path = '', query = ''] = parts;
  if (!schemes.test(scheme))
    throw malformed(`The URL begins with ${scheme}://; a PostgreSQL URL begins with postgres://.`);
  const colon = login.indexOf(':');
  const address: ServerAddress = {
    ...parsePlace(place),
    user: optional(decode(colon === -1 ? login : login.slice(0, colon))),
    password: colon === -1 ? undefined : optional(decode(login.slice(colon + 1))),
    database: optional(decode(path)),
    tls: undefined,
    caFile: undefined,
    notes: [],
  };
  for (const [name, value] of parameters(query)) takeParameter(address, name, value);
  if (address.host === '') throw malformed('The URL names no host. For a Unix socket add ?host=/folder/of/the/socket.');
  if (address.host.includes(',')) throw malformed('The URL names several hosts. Name the one that is to be backed up.');
  return address;
}

const optional = (text: string): string | undefined => (text === '' ? undefined : text);

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed('A % in the URL is not followed by two hexadecimal digits; write it as %25.');
  }
}

function parsePlace(place: string): { host: string; port: number } {
  if (place.includes(',')) throw malformed('The URL names several hosts. Name the one that is to be backed up.');
  const parts = /^(\[[0-9a-f:.]+(?:%[^\]]*)?\]|[^:[\]]*)(?::([0-9]*))?$/i.exec(place);
  if (parts === null) throw malformed('Host and port of the URL cannot be told apart.');
  const [, host = '', port = ''] = parts;
  return { host: host.startsWith('[') ? host.slice(1, -1) : decode(host), port: port === '' ? 5432 : parsePort(port) };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^[0-9]+$/.test(text) || port < 1 || port > 65_535)
    throw malformed('The port of the URL is not a number from 1 to 65535.');
  return port;
}

/** `+` is a plus here, as libpq reads it, and not a space. */
function parameters(query: string): [string, string][] {
  if (query === '') return [];
  return query.split('&').map((pair) => {
    const at = pair.indexOf('=');
    return at === -1 ? [decode(pair), ''] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
  });
}

function takeParameter(address: ServerAddress, name: string, value: string): void {
  switch (name) {
    case 'host':
      address.host = value;
      return;
    case 'port':
      address.port = parsePort(value);
      return;
    case 'user':
      address.user = optional(value);
      return;
    case 'password':
      address.password = optional(value);
      return;
    case 'dbname':
      address.database = optional(value);
      return;
    case 'sslmode':
      takeSslMode(address, value);
      return;
    case 'sslrootcert':
      // The system's own authorities are trusted anyway.
      if (value !== 'system') address.caFile = optional(value);
      return;
    default:
      if (refused.test(name)) throw malformed(`Holdfast does not know how to honour ${name} of the URL. Take it out.`);
      address.notes.push(`${name} of the URL is not used.`);
  }
}

function takeSslMode(address: ServerAddress, value: string): void {
  switch (value) {
    case 'verify-full':
    case 'verify-ca':
    case 'require':
    case 'disable':
      address.tls = value;
      return;
    case 'prefer':
    case 'allow':
      address.notes.push(
        `sslmode=${value} of the URL would fall back to no encryption; Holdfast uses verify-full unless --tls says otherwise.`,
      );
      return;
    default:
      throw malformed('sslmode of the URL is none of verify-full, verify-ca, require, disable.');
  }
}

/** Whether nothing leaves this machine: a Unix socket, or an address of the machine itself. */
export function staysHere(host: string): boolean {
  return host.startsWith('/') || /^(localhost|127(\.[0-9]{1,3}){3}|::1)$/i.test(host);
}

/**
 * How the server of an address is believed: as it says, else strictly, but for a connection that does not leave this machine.
 * As libpq has it, "require" checks an authority that is at hand.
 */
export function tlsModeOf(address: Pick<ServerAddress, 'host' | 'tls' | 'caFile'>): TlsMode {
  if (address.tls === 'require' && address.caFile !== undefined) return 'verify-ca';
  return address.tls ?? (staysHere(address.host) ? 'disable' : 'verify-full');
}
