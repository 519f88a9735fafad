/** The table of contents of a custom-format archive, as `pg_restore --list` reads it. */
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { Fail } from '../../../shared/failure.ts';
import { run, start, type Ended } from '../../base/run.ts';
import { installHint, newestMajor } from './install-hint.ts';

export interface ArchiveEntry {
  /** By this number pg_restore names the entry in its messages and takes it out of a list. */
  id: number;
  /** 0 where the entry is no object of its own (its data, its comment …). */
  catalogId: number;
  /** `TABLE DATA`, `FK CONSTRAINT`, `INDEX`, `SEQUENCE SET`, `ACL`, `COMMENT`, `BLOBS` … */
  kind: string;
  /** Null outside any schema. Line breaks in names are spaces here: pg_restore prints them so. */
  schema: string | null;
  /** For what belongs to a table: the table, a space, its own name. */
  name: string;
  owner: string;
  /** Ids of the entries without which this one cannot be made. Only those that the archive holds mean anything. */
  dependsOn: number[];
}

export interface Archive {
  database: string;
  entryCount: number;
  compression: string;
  /** Like `1.14-0`. */
  formatVersion: string;
  format: string;
  integerBytes: number;
  serverVersion: string;
  toolVersion: string;
  entries: ArchiveEntry[];
}

/**
 * What is known beforehand and settles where a name with spaces ends. Without it a schema and an owner are one word,
 * and the name is what is between.
 */
export interface KnownNames {
  schemas: readonly string[];
  roles: readonly string[];
}

const nothingKnown: KnownNames = { schemas: [], roles: [] };
const maxListingBytes = 512 * 1024 * 1024;
const magic = 'PGDMP';

/** Kinds of more than one word, and those that could be taken for their beginning. */
const kinds = [
  'ACCESS METHOD,ACL,ACL LANGUAGE,AGGREGATE,BLOB,BLOB COMMENTS,BLOB METADATA,BLOBS,CAST,CHECK CONSTRAINT,COLLATION',
  'COMMENT,CONSTRAINT,CONVERSION,DATABASE,DATABASE PROPERTIES,DEFAULT,DEFAULT ACL,DOMAIN,DUMP TIMESTAMP,ENCODING',
  'EVENT TRIGGER,EXTENSION,FK CONSTRAINT,FOREIGN DATA WRAPPER,FOREIGN SERVER,FOREIGN TABLE,FUNCTION,INDEX,INDEX ATTACH',
  'LARGE OBJECT,MATERIALIZED VIEW,MATERIALIZED VIEW DATA,OPERATOR,OPERATOR CLASS,OPERATOR FAMILY,POLICY',
  'PROCEDURAL LANGUAGE,PROCEDURE,PUBLICATION,PUBLICATION TABLE,PUBLICATION TABLES IN SCHEMA,ROW SECURITY,RULE,SCHEMA',
  'SEARCHPATH,SECURITY LABEL,SEQUENCE,SEQUENCE OWNED BY,SEQUENCE SET,SERVER,SHELL TYPE,STATISTICS,STATISTICS DATA',
  'STDSTRINGS,SUBSCRIPTION,SUBSCRIPTION TABLE,TABLE,TABLE ATTACH,TABLE DATA,TABLESPACE,TEXT SEARCH CONFIGURATION',
  'TEXT SEARCH DICTIONARY,TEXT SEARCH PARSER,TEXT SEARCH TEMPLATE,TRANSFORM,TRIGGER,TYPE,USER MAPPING,VIEW',
]
  .flatMap((line) => line.split(','))
  .toSorted((a, b) => b.length - a.length);

/** These share their first word with an object of the catalogue and are none: a schema named DATA is told apart by that. */
const withoutCatalog = new Set([
  'TABLE DATA',
  'SEQUENCE SET',
  'MATERIALIZED VIEW DATA',
  'SEQUENCE OWNED BY',
  'STATISTICS DATA',
]);

/**
 * Reads the table of contents of a file.
 * @throws `artifact.plain-sql` for SQL text, `artifact.unreadable` for anything else, `tool.too-old` where this
 * pg_restore does not know the format yet.
 */
export async function readArchive(
  pgRestore: string,
  file: string,
  signal: AbortSignal,
  known = nothingKnown,
): Promise<Archive> {
  demandMagic(await headOf(file));
  const listing = await run(pgRestore, ['--list', '--verbose', file], { signal, maxBytes: maxListingBytes });
  signal.throwIfAborted();
  demandListed(listing);
  return parseListing(listing.stdout, known);
}

/** The same from a stream, which is read to its end even though the table of contents is at its beginning. */
export async function readArchiveStream(
  pgRestore: string,
  body: Readable,
  signal: AbortSignal,
  known = nothingKnown,
): Promise<Archive> {
  const lister = start(pgRestore, ['--list', '--verbose'], { signal, stdin: 'pipe' });
  const listed = textOf(lister.stdout);
  // Both are awaited below; a failure of the body must not leave the other rejection unheard.
  listed.catch(() => {});
  let head: Buffer = Buffer.alloc(0);
  try {
    head = await feed(body, lister.stdin);
  } finally {
    lister.stdin?.end();
    if (signal.aborted) lister.kill();
  }
  const ended = await lister.ended;
  signal.throwIfAborted();
  demandMagic(head);
  demandListed(ended);
  return parseListing(await listed, known);
}

