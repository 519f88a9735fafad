/** Two traps in which other tools are caught: a dump of nothing that counts as success, and a dump that is a script. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pack } from '../../src/main/artifact/pack.ts';
import { readManifest, writeManifest } from '../../src/main/artifact/manifest.ts';
import type { BackupId } from '../../src/shared/id.ts';
import { holdfast, holdfastJson } from '../helpers/holdfast.ts';
import { needs } from '../helpers/needs.ts';
import { availableMajors, startCluster, type Cluster } from '../helpers/postgres.ts';
import { tempFolder } from '../helpers/temp.ts';

const server = needs(
  'PostgreSQL 15',
  availableMajors().includes(15) ? undefined : 'no server with its client tools is installed',
);

describe.runIf(server)('CV-3 traps of peers', () => {
  const folder = tempFolder('peer-traps');
  const home = path.join(folder, 'home');
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster({ major: 15 });
    await cluster.createDatabase('shop');
    await cluster.sql('shop', 'CREATE TABLE item (id int PRIMARY KEY); INSERT INTO item SELECT generate_series(1, 10)');
    await holdfastJson(home, ['source', 'add', 'shop', '--url', cluster.url('shop'), '--tls', 'disable']);
  });
  afterAll(() => cluster.stop());

  /** A whole, well-formed set whose dump is `content`: only what is inside is wrong. */
  async function replaceDump(content: Buffer): Promise<string> {
    const { backupId } = await holdfastJson<{ backupId: string }>(home, ['backup', 'shop']);
    const manifestFile = path.join(home, 'backups/manifests', `${backupId}.jsonl`);
    const { body } = readManifest(readFileSync(manifestFile), backupId as BackupId);
    const rest = body.artifacts.slice(1);
    const spool = mkdtempSync(path.join(folder, 'spool-'));
    const head = { number: 1, name: 'shop', content: 'postgres-custom' } as const;
    const packed = await pack(head, Readable.from([content]), spool, { signal: new AbortController().signal });
    writeFileSync(path.join(home, 'backups/data', backupId, packed.facts.name), readFileSync(packed.file));
    writeFileSync(manifestFile, writeManifest({ ...body, artifacts: [packed.facts, ...rest] }).file);
    await holdfast(home, ['doctor', '--rebuild', '--json']);
    return backupId;
  }

  async function expectRefused(backupId: string, code: RegExp): Promise<void> {
    for (const level of ['read', 'restore']) {
      const ran = await holdfast(home, ['verify', backupId, '--level', level, '--json']);
      const proof = ran.json<{ verdict: string; problems: { grade: string; code: string }[] }>();
      expect(ran.code).toBe(1);
      expect(proof.verdict).toBe('failed');
      expect(proof.problems).toContainEqual(
        expect.objectContaining({ grade: 'fatal', code: expect.stringMatching(code) }),
      );
    }
    const restored = await holdfast(home, ['restore', backupId, '--to-database', 'victim', '--json']);
    expect(restored.code).toBe(3);
    expect(restored.json<{ code: string }>().code).toMatch(code);
    const left = "SELECT datname FROM pg_database WHERE datname LIKE 'victim%' OR datname LIKE 'holdfast%'";
    expect(await cluster.sql('postgres', left)).toEqual([]);
    expect(readdirSync(path.join(home, 'work'))).toEqual([]);
  }

  it('a script that calls itself pg_dump and dumps nothing is not taken for one', async () => {
    const tools = path.join(folder, 'tools');
    mkdirSync(tools, { mode: 0o755 });
    const script = '#!/bin/sh\nif [ "$1" = --version ]; then echo "pg_dump (PostgreSQL) 99.1"; fi\nexit 0\n';
    writeFileSync(path.join(tools, 'pg_dump'), script);
    chmodSync(path.join(tools, 'pg_dump'), 0o755);
    const env = { PATH: `${tools}${path.delimiter}${process.env['PATH'] ?? ''}` };
    const found = (await holdfast(home, ['doctor', '--json'], { env })).json<{ tools: { major: number }[] }>();
    expect(found.tools.map((set) => set.major)).not.toContain(99);
    const backup = await holdfastJson<{ tables: { rows: number }[] }>(home, ['backup', 'shop'], { env });
    expect(backup.tables).toMatchObject([{ rows: 10 }]);
  });

  it('a 0-byte dump is called failed at every level, and restores into nothing', async () => {
    const backupId = await replaceDump(Buffer.alloc(0));
    await expectRefused(backupId, /^artifact\.|archive/);
  });

  it('meta-commands: a set whose dump is plain SQL for psql is refused, and nothing of it runs', async () => {
    const witness = path.join(folder, 'it-ran');
    const script = `-- PostgreSQL database dump\n\\! touch ${witness}\n\\unrestrict \`touch ${witness}\`\nCREATE TABLE item (id int);\n`;
    const backupId = await replaceDump(Buffer.from(script));
    await expectRefused(backupId, /^artifact\.plain-sql$/);
    expect(existsSync(witness)).toBe(false);
  });
});
