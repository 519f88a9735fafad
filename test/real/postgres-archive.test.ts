import { createReadStream, readFileSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Opened } from '../../src/main/engine/engine.ts';
import { readArchive, readArchiveStream } from '../../src/main/engine/postgres/archive.ts';
import { surveyPostgres } from '../../src/main/engine/postgres/survey.ts';
import { archiveOf, newWatch, surroundingsIn } from '../helpers/postgres-archive.ts';
import { needs } from '../helpers/needs.ts';
import { availableMajors, startCluster, type Cluster } from '../helpers/postgres.ts';
import { tempFolder } from '../helpers/temp.ts';

const here = needs(
  'PostgreSQL server with client programs',
  availableMajors().some((major) => major < 18) ? undefined : 'only the packaged 18 is here',
);

describe.runIf(here)('CV-1 JO-3 CV-3 JO-7 the table of contents of an archive', () => {
  let cluster: Cluster;
  let opened: Opened;
  let program: string;
  const surroundings = surroundingsIn(tempFolder('toc'));
  const signal = new AbortController().signal;

  beforeAll(async () => {
    cluster = await startCluster({ major: 15 });
    program = join(cluster.binFolder, 'pg_restore');
    await cluster.createDatabase('toc', 'TEMPLATE template0');
    await cluster.sql(
      'toc',
      `CREATE ROLE "a role"; CREATE ROLE reader; CREATE SCHEMA "two words"; CREATE SCHEMA "DATA"; CREATE EXTENSION hstore;
      CREATE TABLE "two words"."a\nb; c ""d""" (id serial PRIMARY KEY, h hstore); CREATE TABLE "DATA".t (a int); CREATE TABLE big (a text);
      INSERT INTO "two words"."a\nb; c ""d""" DEFAULT VALUES; INSERT INTO "DATA".t VALUES (1);
      INSERT INTO big SELECT repeat(md5(i::text), 40) FROM generate_series(1, 3000) i; CREATE INDEX of_big ON big (left(a, 9));
      ALTER TABLE big OWNER TO "a role"; GRANT SELECT ON big TO reader; COMMENT ON TABLE big IS 'x'; SELECT lo_create(0);
      CREATE VIEW v AS SELECT 1 AS one; CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1'`,
    );
    opened = await archiveOf(cluster, 'toc', surroundings);
  });
  afterAll(async () => {
    await cluster?.stop();
  });

  test('is read with names that hold spaces, line breaks, quotes and semicolons', async () => {
    const archive = await readArchive(program, opened.file, signal, {
      schemas: ['two words', 'DATA', 'public'],
      roles: ['a role', 'postgres'],
    });
    expect(archive).toMatchObject({
      database: 'toc',
      format: 'CUSTOM',
      compression: '0',
      formatVersion: '1.14-0',
      entryCount: archive.entries.length,
    });
    expect(archive.toolVersion).toMatch(/^15\./);
    const of = (kind: string) =>
      archive.entries
        .filter((entry) => entry.kind === kind)
        .map(({ schema, name, owner }) => ({ schema, name, owner }));
    expect(of('TABLE')).toEqual(
      expect.arrayContaining([
        { schema: 'two words', name: 'a b; c "d"', owner: 'postgres' },
        { schema: 'DATA', name: 't', owner: 'postgres' },
        { schema: 'public', name: 'big', owner: 'a role' },
      ]),
    );
    expect(of('TABLE DATA')).toHaveLength(3);
    expect(of('SEQUENCE SET')).toHaveLength(1);
    expect(of('BLOBS')).toHaveLength(1);
    expect(of('ACL')).toEqual([{ schema: 'public', name: 'TABLE big', owner: 'a role' }]);
    const extension = archive.entries.find((entry) => entry.kind === 'EXTENSION');
    const leaning = archive.entries.find((entry) => entry.kind === 'TABLE' && entry.schema === 'two words');
    expect(leaning?.dependsOn).toContain(extension?.id);
  });

  test('is the same from a stream, which is read to its end although the program leaves early', async () => {
    let read = 0;
    const body = createReadStream(opened.file, { highWaterMark: 4096 });
    body.on('data', (chunk) => (read += chunk.length));
    const streamed = await readArchiveStream(program, body, signal);
    expect(streamed.entries).toEqual((await readArchive(program, opened.file, signal)).entries);
    expect(read).toBe(statSync(opened.file).size);
  });

  test('agrees with the inventory of its backup', async () => {
    const survey = await surveyPostgres(createReadStream(opened.file), opened.inventory, newWatch(), surroundings);
    expect(survey.problems).toEqual([]);
    expect(survey.checks).toMatchObject([
      { outcome: 'ok', detail: expect.stringMatching(/3 tables, 3 with rows, 1 index, 1 constraint/) as string },
    ]);
  });

  test('of an empty database agrees too', async () => {
    await cluster.createDatabase('nothing', 'TEMPLATE template0');
    const nothing = await archiveOf(cluster, 'nothing', surroundings);
    const survey = await surveyPostgres(createReadStream(nothing.file), nothing.inventory, newWatch(), surroundings);
    expect(survey.problems).toEqual([]);
  });

  test('of another backup is found out: tables, rows, sequences, objects', async () => {
    await cluster.createDatabase('other', 'TEMPLATE template0');
    await cluster.sql('other', 'CREATE TABLE big (a text); CREATE TABLE "DATA_t" (a int)');
    const other = await archiveOf(cluster, 'other', surroundings, undefined, [
      '-Fc',
      '-Z0',
      '--exclude-table-data=big',
    ]);
    const survey = await surveyPostgres(createReadStream(other.file), opened.inventory, newWatch(), surroundings);
    const fatal = survey.problems.map((problem) => `${problem.code} ${problem.subject}`);
    expect(fatal).toEqual(
      expect.arrayContaining([
        'archive.entry-missing "two words"."a\nb; c ""d"""',
        'archive.entry-missing "DATA".t',
        'archive.entry-missing public.big',
        'archive.entries-differ index',
        'archive.entry-missing large objects',
      ]),
    );
    expect(survey.checks).toMatchObject([{ outcome: 'failed' }]);
  });

  test('that is cut off, empty, or SQL text is refused by name', async () => {
    const bytes = readFileSync(opened.file);
    const survey = (body: Buffer) => surveyPostgres(Readable.from([body]), opened.inventory, newWatch(), surroundings);
    await expect(survey(bytes.subarray(0, 200))).rejects.toMatchObject({ code: 'artifact.unreadable' });
    await expect(survey(Buffer.alloc(0))).rejects.toMatchObject({ code: 'artifact.unreadable' });
    await expect(survey(Buffer.from('--\n-- PostgreSQL database dump\n--\n'))).rejects.toMatchObject({
      code: 'artifact.plain-sql',
    });
    const newer = Buffer.from(bytes);
    newer[6] = 99;
    await expect(survey(newer)).rejects.toMatchObject({ code: 'tool.too-old' });
  });

  test('is not waited for when the stream breaks or the watch is cancelled', async () => {
    const broken = Readable.from(
      (async function* () {
        yield readFileSync(opened.file).subarray(0, 100);
        throw new Error('cut');
      })(),
    );
    await expect(surveyPostgres(broken, opened.inventory, newWatch(), surroundings)).rejects.toThrow('cut');
    const reason = new Error('enough');
    await expect(
      surveyPostgres(
        createReadStream(opened.file),
        opened.inventory,
        newWatch(AbortSignal.abort(reason)),
        surroundings,
      ),
    ).rejects.toBe(reason);
  });
});