/** The first bytes of what was fed. pg_restore leaves when it has seen enough: from then on the rest is only read. */
async function feed(body: Readable, sink: NodeJS.WritableStream | null): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  let listening = sink !== null;
  let wake = (): void => {};
  const leave = (): void => {
    listening = false;
    wake();
  };
  sink?.on('error', leave);
  sink?.on('close', leave);
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if (head.length < magic.length) head = Buffer.concat([head, chunk]).subarray(0, 64);
    if (!listening || sink === null || sink.write(chunk)) continue;
    await new Promise<void>((resolve) => {
      wake = resolve;
      sink.once('drain', resolve);
      if (!listening) resolve();
    });
  }
  return head;
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function headOf(file: string): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function demandMagic(head: Buffer): void {
  if (head.subarray(0, magic.length).toString('latin1') === magic) return;
  if (head.length === 0) throw new Fail('artifact.unreadable', 'The archive is empty.');
  // Bytes that no SQL text begins with mean something else altogether.
  // eslint-disable-next-line no-control-regex
  if (!/[\u0000-\u0008\u000e-\u001f]/.test(head.toString('latin1'))) {
    throw new Fail('artifact.plain-sql', "This is SQL text, not an archive in PostgreSQL's custom format.");
  }
  throw new Fail('artifact.unreadable', "This is not an archive in PostgreSQL's custom format.");
}

function demandListed(ended: Ended): void {
  if (ended.code === 0) return;
  const said = ended.stderr.trim().split('\n')[0] ?? '';
  if (/unsupported version/.test(said)) {
    throw new Fail(
      'tool.too-old',
      `The archive was written by a newer pg_dump than this pg_restore can read (${said}).`,
      { hint: installHint('client', newestMajor) },
    );
  }
  if (ended.signal !== null) throw new Fail('tool.killed', `pg_restore was ended by ${ended.signal}.`);
  throw new Fail(
    'artifact.unreadable',
    `pg_restore cannot read the table of contents: ${said || `exit code ${ended.code}`}`,
  );
}

/** Takes the listing of `pg_restore --list --verbose` apart. */
export function parseListing(text: string, known: KnownNames = nothingKnown): Archive {
  const facts = new Map<string, string>();
  const entries: ArchiveEntry[] = [];
  const names = { schemas: known.schemas.map(asListed), roles: known.roles.map(asListed) };
  for (const line of text.split('\n')) {
    const dependencies = /^;\tdepends on:((?: \d+)+)\s*$/.exec(line);
    const fact = /^; {5}([A-Za-z_ ]+): (.*)$/.exec(line);
    if (dependencies !== null) {
      const last = entries.at(-1);
      if (last !== undefined) last.dependsOn = [...new Set(dependencies[1]?.trim().split(' ').map(Number))];
    } else if (fact !== null) facts.set(fact[1] ?? '', fact[2] ?? '');
    else if (!line.startsWith(';') && line !== '') entries.push(parseEntry(line, names));
  }
  const word = (name: string): string => facts.get(name) ?? '';
  return {
    database: word('dbname'),
    entryCount: Number(word('TOC Entries')),
    compression: word('Compression'),
    formatVersion: word('Dump Version'),
    format: word('Format'),
    integerBytes: Number.parseInt(word('Integer'), 10),
    serverVersion: word('Dumped from database version'),
    toolVersion: word('Dumped by pg_dump version'),
    entries,
  };
}

/** A name as the listing shows it. */
export function asListed(name: string): string {
  return name.replaceAll(/[\r\n]/g, ' ');
}

function parseEntry(line: string, known: KnownNames): ArchiveEntry {
  const found = /^(\d+); (\d+) (\d+) (.*)$/.exec(line);
  if (found === null)
    throw new Fail(
      'artifact.unreadable',
      `The table of contents holds a line that cannot be understood: ${line.slice(0, 120)}`,
    );
  const [, id, catalogId, , rest = ''] = found;
  const kind = kindOf(rest, Number(catalogId));
  return {
    id: Number(id),
    catalogId: Number(catalogId),
    kind,
    ...namesOf(rest.slice(kind.length + 1), known),
    dependsOn: [],
  };
}

function kindOf(rest: string, catalogId: number): string {
  const kind = kinds.find((one) => rest.startsWith(`${one} `) && !(catalogId !== 0 && withoutCatalog.has(one)));
  // A kind that a later pg_dump has invented: capitals up to the first word that is none.
  return kind ?? /^[A-Z]+(?: [A-Z]+)*(?= )/.exec(rest)?.[0] ?? rest.split(' ')[0] ?? '';
}

function namesOf(text: string, known: KnownNames): Pick<ArchiveEntry, 'schema' | 'name' | 'owner'> {
  const schema = longest(known.schemas.filter((one) => text.startsWith(`${one} `))) ?? text.split(' ')[0] ?? '';
  const rest = text.slice(schema.length + 1);
  const owner = longest(known.roles.filter((one) => rest.endsWith(` ${one}`))) ?? rest.slice(rest.lastIndexOf(' ') + 1);
  return {
    schema: schema === '-' ? null : schema,
    name: rest.slice(0, Math.max(0, rest.length - owner.length - 1)),
    owner,
  };
}

function longest(names: readonly string[]): string | undefined {
  return names.toSorted((a, b) => b.length - a.length)[0];
}
