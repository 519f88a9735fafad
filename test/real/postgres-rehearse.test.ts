import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rehearsePostgres } from '../../src/main/engine/postgres/rehearse.ts';
import type { DatabaseInventory, PostgresFacts } from '../../src/shared/inventory.ts';
import type { Finding } from '../../src/shared/restore.ts';
import { inventoryOf, newWatch, surroundingsIn, targetOf } from '../helpers/postgres-archive.ts';
import { needs } from '../helpers/needs.ts';
import { availableMajors, startCluster, type Cluster } from '../helpers/postgres.ts';
import { tempFolder } from '../helpers/temp.ts';

const here = needs(
  'PostgreSQL server with client programs',
  availableMajors().some((major) => major < 18) ? undefined : 'only the packaged 18 is here',
);

describe.runIf(here)('BS-15 a rehearsal says before anything is changed', () => {
  let cluster: Cluster;
  let inventory: DatabaseInventory;
  const surroundings = surroundingsIn(tempFolder('rehearse'));

  beforeAll(async () => {
    cluster = await startCluster({ major: 15 });
    await cluster.sql('postgres', 'CREATE ROLE tenant LOGIN; CREATE ROLE maker LOGIN CREATEDB; CREATE ROLE boss');
    await cluster.createDatabase('shop', 'TEMPLATE template0 OWNER maker');
    await cluster.sql('shop', 'SET ROLE maker; CREATE TABLE t (a int); INSERT INTO t VALUES (1)');
    inventory = await inventoryOf(cluster, 'shop', surroundings);
  });
  afterAll(async () => {
    await cluster?.stop();
  });

  const rehearsed = (
    database: string,
    user: string,
    facts: Partial<PostgresFacts> = {},
    change: Partial<DatabaseInventory> = {},
  ): Promise<Finding[]> =>
    rehearsePostgres(
      targetOf(cluster, database, user),
      {},
      { ...inventory, ...change, engine: { ...(inventory.engine as PostgresFacts), ...facts } },
      newWatch(),
      surroundings,
    );
  const codes = (findings: Finding[], grade: Finding['grade']): string[] =>
    findings.filter((one) => one.grade === grade).map((one) => one.code);

  test('that all is well, with the program, the server and the size', async () => {
    const findings = await rehearsed('new', 'maker', { roles: ['maker'] });
    expect(codes(findings, 'blocking')).toEqual([]);
    expect(codes(findings, 'warning')).toEqual([]);
    expect(codes(findings, 'note').toSorted()).toEqual([
      'restore.server',
      'restore.space',
      'restore.target-new',
      'restore.tool',
    ]);
    expect(await cluster.sql('postgres', `SELECT 1 FROM pg_database WHERE datname = 'new'`)).toEqual([]);
  });

  test('that the role may not create databases, and that an empty one of its own will do', async () => {
    expect(codes(await rehearsed('new', 'tenant'), 'blocking')).toEqual(['restore.no-rights']);
    await cluster.createDatabase('waiting', 'TEMPLATE template0 OWNER tenant');
    const findings = await rehearsed('waiting', 'tenant', { roles: [], owner: 'tenant' });
    expect(codes(findings, 'blocking')).toEqual([]);
    expect(codes(findings, 'note')).toContain('restore.target-empty');
  });

  test('that the target is not empty', async () => {
    const [first] = await rehearsed('shop', 'maker');
    expect(first).toMatchObject({
      grade: 'blocking',
      code: 'restore.target-not-empty',
      message: expect.stringContaining('public.t') as string,
    });
  });

  test('which roles are missing or out of reach, and that a superuser runs what the backup carries', async () => {
    const findings = await rehearsed('new', 'maker', { roles: ['maker', 'boss', 'nobody here'] });
    expect(findings.find((one) => one.code === 'restore.roles-missing')?.message).toContain('nobody here');
    expect(findings.find((one) => one.code === 'restore.owners-change')?.message).toContain('boss');
    expect(codes(await rehearsed('new', 'postgres'), 'warning')).toEqual(['restore.as-superuser']);
  });

  test('which extensions are missing, of another version, or only for a superuser', async () => {
    const extensions = [
      { name: 'postgis', version: '3.4', schema: 'public' },
      { name: 'hstore', version: '0.1', schema: 'public' },
      { name: 'citext', version: '1.6', schema: 'public' },
      { name: 'pageinspect', version: '1.11', schema: 'public' },
    ];
    const findings = (await rehearsed('new', 'maker', { extensions })).filter((one) =>
      one.code.startsWith('extension.'),
    );
    expect(findings).toMatchObject([
      { grade: 'warning', code: 'extension.unavailable', message: expect.stringContaining('postgis') as string },
      { grade: 'warning', code: 'extension.not-allowed', message: expect.stringContaining('pageinspect') as string },
      { grade: 'note', code: 'extension.other-version', message: expect.stringContaining('hstore') as string },
    ]);
  });

  test('that the server is older, and lacks the locale', async () => {
    const findings = await rehearsed('new', 'maker', { serverMajor: 15, collate: 'tlh_QO.UTF-8' });
    expect(codes(findings, 'warning')).toEqual(['restore.other-locale']);
    const builtin = await rehearsed('new', 'maker', { localeProvider: 'builtin', locale: 'C.UTF-8' });
    expect(codes(builtin, 'warning')).toEqual(['restore.other-locale']);
    // No program here is as new as that, and that is what stops it.
    const newer = await rehearsed('new', 'maker', { serverMajor: 99 });
    expect(codes(newer, 'blocking')).toEqual(['tool.too-old']);
    expect(codes(newer, 'warning')).toContain('restore.older-server');
  });

  test('that rows alone cannot make a database', async () => {
    const scope = { part: 'data' as const, schemas: [], tables: [], excludeTables: [] };
    expect(codes(await rehearsed('new', 'maker', {}, { scope }), 'blocking')).toEqual(['scope.data-only']);
  });

  test('that nobody answers, as a finding with a hint', async () => {
    const target = targetOf(cluster, 'new');
    if (target.kind !== 'database') throw new Error('No database.');
    const [first] = await rehearsePostgres(
      { ...target, server: { ...target.server, host: tempFolder('nowhere') } },
      {},
      inventory,
      newWatch(),
      surroundings,
    );
    expect(first).toMatchObject({ grade: 'blocking', code: 'source.unreachable' });
    expect(first?.hint).toBeTruthy();
  });
});
