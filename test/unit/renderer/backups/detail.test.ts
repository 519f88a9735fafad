import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shellWord, stockCommands } from '../../../../src/renderer/backups/command.ts';
import { factsOf } from '../../../../src/renderer/backups/facts.ts';
import { checksOf, equalTables, newestProof, problemsOf, standingOf } from '../../../../src/renderer/backups/proof.ts';
import { backups as words } from '../../../../src/renderer/words/backups.ts';
import { ManifestBody } from '../../../../src/shared/artifact.ts';
import type { BackupId, ProofId } from '../../../../src/shared/id.ts';
import type { VerifyReport } from '../../../../src/shared/verify.ts';

const golden = join(import.meta.dirname, '../../../golden/v1/manifests');
const manifests = readdirSync(golden).map((file) =>
  ManifestBody.parse(JSON.parse(readFileSync(join(golden, file), 'utf8').split('\n')[0] ?? '')),
);
const ofKind = (kind: 'postgres' | 'sqlite'): ManifestBody => {
  const found = manifests.find((manifest) => manifest.source.kind === kind);
  if (found === undefined) throw new Error(`No golden manifest of ${kind}`);
  return found;
};

const report = (change: Partial<VerifyReport>): VerifyReport => ({
  proofId: 'proof-20261119-140000-abcdefgh' as ProofId,
  backupId: 'bk-20261119-140000-abcdefgh' as BackupId,
  level: 'restore',
  verdict: 'proven',
  startedAt: 0,
  endedAt: 98_000,
  tables: [{ name: 'orders', expectedRows: 2, rows: 2, digestEqual: true }],
  problems: [],
  checks: [],
  where: 'throw-away PostgreSQL 15.18',
  ...change,
});
const said = (proofs: VerifyReport[]): string =>
  words.standing(standingOf(proofs), 200_000, 'UTC').replaceAll(/[\u00a0\u202f]/g, ' ');

describe('SV-8 what was not proved is not called proved', () => {
  test('a restore that was found equal is proven, with its time; without digests only the counts are equal', () => {
    expect(said([report({})])).toBe('Proven today, 00:01. Restored in 1 min 38 s, every count and digest equal.');
    const counts = report({ tables: [{ name: 'orders', expectedRows: 2, rows: 2, digestEqual: null }] });
    expect(said([counts])).not.toContain('digest');
  });

  test('a reading is never called proven, and none at all is said to be none', () => {
    expect(said([report({ level: 'read', verdict: 'partly', tables: [] })])).toMatch(
      /^Read back .* Not yet restored\.$/,
    );
    expect(said([])).toMatch(/^Stored, not yet proven\./);
  });

  test('a reading that found a fault after the proof is what counts', () => {
    const fault = { grade: 'fatal' as const, code: 'artifact.tampered', subject: 'a', message: 'm' };
    const late = report({ level: 'read', verdict: 'failed', endedAt: 99_000, problems: [fault] });
    expect(newestProof([late, report({})])).toBe(late);
    expect(said([late, report({})])).toContain('Its stored bytes are not what was written');
    const early = report({ level: 'read', verdict: 'failed', endedAt: 1, problems: [fault] });
    expect(newestProof([report({}), early])?.verdict).toBe('proven');
    const again = report({ level: 'read', verdict: 'partly', endedAt: 100_000 });
    expect(said([again, late, report({})])).toMatch(/^Read back/);
    expect(newestProof([again, report({})])?.verdict).toBe('proven');
  });

  test('a table that lost a row, or has another content, is not counted as equal', () => {
    const tables = [
      { name: 'a', expectedRows: 2, rows: 2, digestEqual: true },
      { name: 'b', expectedRows: 2, rows: 1, digestEqual: false },
      { name: 'c', expectedRows: 2, rows: 2, digestEqual: false },
      { name: 'd', expectedRows: 2, rows: 2, digestEqual: null },
    ];
    expect(equalTables(report({ tables }))).toEqual({ equal: 2, all: 4 });
  });

  test('what is wrong stands first; what could not be checked is listed with its reason', () => {
    const proof = report({
      problems: [
        { grade: 'cosmetic', code: 'c', subject: 's', message: 'm' },
        { grade: 'fatal', code: 'f', subject: 's', message: 'm' },
      ],
      checks: [
        { name: 'not made', outcome: 'unchecked', detail: 'the extension is not here', durationMs: 0 },
        { name: 'made', outcome: 'ok', detail: '', durationMs: 1 },
      ],
    });
    expect(problemsOf(proof).map((one) => one.grade)).toEqual(['fatal', 'cosmetic']);
    expect(checksOf(proof).map((one) => one.name)).toEqual(['made', 'not made']);
    expect(checksOf(null)).toEqual([]);
  });
});

describe('CV-4 a backup can be opened without Holdfast', () => {
  test('the commands name the stored files of every database and the roles', () => {
    const postgres = ofKind('postgres');
    const lines = stockCommands(postgres, '/srv/my backups') ?? [];
    expect(lines[1]).toBe(`zstd -dc '/srv/my backups/data/${postgres.backupId}/01-shop.pgdump.zst' > shop.pgdump`);
    expect(lines.at(-1)).toContain('02-globals.sql.zst');
    expect(stockCommands(ofKind('sqlite'), '/srv')?.[0]).toMatch(
      /^zstd -dc \/srv\/data\/.*\.sqlite\.zst > restored-app\.db$/,
    );
  });

  test('BS-14 where the place may have cut the file, the line takes its parts as well', () => {
    const sqlite = ofKind('sqlite');
    const sizeBytes = sqlite.artifacts[0]?.sizeBytes ?? 0;
    expect(stockCommands(sqlite, '/srv', sizeBytes - 1)?.[0]).toMatch(
      /^cat \/srv\/data\/.*\.sqlite\.zst\* \| zstd -dc > /,
    );
    expect(stockCommands(sqlite, '/srv', sizeBytes)?.[0]).toMatch(/^zstd -dc /);
  });

  test('whatever is in a name stays one word of the shell', () => {
    for (const name of ['plain', "it's", '$(rm -rf ~)', '`x`', 'a b', 'a"b', 'a\\b', 'a;b', '-'])
      expect(execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(name)}`], { encoding: 'utf8' })).toBe(name);
  });
});

describe('BS-15 manifest facts', () => {
  test('say what the backup is, in words and units', () => {
    const text = (manifest: ManifestBody, key: string): string | undefined =>
      factsOf(manifest, 'UTC')
        .find((fact) => fact.key === key)
        ?.text.replaceAll(/[\u00a0\u202f]/g, ' ');
    const postgres = ofKind('postgres');
    expect(text(postgres, 'content')).toBe('8.5 MB, 4 tables');
    expect(text(postgres, 'madeWith')).toBe('PostgreSQL 15.20, pg_dump 15.20');
    expect(text(postgres, 'largeObjects')).toBe('1');
    expect(text(postgres, 'missing')).toBeUndefined();
    expect(text(ofKind('sqlite'), 'madeWith')).toBe('SQLite 3.54.1, held snapshot');
    expect(text({ ...postgres, inventory: { form: 'sealed', content: 'x' } }, 'sealed')).toBeTruthy();
  });
});
