/** How this server answers: every response carries the same fences. */
import type { ServerResponse } from 'node:http';
import { Fail, toFailure } from '../../shared/failure.ts';
import { contentSecurityPolicy } from '../window/csp.ts';

export const fences = {
  'content-security-policy': contentSecurityPolicy("'self'"),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), clipboard-read=()',
  'cache-control': 'no-store',
} as const;

export function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  more: Record<string, string> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { ...fences, 'content-type': type, 'content-length': Buffer.byteLength(body), ...more });
  response.end(body);
}

/** A refusal that a script reads: an `Answer` like any other. The connection ends, unread bytes and all. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  const failure = toFailure(new Fail('call.refused', message), 'browser door');
  send(response, status, 'application/json', JSON.stringify({ ok: false, failure }), { connection: 'close' });
}

/** A page for a person, without anything of the window in it. */
export function sayPage(response: ServerResponse, status: number, title: string, text: string): void {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>`;
  send(response, status, 'text/html; charset=utf-8', html);
}

/**
 * Sends the browser on to `/`. Not a 303: where the link was clicked on another site, a SameSite=Strict cookie does not
 * come along on a redirect, but does on a navigation that our own page begins.
 */
export function sendIn(response: ServerResponse, cookie: string | undefined): void {
  const html =
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=/"><title>Holdfast</title><p><a href="/">Holdfast</a></p></html>';
  send(response, 200, 'text/html; charset=utf-8', html, cookie === undefined ? {} : { 'set-cookie': cookie });
}
