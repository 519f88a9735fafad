/** BS-1 BS-4 JO-2 `holdfast retention`, `pin` and the views of `list`, as a script uses them. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import { holdfast, holdfastJson } from '../helpers/holdfast.ts';
import { tempFolder } from '../helpers/temp.ts';

interface Preview {
  previewId: string;
  backups: number;
  lines: {
    place: string;
    goes: { backupId: string; at: string }[];
    stays: { backupId: string; reasons: { why: string }[] }[];
  }[];
}
interface Card {
  backupId: string;
  takenAt: string;
  pin: null | { reason: string; until: string | null; hold: boolean };
}

describe('BS-1 BS-4 JO-2 the terminal keeps by rules', () => {
  const folder = tempFolder('cli-retention');
  const home = path.join(folder, 'home');
  let ids: string[];

  beforeAll(async () => {
    const file = path.join(folder, 'shop.db');
    const database = new Database(file);
    database.exec('CREATE TABLE item (id INTEGER PRIMARY KEY); INSERT INTO item VALUES (1)');
    database.close();
    await holdfastJson(home, ['source', 'add', 'shop', '--file', file]);
    for (let n = 0; n < 4; n += 1) await holdfastJson(home, ['backup', 'shop']);
    ids = (await holdfastJson<Card[]>(home, ['list'])).map(({ backupId }) => backupId);
  }, 60_000);

  it('refuses what it cannot mean', async () => {
    for (const words of [
      ['retention', 'set', '--source', 'shop'],
      ['retention', 'set', '--preset', 'BS-1'],
      ['retention', 'set', '--source', 'shop', '--preset', 'BS-2'],
      ['retention', 'set', '--source', 'shop', '--daily', '0'],
      ['retention', 'set', '--source', 'shop', '--max-size', 'much'],
      ['retention', 'set', '--source', 'shop', '--daily', '3', '--time-zone', 'Mars/Olympus'],
      ['retention', 'set', '--source', 'shop', '--daily', '3', '--keep-everything'],
      ['pin', ids[3] ?? ''],
      ['pin', ids[3] ?? '', '--reason', 'x', '--until', 'soon'],
      ['pin', ids[3] ?? '', '--reason', 'x', '--until', '90d', '--hold'],
      ['list', '--by', 'hourly'],
    ])
      expect((await holdfast(home, words)).code, words.join(' ')).toBe(2);
    const past = await holdfast(home, ['pin', ids[3] ?? '', '--reason', 'x', '--until', '2026-01-01', '--json']);
    expect(past.json()).toMatchObject({ code: 'pin.ended' });
    const none = await holdfast(home, ['retention', 'apply', 'rpv-20261120-120000-aaaaaaaa', '--json']);
    expect(none.json()).toMatchObject({ code: 'retention.unknown' });
  }, 60_000);

  it('pins for 90 days from the backup, and lists by pin, period and engine', async () => {
    const pinned = await holdfastJson<Card>(home, ['pin', ids[3] ?? '', '--reason', 'critical', '--until', '90d']);
    expect(Date.parse(pinned.pin?.until ?? '') - Date.parse(pinned.takenAt)).toBe(90 * 86_400_000);
    expect((await holdfastJson<Card[]>(home, ['list', '--pinned'])).map(({ backupId }) => backupId)).toEqual([ids[3]]);
    const weeks = await holdfastJson<{ period: string; backups: Card[] }[]>(home, [
      'list',
      '--by',
      'weekly',
      '--time-zone',
      'UTC',
    ]);
    expect(weeks.flatMap(({ backups }) => backups).length).toBe(4);
    expect(weeks[0]?.period).toMatch(/^\d{4}-W\d{2}$/);
    expect(await holdfastJson(home, ['list', '--engine', 'postgres'])).toEqual([]);
    expect((await holdfastJson<Card[]>(home, ['list', '--engine', 'sqlite'])).length).toBe(4);
  }, 60_000);

  it('shows what would go, deletes it when it is named, and nothing else', async () => {
    const preview = await holdfastJson<Preview>(home, ['retention', 'set', '--source', 'shop', '--keep-last', '1']);
    expect(preview.lines[0]?.goes.map(({ backupId }) => backupId)).toEqual([ids[1], ids[2]]);
    expect(preview.lines[0]?.stays.map(({ reasons }) => reasons[0]?.why)).toEqual(['newest', 'pinned']);
    const text = await holdfast(home, ['retention', 'preview', '--source', 'shop']);
    expect(text.stdout).toContain('2 backups would go');
    expect(text.stdout).toContain('Pinned: critical');
    expect((await holdfastJson<Card[]>(home, ['list'])).length).toBe(4);
    const applied = await holdfastJson<{ removed: { backupId: string }[] }>(home, [
      'retention',
      'apply',
      preview.previewId,
    ]);
    expect(applied.removed.map(({ backupId }) => backupId)).toEqual([ids[2], ids[1]]);
    expect(readdirSync(path.join(home, 'backups', 'manifests')).toSorted()).toEqual(
      [`${ids[0]}.jsonl`, `${ids[3]}.jsonl`].toSorted(),
    );
    const shown = await holdfastJson<{ name: string; words: string; lines: { applied: boolean }[] }[]>(home, [
      'retention',
      'show',
    ]);
    expect(shown).toMatchObject([{ name: 'shop', words: 'the last 1', lines: [{ applied: true }] }]);
    const free = await holdfastJson<Card>(home, ['unpin', ids[3] ?? '']);
    expect(free.pin).toBeNull();
  }, 60_000);
});
