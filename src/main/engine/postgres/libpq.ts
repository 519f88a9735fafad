/** How PostgreSQL's own programs are told where to connect: no secret in their arguments or environment. */
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Watch } from '../../base/watch.ts';
import type { Place } from '../engine.ts';
import { passwordFor, postgresSettings, type ConnectSurroundings } from './place.ts';
import { passwordLine } from './pgpass.ts';
import { authorities, ownCertificate, usesSocket } from './tls.ts';
import { leaseRoute, type Route } from './tunnel.ts';

export interface LibpqAccess {
  /** For `--dbname=`. */
  conninfo: string;
  /** For the program's environment; never a secret. */
  env: Record<string, string>;
  /** What happened to the tunnel meanwhile, if it is to blame for the program's failure. */
  failure(): Error | undefined;
  /** Removes the password file and lets the tunnel go. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Access to one database for pg_dump, pg_restore or pg_dumpall of version `major`.
 * The password lies in a 0600 file in `watch.work` until `close`; the authorities that are trusted are the same as in
 * our own sessions, written beside it.
 */
export async function libpqAccess(
  place: Place,
  database: string,
  major: number,
  watch: Pick<Watch, 'signal' | 'log' | 'work'>,
  surroundings: ConnectSurroundings,
  options: { applicationName?: string } = {},
): Promise<LibpqAccess> {
  const settings = postgresSettings(place);
  const password = passwordFor(place, database, surroundings);
  const files: string[] = [];
  const keep = async (kind: string, text: string): Promise<string> => {
    const file = path.join(watch.work, `${kind}-${randomUUID()}`);
    await writeFile(file, text, { mode: 0o600, flag: 'wx' });
    files.push(file);
    return file;
  };
  const removeFiles = async (): Promise<void> => {
    await Promise.all(files.map((file) => rm(file, { force: true })));
  };
  const route = await leaseRoute(place, watch, surroundings);
  try {
    const facts: Record<string, string> = {
      ...address(settings.host, route),
      user: settings.user,
      dbname: database,
      // An empty file rather than none: else libpq would look for ~/.pgpass by itself.
      passfile: await keep('pass', password === undefined ? '' : passwordLine(settings.user, password)),
      application_name: options.applicationName ?? 'holdfast',
      connect_timeout: '20',
      keepalives_idle: '30',
      gssencmode: 'disable',
    };
    if (!usesSocket(settings)) {
      const { mode } = settings.tls;
      const checked = mode === 'verify-full' || mode === 'verify-ca';
      facts['sslmode'] = mode;
      // A path that does not exist keeps `require` from taking up ~/.postgresql/root.crt and changing its meaning.
      facts['sslrootcert'] = checked
        ? await keep('authorities', authorities(settings))
        : path.join(watch.work, 'no-authority');
      facts['sslcrl'] = path.join(watch.work, 'no-list');
      const own = ownCertificate(surroundings.userHome);
      if (own !== undefined) Object.assign(facts, { sslcert: own.certFile, sslkey: own.keyFile });
      else if (major >= 16) facts['sslcertmode'] = 'disable';
    }
    return {
      conninfo: conninfoOf(facts),
      env: {},
      failure: () => route.failure(),
      close: async () => {
        await removeFiles();
        await route.release();
      },
    };
  } catch (error) {
    await removeFiles();
    await route.release();
    throw error;
  }
}

/** `host` stays the name that the certificate is checked for; `hostaddr` leads there. */
function address(host: string, route: Route): Record<string, string> {
  return { host, port: String(route.port), ...(route.tunnelled ? { hostaddr: route.host } : {}) };
}

/** A libpq connection string in which no value can be taken for anything else. */
export function conninfoOf(facts: Record<string, string>): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name}='${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`)
    .join(' ');
}
