import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openCatalog } from '../../src/main/catalog/catalog.ts';
import { catalogFailure } from '../../src/main/catalog/guard.ts';
import { tempFolder } from '../helpers/temp.ts';
import * as sample from '../unit/catalog/samples.ts';

const clock = sample.stillClock();
const code = (name: string) => expect.objectContaining({ code: name });

/** A closed catalog with some backups in it, each with a manifest of about this size. */
function filled(manifestSize = 1_000): string {
  const file = sample.newCatalogFile();
  const catalog = openCatalog(file, clock);
  catalog.sources.add(sample.source(1));
  catalog.together(() => {
    for (let n = 0; n < 300; n += 1) {
      const inventory = { form: 'sealed' as const, content: 'x'.repeat(manifestSize) };
      const manifest = { ...sample.manifest(n, sample.source(1), 1_795_000_000_000 + n), inventory };
      catalog.backups.put({ manifest, manifestSha256: sample.sha256(n), stored: [] });
    }
  });
  catalog.close();
  return file;
}

describe('a catalog file that is not as it was left', () => {
  test.each<[string, (file: string) => void]>([
    ['is empty', (file) => truncateSync(file, 0)],
    ['lost its second half', (file) => truncateSync(file, Math.floor(statSync(file).size / 2))],
    ['is cut in the middle of a page', (file) => truncateSync(file, statSync(file).size - 1_000)],
    ['is one byte too short', (file) => truncateSync(file, statSync(file).size - 1)],
    ['holds something else', (file) => writeFileSync(file, 'not a database at all\n'.repeat(500))],
    [
      'has a page of zeros',
      (file) => {
        const bytes = readFileSync(file);
        bytes.fill(0, 4096 * 5, 4096 * 6);
        writeFileSync(file, bytes);
      },
    ],
    [
      "is another program's database",
      (file) => {
        writeFileSync(file, '');
        const other = new Database(file);
        other.exec('CREATE TABLE bookmarks (url TEXT)');
        other.close();
      },
    ],
    [
      'claims a schema that never was',
      (file) => {
        const other = new Database(file);
        other.pragma('user_version = 7');
        other.close();
      },
    ],
  ])('and %s is refused as corrupt, and is not changed', (_what, spoil) => {
    const file = filled();
    spoil(file);
    const before = readFileSync(file);
    expect(() => openCatalog(file, clock)).toThrow(code('catalog.corrupt'));
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('and was written by a newer Holdfast is refused as newer', () => {
    const file = filled();
    const other = new Database(file);
    other.pragma('user_version = 99990');
    other.close();
    expect(() => openCatalog(file, clock)).toThrow(code('catalog.newer'));
  });

  test('damage that comes while it is open is told as corrupt by the call that meets it', () => {
    // More than SQLite keeps in memory: what it has read already it does not read again.
    const file = filled(30_000);
    const catalog = openCatalog(file, clock);
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 4096);
    writeFileSync(file, bytes);
    const readAll = () => Array.from({ length: 300 }, (_, n) => catalog.backups.manifest(sample.backupId(n)));
    expect(readAll).toThrow(code('catalog.corrupt'));
    catalog.close();
  });
});

describe('a manifest that is damaged where SQLite does not look', () => {
  test('is told as a corrupt catalog by the call that reads it', () => {
    const file = filled(30_000);
    const bytes = readFileSync(file);
    // Everywhere, for some of the places are what moved rows left behind.
    const mark = '{"format":"holdfast.backup"';
    for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) bytes.write('#', at);
    writeFileSync(file, bytes);
    const catalog = openCatalog(file, clock);
    expect(catalog.backups.cards()).toHaveLength(300);
    const readAll = () => Array.from({ length: 300 }, (_, n) => catalog.backups.manifest(sample.backupId(n)));
    expect(readAll).toThrow(code('catalog.corrupt'));
    catalog.close();
  });
});

describe('a catalog that cannot be had', () => {
  test('its folder is missing, or its name is a folder', () => {
    const folder = tempFolder('catalog');
    expect(() => openCatalog(path.join(folder, 'none', 'catalog.sqlite'), clock)).toThrow(code('home.unusable'));
    mkdirSync(path.join(folder, 'catalog.sqlite'));
    expect(() => openCatalog(path.join(folder, 'catalog.sqlite'), clock)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(home.unusable|catalog.corrupt)$/) as string }),
    );
  });

  test('another program writes in it and does not stop', () => {
    const file = filled();
    const catalog = openCatalog(file, clock);
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    expect(() => catalog.meta.set('x', 'y')).toThrow(code('home.busy'));
    other.exec('COMMIT');
    other.close();
    catalog.meta.set('x', 'y');
    expect(catalog.meta.get('x')).toBe('y');
    catalog.close();
  });

  test('the disk is full: told as such, and nothing of the change is there', () => {
    const file = filled();
    const database = new Database(file);
    database.pragma(`max_page_count = ${String(database.pragma('page_count', { simple: true }))}`);
    let thrown: unknown;
    try {
      database.prepare('INSERT INTO meta VALUES (?, ?)').run('big', 'x'.repeat(100_000));
    } catch (error) {
      thrown = error;
    }
    database.close();
    expect(catalogFailure(thrown, file)).toMatchObject({ code: 'home.full' });
    const catalog = openCatalog(file, clock);
    expect(catalog.meta.get('big')).toBeUndefined();
    catalog.close();
  });
});

describe('a crash', () => {
  test('while the catalog was being made leaves no half of one', () => {
    const file = sample.newCatalogFile();
    const half = filled();
    truncateSync(half, 5_000);
    copyFileSync(half, `${file}.new`);
    writeFileSync(`${file}.new-journal`, 'left');
    // The log of a catalog that was deleted must not be played into the new one.
    writeFileSync(`${file}-wal`, readFileSync(half));
    const catalog = openCatalog(file, clock);
    expect(catalog.backups.cards()).toEqual([]);
    catalog.close();
    expect(readdirSync(path.dirname(file))).toEqual(['catalog.sqlite']);
    expect(existsSync(`${file}.new`)).toBe(false);
  });

  test('at any moment of writing loses nothing that was answered, and halves nothing', async () => {
    const file = sample.newCatalogFile();
    const writer = path.join(import.meta.dirname, 'catalog-writer.ts');
    let answered = -1;
    for (const wanted of [1, 3, 17, 40, 90]) {
      const child = spawn(process.execPath, [writer, file, String(answered + 1)], {
        env: { PATH: process.env['PATH'] },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let out = '';
      const gone = new Promise((resolve) => child.once('close', resolve));
      child.stdout.on('data', (text: Buffer) => {
        out += text.toString();
        if (out.split('\n').length > wanted) child.kill('SIGKILL');
      });
      await gone;
      const whole = out.slice(0, out.lastIndexOf('\n')).split('\n');
      answered = Number(whole.at(-1));
      expect(whole.length).toBeGreaterThanOrEqual(wanted);

      const catalog = openCatalog(file, clock);
      const backups = catalog.backups.cards().length;
      // One more may have been kept without having been answered.
      expect([answered + 1, answered + 2]).toContain(backups);
      expect(catalog.jobs.list({ limit: 100_000 })).toHaveLength(backups);
      expect(catalog.backups.manifest(sample.backupId(answered))).toMatchObject({
        takenAt: 1_795_000_000_000 + answered,
      });
      catalog.close();
      answered = backups - 1;
    }
  });
});
