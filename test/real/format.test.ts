/** The promise of docs/format.md: its own commands, word for word, restore and check a backup without Holdfast. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createReadStream, existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import Sqlite from 'better-sqlite3';
import { beforeAll, describe, expect, test } from 'vitest';
import { restoreHelp } from '../../src/main/artifact/help.ts';
import { writeManifest } from '../../src/main/artifact/manifest.ts';
import type { PackHead } from '../../src/main/artifact/name.ts';
import { pack } from '../../src/main/artifact/pack.ts';
import { dataKey, manifestKey } from '../../src/main/artifact/set.ts';
import { start } from '../../src/main/base/run.ts';
import { bodyOf } from '../../src/main/destination/destination.ts';
import { folderDestination } from '../../src/main/destination/folder.ts';
import { splitting } from '../../src/main/destination/split.ts';
import { programBody } from '../../src/main/engine/postgres/program-body.ts';
import type { ArtifactFacts, ManifestBody } from '../../src/shared/artifact.ts';
import type { BackupId } from '../../src/shared/id.ts';
import { needs } from '../helpers/needs.ts';
import { startCluster, type Cluster } from '../helpers/postgres.ts';
import { tempFolder } from '../helpers/temp.ts';
import { manifestBody } from '../unit/artifact/facts.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/format.md'), 'utf8');
const { signal } = new AbortController();
const canRun = needs(
  'zstd',
  spawnSync('zstd', ['--version']).error === undefined ? undefined : 'zstd is not installed',
);
const clientFolder = '/usr/lib/postgresql/15/bin';
const hasClient = needs(
  'PostgreSQL 15 with its client tools',
  existsSync(join(clientFolder, 'pg_restore')) ? undefined : `not in ${clientFolder}`,
);

/** The command of docs/format.md that is marked with this word. */
function recipe(mark: string): string {
  const found = new RegExp(`^\`\`\`sh ${mark}\\n([^]*?)^\`\`\``, 'm').exec(page)?.[1];
  if (found === undefined) throw new Error(`docs/format.md has no recipe ${mark}.`);
  return found;
}

interface Place {
  root: string;
  id: BackupId;
  facts: ArtifactFacts[];
}

