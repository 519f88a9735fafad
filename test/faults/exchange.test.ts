/** BS-6 a kill at every step of an exchange: the live name always leads to the one or the other, whole. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Exchange, KeptMark } from '../../src/main/engine/engine.ts';
import { findKeptDatabase } from '../../src/main/engine/postgres/kept.ts';
import { sweepDatabase } from '../../src/main/engine/postgres/target.ts';
import { findKeptFile } from '../../src/main/engine/sqlite/kept.ts';
import { standInOf, sweepFile } from '../../src/main/engine/sqlite/restore.ts';
import { noteOf } from '../../src/main/engine/sqlite/swap-note.ts';
import type { BackupId, RestoreId, SourceId } from '../../src/shared/id.ts';
import { contentOf } from '../helpers/in-place.ts';
import { needs } from '../helpers/needs.ts';
import { newWatch, surroundingsIn, targetOf } from '../helpers/postgres-archive.ts';
import { availableMajors, startCluster, type Cluster } from '../helpers/postgres.ts';
import { tempFolder } from '../helpers/temp.ts';

const root = path.resolve(import.meta.dirname, '../..');
const token = 'plan-20261125-120000-abcdefgh';
const mark: KeptMark = {
  restoreId: 'rst-20261125-120000-abcdefgh' as RestoreId,
  sourceId: 'src-abcdefghjkmn' as SourceId,
  backupId: 'bk-20261125-120000-abcdefgh' as BackupId,
  restoredAt: 1,
  keepUntil: 2,
};

function killedAt(engine: 'sqlite' | 'postgres', step: string, exchange: Exchange): string | null {
  const order = { engine, step, exchange, work: tempFolder('exchange-work') };
  const ran = spawnSync(
    path.join(root, 'node_modules/.bin/node'),
    [path.join(root, 'test/faults/exchange-program.ts'), JSON.stringify(order)],
    { encoding: 'utf8' },
  );
  if (ran.signal === null && ran.status !== 0) throw new Error(ran.stderr);
  return ran.signal;
}

const modeOf = (file: string): string => (readFileSync(file)[19] === 2 ? 'wal' : 'delete');

function make(file: string, mode: string, text: string): void {
  const database = new Database(file);
  database.pragma(`journal_mode = ${mode}`);
  database.exec(
    `CREATE TABLE item (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO item VALUES (1, '${text}'), (2, '${text}')`,
  );
  database.close();
}

describe.each(['wal', 'delete'])('BS-6 an exchange of files in %s mode that is killed', (mode) => {
  it.each([
    ['noted', 'old'],
    ['closed', 'old'],
    ['linked', 'old'],
    ['moved', 'old'],
    ['replaced', 'new'],
    ['opened', 'new'],
    ['never', 'new'],
  ])('when it has %s leaves the %s one, and a sweep puts the rest right', async (step, expected) => {
    const folder = tempFolder('exchange');
    const live = path.join(folder, 'shop.db');
    const keepAs = path.join(folder, 'shop__before_1200.db');
    make(live, mode, 'old');
    const incoming = standInOf(live, token);
    make(incoming, mode, 'new');
    const [old, fresh] = [contentOf(live), contentOf(incoming)];
    const exchange: Exchange = { target: { kind: 'file', file: live }, identity: null, incoming, keepAs, mark, token };
    expect(killedAt('sqlite', step, exchange)).toBe(step === 'never' ? null : 'SIGKILL');
    // Before anybody tidies up: whoever starts the application now finds a whole database.
    expect(contentOf(live)).toBe(expected === 'old' ? old : fresh);
    await sweepFile(live, token, newWatch());
    expect(contentOf(live)).toBe(expected === 'old' ? old : fresh);
    expect(modeOf(live)).toBe(mode);
    const wanted = { restoreId: mark.restoreId, name: keepAs, renamed: false };
    const there = existsSync(keepAs);
    expect({
      names: readdirSync(folder).toSorted(),
      kept: there ? [contentOf(keepAs), modeOf(keepAs)] : null,
      found: await findKeptFile(live, wanted),
    }).toEqual(
      expected === 'old'
        ? { names: ['shop.db'], kept: null, found: null }
        : { names: ['shop.db', 'shop__before_1200.db'], kept: [old, mode], found: keepAs },
    );
  });
});

describe('BS-6 an exchange that is killed while it writes its note', () => {
  it('leaves nothing after a sweep', async () => {
    const folder = tempFolder('exchange-note');
    const live = path.join(folder, 'shop.db');
    make(live, 'wal', 'old');
    make(standInOf(live, token), 'wal', 'new');
    writeFileSync(`${noteOf(folder, token)}.new`, '{"live":');
    await sweepFile(live, token, newWatch());
    expect(readdirSync(folder)).toEqual(['shop.db']);
    writeFileSync(noteOf(folder, token), '{"live":');
    await sweepFile(live, token, newWatch());
    expect(readdirSync(folder)).toEqual(['shop.db']);
  });
});

describe('JO-8 an exchange of a damaged file that is killed', () => {
  it.each([
    ['linked', 'old'],
    ['moved', 'old'],
    ['replaced', 'new'],
  ])('when it has %s keeps the damaged one with its sidecars', async (step, expected) => {
    const folder = tempFolder('exchange-damaged');
    const live = path.join(folder, 'shop.db');
    const keepAs = path.join(folder, 'shop__before_1200.db');
    const incoming = standInOf(live, token);
    make(incoming, 'delete', 'new');
    const fresh = contentOf(incoming);
    writeFileSync(live, 'no database');
    writeFileSync(`${live}-wal`, 'an old log');
    const exchange: Exchange = { target: { kind: 'file', file: live }, identity: null, incoming, keepAs, mark, token };
    expect(killedAt('sqlite', step, exchange)).toBe('SIGKILL');
    await sweepFile(live, token, newWatch());
    const damaged = expected === 'old' ? live : keepAs;
    expect(readFileSync(damaged, 'utf8')).toBe('no database');
    expect(readFileSync(`${damaged}-wal`, 'utf8')).toBe('an old log');
    expect(existsSync(`${live}-wal`)).toBe(expected === 'old');
    expect(expected === 'old' ? readFileSync(live, 'utf8') : contentOf(live)).toBe(
      expected === 'old' ? 'no database' : fresh,
    );
  });
});

const here = needs(
  'PostgreSQL server with client programs',
  availableMajors().some((major) => major < 18) ? undefined : 'only the packaged 18 is here',
);

describe.runIf(here).each(availableMajors())(
  'BS-6 an exchange of databases on PostgreSQL %i that is killed',
  (major) => {
    let cluster: Cluster;
    const surroundings = surroundingsIn(tempFolder('exchange-pg'));
    beforeAll(async () => {
      cluster = await startCluster({ major });
    });
    afterAll(() => cluster?.stop());

    it.each([
      ['begun', 'old'],
      ['renamed', 'old'],
      ['replaced', 'old'],
      ['committed', 'new'],
      ['never', 'new'],
    ])('when it has %s leaves the %s one', async (step, expected) => {
      const live = `shop ${step}`;
      const keepAs = `${live}__before_1200`;
      const incoming = `holdfast_restored_${token}`;
      for (const database of [live, incoming]) {
        await cluster.createDatabase(database);
        await cluster.sql(database, `CREATE TABLE item AS SELECT '${database === live ? 'old' : 'new'}' AS text`);
      }
      const target = targetOf(cluster, live);
      const exchange: Exchange = { target, identity: null, incoming, keepAs, mark, token };
      expect(killedAt('postgres', step, exchange)).toBe(step === 'never' ? null : 'SIGKILL');
      // The server ends the transaction when it notices that its client is gone; whoever comes then finds the name.
      await expect
        .poll(() => cluster.sql(live, 'SELECT text FROM item').catch((error: unknown) => String(error)), {
          timeout: 10_000,
        })
        .toEqual([{ text: expected }]);
      await sweepDatabase(target, {}, token, newWatch(), surroundings);
      const rows = await cluster.sql(
        'postgres',
        "SELECT datname FROM pg_database WHERE datname LIKE 'shop%' OR datname LIKE 'holdfast%' ORDER BY 1",
      );
      const wanted = { restoreId: mark.restoreId, name: keepAs, renamed: false };
      const found = await findKeptDatabase(target, {}, wanted, newWatch(), surroundings);
      const names = rows.map(({ datname }) => datname);
      const kept = names.includes(keepAs) ? await cluster.sql(keepAs, 'SELECT text FROM item') : null;
      expect({ names, found, kept }).toEqual(
        expected === 'old'
          ? { names: [live], found: null, kept: null }
          : { names: [live, keepAs], found: keepAs, kept: [{ text: 'old' }] },
      );
      for (const { datname } of rows) await cluster.sql('postgres', `DROP DATABASE "${String(datname)}" WITH (FORCE)`);
    });
  },
);
