import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import { checkServerIdentity, getCACertificates, type ConnectionOptions } from 'node:tls';
import { Fail } from '../../../shared/failure.ts';
import type { PostgresSettings } from '../../../shared/source.ts';

/** A certificate of our own, where libpq looks for one too. */
export interface OwnCertificate {
  certFile: string;
  keyFile: string;
}

export function ownCertificate(userHome: string): OwnCertificate | undefined {
  const certFile = path.join(userHome, '.postgresql', 'postgresql.crt');
  const keyFile = path.join(userHome, '.postgresql', 'postgresql.key');
  return existsSync(certFile) && existsSync(keyFile) ? { certFile, keyFile } : undefined;
}

/**
 * The authorities that a server's certificate is checked against, as PEM: the source's own file, else what this
 * computer trusts. The same list serves our own connections and, written to a file, PostgreSQL's programs.
 */
export function authorities(settings: PostgresSettings): string {
  const { caFile } = settings.tls;
  if (caFile === undefined) {
    const system = getCACertificates('system');
    return (system.length > 0 ? system : getCACertificates('default')).join('\n');
  }
  let pem: string;
  try {
    pem = readFileSync(caFile, 'utf8');
  } catch (cause) {
    throw new Fail('source.tls-untrusted', `The authority's certificate ${caFile} cannot be read.`, { cause });
  }
  if (!pem.includes('-----BEGIN CERTIFICATE-----') && !pem.includes('-----BEGIN TRUSTED CERTIFICATE-----')) {
    throw new Fail('source.tls-untrusted', `${caFile} is not a certificate in PEM form.`);
  }
  return pem;
}

/** Whether the server is asked through a Unix socket, which never leaves this computer. */
export function usesSocket(settings: PostgresSettings): boolean {
  return path.isAbsolute(settings.host) || settings.host.startsWith('/');
}

/**
 * How node's TLS checks this server, or false for none. The name that is checked is the one in the settings, also when a
 * tunnel leads through another address.
 */
export function tlsOptions(settings: PostgresSettings, userHome: string): ConnectionOptions | false {
  const { mode } = settings.tls;
  if (mode === 'disable' || usesSocket(settings)) return false;
  const own = ownCertificate(userHome);
  const base: ConnectionOptions = {
    minVersion: 'TLSv1.2',
    ...(isIP(settings.host) === 0 ? { servername: settings.host } : {}),
    ...(own === undefined ? {} : { cert: readFileSync(own.certFile), key: readFileSync(own.keyFile) }),
  };
  if (mode === 'require') return { ...base, rejectUnauthorized: false };
  return {
    ...base,
    ca: authorities(settings),
    rejectUnauthorized: true,
    checkServerIdentity:
      mode === 'verify-ca' ? () => undefined : (_, certificate) => checkServerIdentity(settings.host, certificate),
  };
}
