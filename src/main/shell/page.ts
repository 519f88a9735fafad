/** The window's own origin. Its files are those that were built, served with the policy that keeps everything else out. */
import { protocol, type Session } from 'electron';
import type { BuiltFiles } from '../window/built-files.ts';
import { contentSecurityPolicy } from '../window/csp.ts';

const scheme = 'app';
const host = 'holdfast';
export const pageOrigin = `${scheme}://${host}`;
export const pageUrl = `${pageOrigin}/`;

const headers = {
  'content-security-policy': contentSecurityPolicy("'none'"),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Before the app is ready: from then on `app://holdfast` is an origin like that of a web site, and a secure one. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true } }]);
}

/** @param files what `out/renderer` holds: no path of a request is ever joined to a folder. */
export function serveWindow(session: Session, files: BuiltFiles): void {
  session.protocol.handle(scheme, (request) => answer(request, files));
}

function answer(request: Request, files: BuiltFiles): Response {
  const url = new URL(request.url);
  if (request.method !== 'GET') return new Response(null, { status: 405, headers });
  const file = url.host === host ? files.get(url.pathname) : undefined;
  if (file === undefined) return new Response('Not here.', { status: 404, headers });
  return new Response(new Uint8Array(file.bytes), { headers: { ...headers, 'content-type': file.type } });
}
