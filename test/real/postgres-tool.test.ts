import { chmodSync, chownSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { passwordFromFile, passwordLine } from '../../src/main/engine/postgres/pgpass.ts';
import { chooseTool, findToolSets } from '../../src/main/engine/postgres/tool.ts';
import { Secret } from '../../src/main/base/secret.ts';
import type { ToolSet } from '../../src/shared/doctor.ts';
import { needs } from '../helpers/needs.ts';
import { surroundings } from '../helpers/postgres-source.ts';
import { tempFolder } from '../helpers/temp.ts';

const sets = await findToolSets(surroundings());
const real = sets.find((set) => set.programs.includes('pg_dump') && set.distrust === null);
const here = needs('PostgreSQL client programs', real === undefined ? 'none found' : undefined);
const posix = needs('POSIX file modes', process.platform === 'win32' ? 'Windows has none' : undefined);

describe.runIf(here && posix)('client programs', () => {
  /** A folder with a copy of pg_dump, as somebody might have put it into PATH. */
  function copyOf(mode: number): string {
    const folder = join(tempFolder('tools'), 'bin');
    mkdirSync(folder);
    copyFileSync(join(real?.folder ?? '', 'pg_dump'), join(folder, 'pg_dump'));
    chmodSync(join(folder, 'pg_dump'), mode);
    return folder;
  }
  const find = async (...path: string[]): Promise<ToolSet[]> =>
    (await findToolSets(surroundings({ path }))).filter((set) =>
      set.folder.startsWith(join(tmpdir(), 'holdfast-tools-')),
    );

  test('are found with version and owner, the newest first, each set once', () => {
    expect(real).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+/) as string,
      owner: expect.any(String) as string,
    });
    expect(new Set(sets.map((set) => set.folder)).size).toBe(sets.length);
    expect(sets.map((set) => set.major)).toEqual(sets.map((set) => set.major).toSorted((a, b) => b - a));
  });

  test('are found in PATH behind links, and scripts that stand before them are not taken for them', async () => {
    const folder = copyOf(0o755);
    const links = tempFolder('links');
    symlinkSync(join(folder, 'pg_dump'), join(links, 'pg_dump'));
    writeFileSync(join(links, 'pg_restore'), '#!/bin/sh\nexec /nonexistent\n', { mode: 0o755 });
    expect(await find(links)).toEqual([
      {
        folder,
        version: real?.version,
        major: real?.major,
        owner: expect.any(String) as string,
        origin: 'path',
        programs: ['pg_dump'],
        distrust: null,
      },
    ]);
  });

  test('that others can change are listed with the reason, and never run', async () => {
    const open = copyOf(0o777);
    const grouped = copyOf(0o775);
    const inside = copyOf(0o755);
    chmodSync(inside, 0o777);
    if (process.getuid?.() === 0) chownSync(join(grouped, 'pg_dump'), 0, 12_345);
    for (const folder of [open, inside, ...(process.getuid?.() === 0 ? [grouped] : [])]) {
      // It would say so if it were run: it is no program at all.
      writeFileSync(join(folder, 'pg_dump'), 'not a program');
      const [set] = await find(folder);
      expect(set).toMatchObject({
        folder,
        version: 'not asked',
        distrust: expect.stringMatching(/can be changed by (everyone|the group)/) as string,
      });
      expect(() => chooseTool([set as ToolSet], 'pg_dump', 1)).toThrow(/is not run/);
    }
  });

  test('of another account are not run', async (context) => {
    if (process.getuid?.() !== 0) return context.skip('giving a file away needs root');
    const folder = copyOf(0o755);
    chownSync(join(folder, 'pg_dump'), 65_534, 0);
    expect((await find(folder))[0]).toMatchObject({
      owner: 'nobody',
      distrust: expect.stringContaining('belongs to nobody') as string,
    });
  });
});