/** Runs a command as a person would who stands in the destination. */
function sh(place: Place, command: string, variables: Record<string, string> = {}) {
  const PATH = [clientFolder, process.env['PATH']].join(delimiter);
  const env = { PATH, HOME: place.root, LC_ALL: 'C', ID: place.id, FILE: place.facts[0]?.name, N: '1', ...variables };
  const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', command], {
    cwd: place.root,
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** A set as a backup leaves it. Its inventory is not the matter here. */
async function makePlace(id: string, contents: { head: PackHead; body: () => Readable }[]): Promise<Place> {
  const root = tempFolder('format');
  const destination = folderDestination(root);
  const backupId = id as BackupId;
  const facts: ArtifactFacts[] = [];
  for (const { head, body } of contents) {
    const packed = await pack(head, body(), tempFolder('spool'), { signal });
    const stored = {
      sizeBytes: packed.facts.sizeBytes,
      file: packed.file,
      open: (from = 0) => createReadStream(packed.file, { start: from }),
    };
    await destination.put(dataKey(backupId, packed.facts.name), stored);
    rmSync(packed.file);
    facts.push(packed.facts);
  }
  const plain = manifestBody();
  if (plain.inventory.form !== 'plain') throw new Error('a plain one');
  const [database] = plain.inventory.content.databases;
  if (database === undefined) throw new Error('one database');
  const body: ManifestBody = {
    ...plain,
    backupId,
    artifacts: facts.map((one) => ({ ...one, content: 'sqlite-file' })),
    inventory: {
      form: 'plain',
      content: { databases: facts.map((one) => ({ ...database, name: one.name, artifact: one.name })), globals: null },
    },
  };
  await destination.put(manifestKey(backupId), bodyOf(writeManifest(body).file));
  await destination.put('HOW-TO-RESTORE.txt' as ReturnType<typeof dataKey>, bodyOf(Buffer.from(restoreHelp)));
  return { root, id: backupId, facts };
}

describe.runIf(canRun)('A SQLite backup, with what every administrator has', () => {
  let place: Place;
  let original: Buffer;

  beforeAll(async () => {
    const file = join(tempFolder('source'), 'app.db');
    const database = new Sqlite(file);
    database.exec('CREATE TABLE noise (id INTEGER PRIMARY KEY, bytes BLOB); CREATE TABLE kept (word TEXT)');
    // More than one range, so that the recipes for ranges have something to tell apart.
    const insert = database.prepare('INSERT INTO noise (bytes) VALUES (randomblob(1000000))');
    for (let row = 0; row < 70; row += 1) insert.run();
    database.prepare('INSERT INTO kept VALUES (?)').run('straße');
    database.close();
    original = readFileSync(file);
    place = await makePlace('bk-20261120-123028-0123abcd', [
      { head: { number: 1, name: 'app.db', content: 'sqlite-file' }, body: () => createReadStream(file) },
      {
        head: { number: 2, name: 'small.db', content: 'sqlite-file' },
        body: () => Readable.from([Buffer.alloc(512, 'x')]),
      },
    ]);
  });

  test('what is there is seen by listing', () => {
    expect(place.facts[0]?.ranges).toHaveLength(2);
    expect(sh(place, recipe('list')).stdout.split('\n')).toEqual([
      `${place.id}.jsonl`,
      '01-app.sqlite.zst',
      '02-small.sqlite.zst',
      '',
    ]);
  });

  test('one line restores it, byte for byte', () => {
    expect(sh(place, recipe('sqlite'))).toMatchObject({ status: 0 });
    expect(readFileSync(join(place.root, 'app.db')).equals(original)).toBe(true);
    const restored = new Sqlite(join(place.root, 'app.db'), { readonly: true });
    expect(restored.prepare('SELECT count(*) AS n FROM noise').get()).toEqual({ n: 70 });
    expect(restored.prepare('SELECT word FROM kept').get()).toEqual({ word: 'straße' });
    restored.close();
  });

  test('BS-14 in parts it is put together first', async () => {
    const inParts: Place = { root: tempFolder('format-parts'), id: place.id, facts: [] };
    const facts = place.facts[0] as ArtifactFacts;
    const whole = join(place.root, 'data', place.id, facts.name);
    const cut = splitting(folderDestination(inParts.root), 30_000_000);
    await cut.put(dataKey(place.id, facts.name), {
      sizeBytes: facts.sizeBytes,
      open: (from = 0) => createReadStream(whole, { start: from }),
    });
    expect(sh(inParts, recipe('parts'), { FILE: facts.name })).toMatchObject({ status: 0 });
    expect(readFileSync(join(inParts.root, 'app.db')).equals(original)).toBe(true);
  });

  test('the manifest can be checked', () => {
    const [hash, seal] = sh(place, recipe('manifest')).stdout.split('\n');
    const { sha256 } = JSON.parse(seal ?? '') as { sha256: string };
    expect(hash).toBe(`${sha256}  -`);
  });

  test('every range can be checked, for every artifact', () => {
    for (const [index, facts] of place.facts.entries()) {
      const checked = sh(place, recipe('ranges'), { FILE: facts.name, N: String(index + 1) });
      expect(checked).toMatchObject({ status: 0, stdout: 'every range is as it was written\n' });
    }
    expect(sh(place, recipe('one-range')).stdout).toBe(`${place.facts[0]?.ranges[0]}  -\n`);
    expect(sh(place, recipe('zstd')).status).toBe(0);
  });

  test('and the checks find a changed byte', () => {
    const file = join(place.root, 'data', place.id, place.facts[1]?.name ?? '');
    const before = readFileSync(file);
    appendFileSync(file, 'x');
    expect(sh(place, recipe('ranges'), { FILE: place.facts[1]?.name ?? '', N: '2' }).status).not.toBe(0);
    expect(sh(place, recipe('zstd'), { FILE: place.facts[1]?.name ?? '' }).status).not.toBe(0);
    writeFileSync(file, before);
  });

  test('zstd itself says that it is one frame with a checksum', () => {
    for (const facts of place.facts) {
      const { stdout } = sh(place, 'zstd -l -v "data/$ID/$FILE"', { FILE: facts.name });
      expect(stdout).toMatch(/# Zstandard Frames: 1\n/);
      expect(stdout).toMatch(/Check: XXH64/);
    }
  });

  test('the page that lies beside the backups says the same, and its commands run', () => {
    const said = readFileSync(join(place.root, 'HOW-TO-RESTORE.txt'), 'utf8');
    const commands = said
      // Those for sealed sets are run on the golden ones.
      .replace(/^4[.] Sealed[^]*^5[.]/m, '5.')
      .split('\n')
      .filter((line) => line.startsWith('     ') && /sqlite|manifests|split/.test(line))
      .map((line) =>
        line
          .trim()
          .replaceAll('ID', place.id)
          .replace(/01-NAME[.](?:sqlite|pgdump)/, '01-app.sqlite'),
      );
    expect(commands).toHaveLength(6);
    const ran = commands.map((command) => ({ command, ...sh(place, command) }));
    for (const { command, status, stderr } of ran) expect(status, `${command}: ${stderr}`).toBe(0);
    expect(ran.at(-1)?.stdout).toBe(place.facts[0]?.ranges.map((hash) => `${hash}  -\n`).join(''));
    expect(JSON.parse(ran.at(-2)?.stdout ?? '')).toMatchObject({ sha256: ran.at(-3)?.stdout.slice(0, 64) });
  });
});

describe.runIf(canRun && hasClient)('A PostgreSQL backup, with what every administrator has', () => {
  test('one line restores it into a new database', async () => {
    const cluster: Cluster = await startCluster({ major: 15 });
    try {
      await cluster.createDatabase('shop');
      await cluster.sql(
        'shop',
        "CREATE TABLE item (id serial PRIMARY KEY, name text NOT NULL); INSERT INTO item (name) SELECT 'item ' || n FROM generate_series(1, 5000) n",
      );
      // Read from its first byte on: of a program that ended before, nobody would have the output.
      const dump = () =>
        programBody(
          start(join(clientFolder, 'pg_dump'), [
            '-Fc',
            '-Z0',
            '-h',
            cluster.socketFolder,
            '-p',
            String(cluster.port),
            '-U',
            cluster.superuser,
            '-d',
            'shop',
          ]),
          { program: 'pg_dump' },
        );
      const place = await makePlace('bk-20261120-123029-0123abcd', [
        { head: { number: 1, name: 'shop', content: 'postgres-custom' }, body: dump },
        {
          head: { number: 2, name: 'globals', content: 'postgres-globals' },
          body: () => Readable.from(['CREATE ROLE "größe";\n']),
        },
      ]);
      const server = { PGHOST: cluster.socketFolder, PGPORT: String(cluster.port), PGUSER: cluster.superuser };
      const ran = sh(place, recipe('postgres'), server);
      expect(ran.status, ran.stderr).toBe(0);
      expect(await cluster.sql('target', 'SELECT count(*)::int AS n, min(name) AS first FROM item')).toEqual([
        { n: 5000, first: 'item 1' },
      ]);
      expect(sh(place, recipe('globals'), { FILE: '02-globals.sql.zst' }).stdout).toBe('CREATE ROLE "größe";\n');
    } finally {
      await cluster.stop();
    }
  });
});
