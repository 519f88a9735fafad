/** JO-10 SV-21: a server that is only reached through an SSH server, and proves by its authority who it is, takes a restore. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../../src/main/base/secret.ts';
import type { Opened } from '../../src/main/engine/engine.ts';
import { rehearsePostgres } from '../../src/main/engine/postgres/rehearse.ts';
import { restorePostgres } from '../../src/main/engine/postgres/restore.ts';
import { compare } from '../../src/main/verify/compare.ts';
import type { RestoreTarget } from '../../src/shared/restore.ts';
import type { PostgresSettings } from '../../src/shared/source.ts';
import { makeAuthority, type Authority } from '../helpers/certificates.ts';
import { needs } from '../helpers/needs.ts';
import { archiveOf, copyOf, countOf, newWatch, surroundingsIn } from '../helpers/postgres-archive.ts';
import { startCluster, type Cluster } from '../helpers/postgres.ts';
import { serverIsHere } from '../helpers/postgres-ways.ts';
import { sshdMissing, startSshd, type SshServer } from '../helpers/sshd.ts';
import { tempFolder } from '../helpers/temp.ts';

const here = serverIsHere();
const openssl = needs('openssl', existsSync('/usr/bin/openssl') ? undefined : 'it is not installed');
const ssh = needs('an SSH server', sshdMissing());
const secrets = { database: new Secret('pass word') };

describe.runIf(here && openssl && ssh)('JO-10 SV-21 a restore through an SSH tunnel, over TLS', () => {
  let cluster: Cluster;
  let sshd: SshServer;
  let authority: Authority;
  let opened: Opened;
  const surroundings = surroundingsIn(tempFolder('restore-tunnel'));

  beforeAll(async () => {
    authority = makeAuthority('ours');
    sshd = await startSshd();
    cluster = await startCluster({
      auth: 'scram',
      password: 'pass word',
      ssl: authority.issue('IP:127.0.0.1'),
      // Whoever does not encrypt is not let in.
      hba: 'local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256',
    });
    await cluster.createDatabase('shop');
    await cluster.sql(
      'shop',
      'CREATE TABLE sale (id int PRIMARY KEY); INSERT INTO sale SELECT generate_series(1, 300)',
    );
    opened = await archiveOf(cluster, 'shop', surroundings);
  });
  afterAll(async () => {
    await cluster?.stop();
    await sshd?.stop();
  });

  const target = (hostKey: string, caFile = authority.caFile): Extract<RestoreTarget, { kind: 'database' }> => {
    const { host, port, user, keyFile } = sshd;
    const server: PostgresSettings = {
      kind: 'postgres',
      host: '127.0.0.1',
      port: cluster.port,
      user: cluster.superuser,
      databases: ['moved'],
      tls: { mode: 'verify-full', caFile },
      tunnel: { server: { host, port, user, auth: 'key', keyFile, hostKey } },
      password: 'vault',
    };
    return { kind: 'database', server, database: 'moved' };
  };
  const rehearsed = (to: RestoreTarget): Promise<{ grade: string; code: string }[]> =>
    rehearsePostgres(to, secrets, opened.inventory, newWatch(), surroundings);
  const restored = (to: RestoreTarget) => restorePostgres(to, secrets, copyOf(opened), newWatch(), surroundings);
  const madeAnything = async (): Promise<boolean> =>
    (await cluster.sql('postgres', `SELECT 1 FROM pg_database WHERE datname = 'moved'`)).length > 0;

  test('is refused where the SSH server shows another key, or another authority signed; nothing is made', async () => {
    const other = makeAuthority('theirs');
    for (const [to, code] of [
      [target(`SHA256:${'A'.repeat(43)}`), 'tunnel.host-key-changed'],
      [target(sshd.fingerprint, other.caFile), 'source.tls-untrusted'],
    ] as const) {
      await expect(restored(to)).rejects.toMatchObject({ code });
      expect(await rehearsed(to)).toContainEqual(expect.objectContaining({ grade: 'blocking', code }));
    }
    expect(await madeAnything()).toBe(false);
  });

  test('is rehearsed, made and equal', async () => {
    const to = target(sshd.fingerprint);
    expect((await rehearsed(to)).filter(({ grade }) => grade === 'blocking')).toEqual([]);
    expect(await madeAnything()).toBe(false);
    const facts = await restored(to);
    expect(facts.problems).toEqual([]);
    expect(compare(opened.inventory, await countOf(facts.place, surroundings)).problems).toEqual([]);
    expect(await cluster.sql('moved', 'SELECT count(*)::int AS sales FROM sale')).toEqual([{ sales: 300 }]);
  });
});
