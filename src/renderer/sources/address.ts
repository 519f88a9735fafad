/** Pure: the address of a database without what may be secret in it. */

/** A URL stays in its field after it was read; the password that was in it does not. */
export const withoutPassword = (url: string): string =>
  url
    .replace(/^([a-z][a-z0-9+]*:\/\/[^:@/?#]*):[^@/?#]*@/i, '$1@')
    .replaceAll(/([?&])(?:ssl)?password=[^&#]*(&?)/gi, (_match, first: string, next: string) =>
      next === '' ? '' : first,
    );

/** Parameters that hold nothing secret. Any other may. */
const harmless =
  /^(sslmode|sslrootcert|host|port|dbname|user|application_name|connect_timeout|target_session_attrs|channel_binding|schema|pgbouncer|connection_limit|pool_timeout)=[^@]*$/;

/**
 * What of an address may be written down. It may be half typed or badly put together, and then a password can stand
 * anywhere behind the first colon: only what certainly is none is taken.
 * @param knownHost the host that the house has read out of it: behind that one a colon leads to the port.
 * @returns `whole` where nothing was left out.
 */
export function addressWithoutSecrets(url: string, knownHost: string | null): { text: string; whole: boolean } {
  const given = url.trim();
  if (given === '' || isPath(given)) return { text: url, whole: true };
  const parts = /^([a-z][a-z0-9+]*:\/\/|file:|sqlite:)([^?#]*)(\?[^#]*)?/i.exec(given);
  if (parts === null) return { text: '', whole: false };
  const [, scheme = '', place = '', query = ''] = parts;
  const left = placeOf(place, knownHost);
  const text = scheme + left + (left === place ? parametersOf(query) : '');
  return { text, whole: text === given };
}

const isPath = (text: string): boolean => /^(\/|[a-z]:\\)/i.test(text);

/** A host and its port, which nothing but a path follows. */
const hostAndPort = /^(\[[0-9a-f:.%]+\]|[^:@/[\]]*):[0-9]{1,5}(\/.*)?$/i;
const addressOnly = /^\[[0-9a-f:.%]+\](:[0-9]{0,5})?(\/.*)?$/i;

/** Login, host and path. */
function placeOf(place: string, knownHost: string | null): string {
  const colon = place.indexOf(':');
  const last = place.lastIndexOf('@');
  const [login, server] = [place.slice(0, last + 1), place.slice(last + 1)];
  const certain = colon === -1 ? place : place.slice(0, colon);
  // A password may have an @ of its own: what follows one is not certainly a server.
  if (login.includes(':') || place.indexOf('@') !== last) return certain.split('@')[0] ?? '';
  if (colon === -1 || addressOnly.test(server)) return place;
  // Without a login before it, what stands before the colon may be a user whose password begins behind it.
  const isServer = login !== '' || certain === knownHost;
  return isServer && hostAndPort.test(server) ? place : certain;
}

function parametersOf(query: string): string {
  const kept = query
    .slice(1)
    .split('&')
    .filter((parameter) => harmless.test(parameter));
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
}
