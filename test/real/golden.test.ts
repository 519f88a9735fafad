/**
 * Backups that were written when format version 1 was frozen. Every Holdfast after that reads them; they are never made
 * again (test/golden/make.ts refuses). What they must give is in v1.json, which was counted without Holdfast.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readManifest } from '../../src/main/artifact/manifest.ts';
import { readProof } from '../../src/main/artifact/proof.ts';
import { dataKey, listProofs, listSets, manifestKey, proofKey } from '../../src/main/artifact/set.ts';
import { unpack, unpackTo } from '../../src/main/artifact/unpack.ts';
import { folderDestination } from '../../src/main/destination/folder.ts';
import type { BackupId } from '../../src/shared/id.ts';
import { needs } from '../helpers/needs.ts';
import { startCluster, type Cluster } from '../helpers/postgres.ts';
import { tempFolder } from '../helpers/temp.ts';

interface GoldenSet {
  backupId: BackupId;
  kind: 'sqlite' | 'postgres';
  manifestSha256: string;
  contents: Record<string, string>;
  answers: { sql: string; answer: unknown }[];
}

const golden = path.join(import.meta.dirname, '../golden');
const { sets } = JSON.parse(readFileSync(path.join(golden, 'v1.json'), 'utf8')) as { sets: GoldenSet[] };
const setOf = (kind: GoldenSet['kind']): GoldenSet => sets.find((set) => set.kind === kind) as GoldenSet;
const { signal } = new AbortController();
const clientFolder = '/usr/lib/postgresql/15/bin';
const hasClient = needs(
  'PostgreSQL 15 with its client tools',
  existsSync(path.join(clientFolder, 'pg_restore')) ? undefined : `not in ${clientFolder}`,
);

describe('Backups of format version 1', () => {
  // A copy: whatever a test does, the golden files stay as they are.
  const root = tempFolder('golden');
  cpSync(path.join(golden, 'v1'), root, { recursive: true });
  const place = folderDestination(root);
  const manifestOf = async ({ backupId }: GoldenSet) =>
    readManifest(await buffer(await place.get(manifestKey(backupId))), backupId);

  test('there is one of each kind, and all are found by listing', async () => {
    const found: unknown[] = [];
    for await (const set of listSets(place))
      found.push('why' in set ? set : [set.backupId, set.body.source.kind, set.sha256]);
    expect(found).toEqual(sets.map((set) => [set.backupId, set.kind, set.manifestSha256]));
    expect(sets.map((set) => set.kind).toSorted()).toEqual(['postgres', 'sqlite']);
  });

  test('every artifact gives the bytes it gave then', async () => {
    for (const set of sets) {
      const { body } = await manifestOf(set);
      expect(body.artifacts.map((artifact) => artifact.name)).toEqual(Object.keys(set.contents));
      for (const facts of body.artifacts) {
        const content = await buffer(unpack(place, dataKey(set.backupId, facts.name), facts, { signal }));
        expect(createHash('sha256').update(content).digest('hex'), facts.name).toBe(set.contents[facts.name]);
      }
    }
  });

  test('every proof is read and speaks of the manifest it lies beside', async () => {
    const proven: string[] = [];
    for await (const { backupId, proofId } of listProofs(place)) {
      const proof = readProof(await buffer(await place.get(proofKey(backupId, proofId))), { backupId, proofId });
      expect(proof.report.verdict).toBe('proven');
      expect(proof.manifestSha256).toBe(sets.find((set) => set.backupId === backupId)?.manifestSha256);
      proven.push(backupId);
    }
    expect(proven).toEqual(sets.map((set) => set.backupId));
  });

  test('the SQLite file answers as the source did', async () => {
    const set = setOf('sqlite');
    const [facts] = (await manifestOf(set)).body.artifacts;
    if (facts === undefined) throw new Error('one artifact');
    const file = path.join(tempFolder('golden-sqlite'), 'app.db');
    await unpackTo(file, place, dataKey(set.backupId, facts.name), facts, { signal });
    const database = new Database(file, { readonly: true });
    expect(set.answers.length).toBeGreaterThan(5);
    for (const { sql, answer } of set.answers) expect(database.prepare(sql).all(), sql).toEqual(answer);
    database.close();
  });

  describe.runIf(hasClient)('in a PostgreSQL server', () => {
    let cluster: Cluster;
    beforeAll(async () => {
      cluster = await startCluster({ major: 15 });
    });
    afterAll(() => cluster?.stop());

    test('the archive restores and answers as the source did', async () => {
      const set = setOf('postgres');
      const facts = (await manifestOf(set)).body.artifacts.find((artifact) => artifact.content === 'postgres-custom');
      if (facts === undefined) throw new Error('one archive');
      const file = path.join(tempFolder('golden-postgres'), 'x.pgdump');
      await unpackTo(file, place, dataKey(set.backupId, facts.name), facts, { signal });
      await cluster.createDatabase('golden');
      const server = ['-h', cluster.socketFolder, '-p', String(cluster.port), '-U', cluster.superuser];
      const restored = spawnSync(
        path.join(clientFolder, 'pg_restore'),
        [...server, '--no-owner', '--exit-on-error', '-d', 'golden', file],
        { encoding: 'utf8' },
      );
      expect(restored.status, restored.stderr).toBe(0);
      expect(set.answers.length).toBeGreaterThan(5);
      for (const { sql, answer } of set.answers) expect(await cluster.sql('golden', sql), sql).toEqual(answer);
    });
  });
});
