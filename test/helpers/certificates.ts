import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from './temp.ts';

/** A certificate authority of our own, made by openssl for one test. */
export interface Authority {
  caFile: string;
  /** Certificate and key, as PEM text, for a server of these names (`DNS:…`, `IP:…`). */
  issue(names: string): { cert: string; key: string };
}

export function makeAuthority(name: string): Authority {
  const folder = tempFolder('authority');
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
  );
  let count = 0;
  return {
    caFile: join(folder, 'ca.crt'),
    issue(names) {
      const base = `server-${++count}`;
      writeFileSync(join(folder, `${base}.ext`), `subjectAltName=${names}\n`);
      openssl(
        'req',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-subj',
        '/CN=holdfast test server',
        '-keyout',
        `${base}.key`,
        '-out',
        `${base}.csr`,
      );
      openssl(
        'x509',
        '-req',
        '-in',
        `${base}.csr`,
        '-CA',
        'ca.crt',
        '-CAkey',
        'ca.key',
        '-CAcreateserial',
        '-days',
        '2',
        '-extfile',
        `${base}.ext`,
        '-out',
        `${base}.crt`,
      );
      return {
        cert: readFileSync(join(folder, `${base}.crt`), 'utf8'),
        key: readFileSync(join(folder, `${base}.key`), 'utf8'),
      };
    },
  };
}
