/**
 * What every engine promises (src/main/engine/engine.ts), held against one kind of database by real bytes.
 *
 * An engine joins with a bench of some thirty lines: `test/contract/sqlite-engine.test.ts` is one.
 */
import { createReadStream, createWriteStream, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/main/base/log.ts';
import type { Step, Watch } from '../../src/main/base/watch.ts';
import type { Counted, DumpFacts, DumpOptions, Engine, Place, Secrets, Sink } from '../../src/main/engine/engine.ts';
import { compare } from '../../src/main/verify/compare.ts';
import { Fail } from '../../src/shared/failure.ts';
import { DatabaseInventory } from '../../src/shared/inventory.ts';
import type { RestoreTarget } from '../../src/shared/restore.ts';
import { z } from '../../src/shared/schema.ts';
import { probeStepMessage, wholeScope } from '../../src/shared/source.ts';
import { tempFolder } from '../helpers/temp.ts';

export interface EngineBench {
  engine: Engine;
  /** A new, empty database. */
  newSource(): Promise<Place>;
  /** Runs statements, one after the other, at a source or a restored place. Plain SQL that every kind understands. */
  run(place: Place, sql: string): Promise<void>;
  /** Somewhere to restore to that does not exist yet. */
  newTarget(): Promise<{ target: RestoreTarget; secrets: Secrets }>;
  /** Puts something of somebody else's where `target` points. */
  occupy(target: RestoreTarget): Promise<void>;
  /** Whether anything is there. */
  isThere(target: RestoreTarget): Promise<boolean>;
  /** A place of this kind where nothing answers. */
  nowhere: Place;
  /** The inventory's name of a table that was made without a schema. */
  nameOf(table: string): string;
  /** What a scope writes for it. */
  scopeNameOf(table: string): string;
  close(): Promise<void>;
}

const shop = `
  CREATE TABLE customer (id integer PRIMARY KEY, name text NOT NULL UNIQUE, balance numeric(12, 2));
  CREATE TABLE sale (id integer PRIMARY KEY, customer_id integer NOT NULL REFERENCES customer (id), note text);
  CREATE TABLE empty_table (id integer PRIMARY KEY);
  CREATE INDEX sale_customer ON sale (customer_id);
  CREATE VIEW open_sale AS SELECT s.id, c.name FROM sale s JOIN customer c ON c.id = s.customer_id;
  INSERT INTO customer VALUES (1, 'Ada', 12.50), (2, 'Grace ⚓ O''Hara', -3), (3, '', NULL);
  INSERT INTO sale VALUES (1, 1, 'first'), (2, 1, NULL), (3, 2, 'a
line'), (4, 2, 'a
line');`;

interface Dump {
  facts: DumpFacts;
  inventory: DatabaseInventory;
  file: string;
}

export function engineSuite(name: string, openBench: () => Promise<EngineBench>): void {
  describe(`the engine for ${name}`, () => {
    let bench: EngineBench;
    let source: Place;
    let dumped: Dump;

    beforeAll(async () => {
      bench = await openBench();
      source = await bench.newSource();
      await bench.run(source, shop);
      dumped = await dump(source);
    });
    afterAll(async () => {
      await bench?.close();
    });

    async function dump(place: Place, options: Partial<DumpOptions> = {}, watch: Watch = newWatch()): Promise<Dump> {
      const folder = tempFolder('contract-dump');
      const facts = await bench.engine.dump(
        place,
        { scope: wholeScope, digests: true, ...options },
        sinkInto(folder),
        watch,
      );
      const inventory = facts.inventory.databases[0];
      if (inventory === undefined) throw new Error('The engine described no database.');
      return { facts, inventory, file: join(folder, inventory.artifact) };
    }

    async function restored(from: Dump, watch: Watch = newWatch()) {
      const { target, secrets } = await bench.newTarget();
      const file = join(watch.work, 'opened');
      writeFileSync(file, readFileSync(from.file));
      const facts = await bench.engine.restore(
        target,
        secrets,
        { file, inventory: from.inventory, globals: null, token: 'test-restore' },
        watch,
      );
      const count = (): Promise<Counted> =>
        bench.engine.count(facts.place, { digests: true, scope: from.inventory.scope }, newWatch());
      return { target, facts, count };
    }

    test('a probe tells its steps and finds nothing wrong', async () => {
      const report = await bench.engine.probe(source, newWatch());
      expect(report.ok).toBe(true);
      expect(report.steps.length).toBeGreaterThan(1);
      expect(report.steps.every((step) => step.detail !== '')).toBe(true);
    });

    test('a probe tells every step as it is taken, and the tables that a scope may name', async () => {
      const watch = newWatch();
      const told: unknown[] = [];
      const info: Watch['log']['info'] = (message, facts) => {
        if (message === probeStepMessage) told.push(facts);
      };
      const report = await bench.engine.probe(source, { ...watch, log: { ...watch.log, info } });
      expect(told).toEqual(report.steps);
      expect(report.tables?.map((table) => table.split('.').at(-1))).toEqual(['customer', 'empty_table', 'sale']);
    });

    test('a probe of nothing is a report, not an error', async () => {
      const report = await bench.engine.probe(bench.nowhere, newWatch());
      expect(report.ok).toBe(false);
      expect(report.steps.at(-1)).toMatchObject({ outcome: 'failed' });
      expect(report.steps.at(-1)?.hint).toBeTruthy();
      expect(report.steps.at(-1)?.code).toBeTruthy();
    });

    test('a dump of nothing fails with a code of the source', async () => {
      const watch = newWatch();
      await expect(dump(bench.nowhere, {}, watch)).rejects.toMatchObject({
        code: expect.stringMatching(/^source\./) as string,
      });
      expect(readdirSync(watch.work)).toEqual([]);
    });

    test('the inventory is of its form, complete, and counts every table exactly', () => {
      expect(z.parse(DatabaseInventory, dumped.inventory)).toEqual(dumped.inventory);
      expect(dumped.facts.missing).toEqual([]);
      const rows = Object.fromEntries(dumped.inventory.tables.map((table) => [table.name, table.rows]));
      expect(rows).toMatchObject({
        [bench.nameOf('customer')]: 3,
        [bench.nameOf('sale')]: 4,
        [bench.nameOf('empty_table')]: 0,
      });
      expect(dumped.inventory.tables.every((table) => typeof table.digest === 'string')).toBe(true);
      expect(dumped.inventory.digest?.probe).toBeTruthy();
    });

    test('an estimate is a number of bytes', async () => {
      expect(await bench.engine.estimate(source, newWatch())).toBeGreaterThan(0);
    });

    test('a dump leaves nothing in the work folder and tells how far it is', async () => {
      const steps: Step[] = [];
      const watch = { ...newWatch(), progress: (step: Step) => void steps.push(step) };
      await dump(source, {}, watch);
      expect(readdirSync(watch.work)).toEqual([]);
      expect(steps.length).toBeGreaterThan(0);
    });

    test('the live source counts as its dump does', async () => {
      const counted = await bench.engine.count(source, { digests: true, scope: wholeScope }, newWatch());
      expect(compare(dumped.inventory, counted).problems).toEqual([]);
    });

    test('a restored database is equal in every count, digest and name, and sound', async () => {
      const { facts, count } = await restored(dumped);
      expect(facts.problems.filter((problem) => problem.grade !== 'cosmetic')).toEqual([]);
      const comparison = compare(dumped.inventory, await count());
      expect(comparison.problems).toEqual([]);
      expect(comparison.tables.every((table) => table.digestEqual === true)).toBe(true);
      const checked = await bench.engine.check(facts.place, dumped.inventory, newWatch());
      expect(checked.problems.filter((problem) => problem.grade === 'fatal')).toEqual([]);
      expect(checked.checks.length).toBeGreaterThan(0);
    });

    test.each([
      ['a changed value', "UPDATE sale SET note = 'First' WHERE id = 1", 'table.content-differs'],
      ['a text in place of a NULL', "UPDATE sale SET note = '' WHERE id = 2", 'table.content-differs'],
      ['two equal rows changed alike', "UPDATE sale SET note = 'b' WHERE id IN (3, 4)", 'table.content-differs'],
      ['a row gone', 'DELETE FROM sale WHERE id = 4', 'table.rows-differ'],
      ['a row more', 'INSERT INTO empty_table VALUES (1)', 'table.rows-differ'],
      ['an index gone', 'DROP INDEX sale_customer', 'object.missing'],
      ['a view gone', 'DROP VIEW open_sale', 'object.missing'],
    ])('%s in the restored database is seen', async (_what, sql, code) => {
      const { facts, count } = await restored(dumped);
      await bench.run(facts.place, sql);
      expect(compare(dumped.inventory, await count()).problems.map((problem) => problem.code)).toContain(code);
    });

    test('a restore refuses a target that holds something, and leaves it as it was', async () => {
      const { target, secrets } = await bench.newTarget();
      await bench.occupy(target);
      const watch = newWatch();
      const file = join(watch.work, 'opened');
      writeFileSync(file, readFileSync(dumped.file));
      const attempt = bench.engine.restore(
        target,
        secrets,
        { file, inventory: dumped.inventory, globals: null, token: 'test-restore' },
        watch,
      );
      await expect(attempt).rejects.toMatchObject({ code: expect.stringMatching(/^restore\.target-/) as string });
      expect(await bench.isThere(target)).toBe(true);
    });

    test('undo takes the restored database back', async () => {
      const { target, facts } = await restored(dumped);
      expect(await bench.isThere(target)).toBe(true);
      await facts.undo();
      expect(await bench.isThere(target)).toBe(false);
    });

    test('a restore of damaged content makes nothing', async () => {
      const watch = newWatch();
      const { target, secrets } = await bench.newTarget();
      const file = join(watch.work, 'opened');
      const bytes = readFileSync(dumped.file);
      writeFileSync(file, bytes.subarray(0, Math.floor(bytes.length / 2)));
      const outcome = await bench.engine
        .restore(target, secrets, { file, inventory: dumped.inventory, globals: null, token: 'test-restore' }, watch)
        .then((facts) => facts.problems.map((problem) => problem.grade))
        .catch(async (thrown: unknown) => ({ failed: thrown instanceof Fail, left: await bench.isThere(target) }));
      // Either nothing was made, or what was made is called what it is.
      expect([{ failed: true, left: false }, expect.arrayContaining(['fatal'])]).toContainEqual(outcome);
    });

    test('a rehearsal finds nothing in the way of a new target, and a taken one blocked; neither is touched', async () => {
      const { target, secrets } = await bench.newTarget();
      const before = await bench.engine.rehearse(target, secrets, dumped.inventory, newWatch());
      expect(before.filter((finding) => finding.grade === 'blocking')).toEqual([]);
      expect(await bench.isThere(target)).toBe(false);
      await bench.occupy(target);
      const after = await bench.engine.rehearse(target, secrets, dumped.inventory, newWatch());
      expect(after.some((finding) => finding.grade === 'blocking')).toBe(true);
    });

    test('a survey of the whole content finds no fault', async () => {
      const survey = await bench.engine.survey(createReadStream(dumped.file), dumped.inventory, newWatch());
      expect(survey.problems).toEqual([]);
      expect(survey.checks.length).toBeGreaterThan(0);
    });

    test.each([
      ['nothing at all', (bytes: Buffer) => bytes.subarray(0, 0)],
      ['half of it', (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length / 2))],
      ['something else', () => Buffer.alloc(5000, 'x')],
    ])('a survey of %s is fatal', async (_what, cut) => {
      const body = Readable.from([cut(readFileSync(dumped.file))]);
      const survey = await bench.engine.survey(body, dumped.inventory, newWatch());
      expect(survey.problems.some((problem) => problem.grade === 'fatal')).toBe(true);
    });

    test('without digests there are counts, and no digest is promised', async () => {
      const { inventory } = await dump(source, { digests: false });
      expect(inventory.digest).toBeNull();
      expect(inventory.tables.every((table) => table.digest === null)).toBe(true);
      expect(inventory.tables.map((table) => table.rows)).toEqual(dumped.inventory.tables.map((table) => table.rows));
      const counted = await bench.engine.count(source, { digests: false, scope: wholeScope }, newWatch());
      expect(counted.digestProbe).toBeNull();
    });

    test('an excluded table is not in the backup, and the backup says so', async () => {
      const scope = { ...wholeScope, excludeTables: [bench.scopeNameOf('empty_table')] };
      const part = await dump(source, { scope });
      expect(part.facts.missing.join('\n')).toContain('empty_table');
      expect(part.inventory.tables.map((table) => table.name)).not.toContain(bench.nameOf('empty_table'));
      const { count } = await restored(part);
      expect(compare(part.inventory, await count()).problems).toEqual([]);
    });

    test('a chosen table comes alone, and the rest is named as missing', async () => {
      const part = await dump(source, { scope: { ...wholeScope, tables: [bench.scopeNameOf('customer')] } });
      expect(part.inventory.tables.map((table) => table.name)).toContain(bench.nameOf('customer'));
      expect(part.inventory.tables.map((table) => table.name)).not.toContain(bench.nameOf('sale'));
      expect(part.facts.missing.length).toBeGreaterThan(0);
    });

    test('a scope that matches nothing is refused', async () => {
      const scope = { ...wholeScope, tables: [bench.scopeNameOf('no_such_table')] };
      await expect(dump(source, { scope })).rejects.toMatchObject({ code: 'source.scope-empty' });
    });

    test('the schema alone has every table and not one row', async () => {
      const part = await dump(source, { scope: { ...wholeScope, part: 'schema' } });
      expect(part.facts.missing.length).toBeGreaterThan(0);
      const { count } = await restored(part);
      const counted = await count();
      expect(counted.tables.map((table) => table.name)).toContain(bench.nameOf('sale'));
      expect(counted.tables.every((table) => table.rows === 0)).toBe(true);
      expect(compare(part.inventory, counted).problems).toEqual([]);
    });

    test('a sink that fails stops the dump with its own error, and nothing is left', async () => {
      const watch = newWatch();
      const full = new Fail('spool.full', 'No room.');
      const failing: Sink = async () => {
        throw full;
      };
      await expect(bench.engine.dump(source, { scope: wholeScope, digests: true }, failing, watch)).rejects.toBe(full);
      expect(readdirSync(watch.work)).toEqual([]);
    });

    test('a cancelled dump throws the reason of the cancel, before it begins and in the middle', async () => {
      const cancel = new Error('cancelled by the person');
      const early = newWatch(AbortSignal.abort(cancel));
      await expect(dump(source, {}, early)).rejects.toBe(cancel);
      const controller = new AbortController();
      const middle = newWatch(controller.signal);
      const cancelling: Sink = async (_head, body) => {
        controller.abort(cancel);
        await pipeline(body, createWriteStream('/dev/null'));
        return { artifact: '01-late', rawSizeBytes: 0 };
      };
      await expect(bench.engine.dump(source, { scope: wholeScope, digests: true }, cancelling, middle)).rejects.toBe(
        cancel,
      );
      expect(readdirSync(early.work)).toEqual([]);
      expect(readdirSync(middle.work)).toEqual([]);
      // The source goes on as if nothing had been.
      await bench.run(source, 'UPDATE customer SET name = name WHERE id = 1');
    });

    test('a cancelled restore makes nothing', async () => {
      const cancel = new Error('cancelled by the person');
      const watch = newWatch(AbortSignal.abort(cancel));
      const { target, secrets } = await bench.newTarget();
      const file = join(watch.work, 'opened');
      writeFileSync(file, readFileSync(dumped.file));
      const attempt = bench.engine.restore(
        target,
        secrets,
        { file, inventory: dumped.inventory, globals: null, token: 'test-restore' },
        watch,
      );
      await expect(attempt).rejects.toBe(cancel);
      expect(await bench.isThere(target)).toBe(false);
    });

    test('a scratch takes a restore, and disposing of it twice is fine', async () => {
      const watch = newWatch();
      const { scratch, problems } = await bench.engine.openScratch(dumped.inventory, watch);
      if (scratch === null) throw new Error(`No scratch here: ${JSON.stringify(problems)}`);
      expect(scratch.where).not.toBe('');
      const file = join(watch.work, 'opened');
      writeFileSync(file, readFileSync(dumped.file));
      const facts = await bench.engine.restore(
        scratch.target,
        scratch.secrets,
        { file, inventory: dumped.inventory, globals: null, token: 'test-restore' },
        watch,
      );
      const counted = await bench.engine.count(facts.place, { digests: true, scope: wholeScope }, watch);
      expect(compare(dumped.inventory, counted).problems).toEqual([]);
      const deep = await scratch.deepChecks(dumped.inventory, watch);
      expect(deep.problems.filter((problem) => problem.grade === 'fatal')).toEqual([]);
      await scratch.dispose();
      await scratch.dispose();
    });
  });
}

function newWatch(signal: AbortSignal = new AbortController().signal): Watch {
  return { signal, progress: () => {}, log: silentLog, work: tempFolder('contract-work') };
}

function sinkInto(folder: string): Sink {
  let taken = 0;
  return async (head, body) => {
    taken += 1;
    const artifact = `${String(taken).padStart(2, '0')}-${head.name}`;
    const out = createWriteStream(join(folder, artifact));
    await pipeline(body, out);
    return { artifact, rawSizeBytes: out.bytesWritten };
  };
}