describe('the program for a server', () => {
  const set = (major: number, changes: Partial<ToolSet> = {}): ToolSet => ({
    folder: `/pg${major}`,
    version: `${major}.2`,
    major,
    owner: 'root',
    origin: 'path',
    programs: ['pg_dump'],
    distrust: null,
    ...changes,
  });

  test('is the newest that is at least as new', () => {
    expect(chooseTool([set(14), set(17), set(16)], 'pg_dump', 15).major).toBe(17);
    expect(chooseTool([set(16, { version: '16.9' }), set(16, { version: '16.10' })], 'pg_dump', 16).version).toBe(
      '16.10',
    );
    expect(chooseTool([set(18, { distrust: 'no' }), set(17)], 'pg_dump', 15).major).toBe(17);
  });
  test('or what to install', () => {
    expect(() => chooseTool([set(15)], 'pg_dump', 18)).toThrow(
      expect.objectContaining({ code: 'tool.too-old', hint: expect.stringMatching(/Install.*18/) as string }) as Error,
    );
    expect(() => chooseTool([set(15)], 'pg_restore', 15)).toThrow(
      expect.objectContaining({ code: 'tool.missing' }) as Error,
    );
    expect(() => chooseTool([set(15, { distrust: 'no' })], 'pg_dump', 15)).toThrow(
      expect.objectContaining({ code: 'tool.untrusted' }) as Error,
    );
  });
});

describe.runIf(posix)('a password file', () => {
  const ask = (text: string, host = 'db', database = 'shop', user = 'ada'): string | undefined => {
    const file = join(tempFolder('pgpass'), '.pgpass');
    writeFileSync(file, text, { mode: 0o600 });
    return passwordFromFile(file, { host, port: 5432, database, user })?.reveal();
  };
  test('the first line that fits', () => {
    expect(ask('#db:5432:shop:ada:no\nother:*:*:*:no\ndb:5432:shop:ada:yes\n*:*:*:*:late')).toBe('yes');
    expect(ask('db:5433:shop:ada:no\n')).toBeUndefined();
    expect(ask('db:5432:shop:ada')).toBeUndefined();
  });
  test('stars mean anything, and an escaped star means a star', () => {
    expect(ask('*:*:*:*:any')).toBe('any');
    expect(ask('db:5432:\\*:ada:no')).toBeUndefined();
    expect(ask('db:5432:\\*:ada:yes', 'db', '*')).toBe('yes');
  });
  test('escapes, and colons in the password', () => {
    expect(ask('db:5432:shop:ada:a\\:b\\\\c:d')).toBe('a:b\\c:d');
    expect(ask('db:5432:sh\\:op:ada:x', 'db', 'sh:op')).toBe('x');
    expect(ask('db:5432:shop:ada:windows\r\n')).toBe('windows');
  });
  test('localhost stands for sockets', () => {
    expect(ask('localhost:5432:shop:ada:x', '/var/run/postgresql')).toBe('x');
    expect(ask('localhost:5432:shop:ada:x', 'db')).toBeUndefined();
  });
  test('is refused when others can read it, and a folder is none', () => {
    const folder = tempFolder('pgpass');
    const file = join(folder, '.pgpass');
    writeFileSync(file, '*:*:*:*:x', { mode: 0o644 });
    const question = { host: 'db', port: 1, database: 'a', user: 'b' };
    expect(() => passwordFromFile(file, question)).toThrow(
      expect.objectContaining({ code: 'source.auth-failed', hint: `Run: chmod 600 ${file}` }) as Error,
    );
    expect(() => passwordFromFile(folder, question)).toThrow(
      expect.objectContaining({ code: 'source.auth-failed' }) as Error,
    );
    expect(passwordFromFile(join(folder, 'none'), question)).toBeUndefined();
  });
  test("what we write for PostgreSQL's programs reads back as it was", () => {
    for (const text of ['plain', 'co:lon', 'back\\slash', '*', ' spaced ', '#hash', 'ü⚓']) {
      expect(ask(passwordLine('a:da\\', new Secret(text)), 'db', 'shop', 'a:da\\')).toBe(text);
    }
    expect(() => passwordLine('ada', new Secret('two\nlines'))).toThrow(
      expect.objectContaining({ code: 'source.auth-failed' }) as Error,
    );
  });
});
