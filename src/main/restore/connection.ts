/** How a program reaches what was restored (JO-10): a URL without a password, or a path. */
import type { RestoreTarget } from '../../shared/restore.ts';

export function connectionOf(target: RestoreTarget): string {
  if (target.kind === 'file') return target.file;
  const { host, port, user, tls } = target.server;
  const database = encodeURIComponent(target.database);
  const mode = tls.mode === 'disable' ? '' : `sslmode=${tls.mode}`;
  if (host.startsWith('/')) {
    const where = [`host=${encodeURIComponent(host)}`, `port=${port}`].join('&');
    return `postgres://${encodeURIComponent(user)}@/${database}?${where}`;
  }
  const address = host.includes(':') ? `[${host}]` : host;
  return `postgres://${encodeURIComponent(user)}@${address}:${port}/${database}${mode === '' ? '' : `?${mode}`}`;
}

/** For a person: `database shop on db.example.com`, `file /srv/shop.db`. */
export const describeTarget = (target: RestoreTarget): string =>
  target.kind === 'file' ? `file ${target.file}` : `database ${target.database} on ${target.server.host}`;

/** The live name alone. */
export const nameOfTarget = (target: RestoreTarget): string => (target.kind === 'file' ? target.file : target.database);
