/** Pure: whether a request can come from our own page in the person's own browser. */
import type { IncomingHttpHeaders } from 'node:http';

export interface Head {
  method: string;
  headers: IncomingHttpHeaders;
}

/** `page` is what a person navigates to, `entry` the link of the terminal, `file` a part of the page, the others are asked by its script. */
export type Purpose = 'entry' | 'page' | 'file' | 'call' | 'events';

/** The names under which this server may be spoken to. Any other is DNS rebinding, or a proxy that nobody set up. */
export const hostsOf = (port: number): string[] => [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];

/**
 * Why a request is refused, or undefined. What is not a browser sends none of the `Sec-Fetch-…` headers; there the cookie,
 * the Origin (which a call must have) and the `x-holdfast` header stand alone.
 */
export function refusalOf({ method, headers }: Head, purpose: Purpose, port: number): string | undefined {
  const { host, origin } = headers;
  if (host === undefined || !hostsOf(port).includes(host)) return 'This server has another name.';
  const own = `http://${host}`;
  if (origin !== undefined && origin !== own) return 'The request comes from another site.';
  if (method !== (purpose === 'call' ? 'POST' : 'GET')) return 'This is asked in another way.';
  return purpose === 'call' ? (refusalOfCall(headers) ?? site(headers, purpose)) : site(headers, purpose);
}

function refusalOfCall(headers: IncomingHttpHeaders): string | undefined {
  if (headers.origin === undefined) return 'A call says where it comes from.';
  // No form of any site can send these two without asking first, and nobody is answered who asks.
  if (headers['x-holdfast'] !== '1') return 'A call has the x-holdfast header.';
  if (!/^application\/json(?:; *charset=utf-8)?$/i.test(headers['content-type'] ?? '')) return 'A call is JSON.';
  if (headers['content-encoding'] !== undefined) return 'A call is sent as it is.';
  return undefined;
}

/** The browser's own word on who asks. Another port of this machine is `same-site`, and a stranger. */
function site(headers: IncomingHttpHeaders, purpose: Purpose): string | undefined {
  const from = headers['sec-fetch-site'];
  const into = headers['sec-fetch-dest'];
  if (typeof into === 'string' && (purpose === 'entry' || purpose === 'page') && into !== 'document')
    return 'This page stands by itself.';
  if (from === undefined || from === 'same-origin' || purpose === 'entry') return undefined;
  if (from === 'none' && (purpose === 'page' || purpose === 'file')) return undefined;
  return 'The request comes from another site.';
}
