/** `holdfast source …`: what is to be kept safe. */
import path from 'node:path';
import { addressOf } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { SecretsIn } from '../../shared/contract/secrets.ts';
import { SourceId } from '../../shared/id.ts';
import {
  type PostgresSettings,
  type ProbeReport,
  type Scope,
  type Source,
  type SourceSettings,
} from '../../shared/source.ts';
import { z } from '../../shared/schema.ts';
import { databaseOf, type EnvDatabase } from '../source/env-file.ts';
import { readEnvFile } from '../source/read-env-file.ts';
import { absolute, choice, oneOf, wholeNumber, wrongUsage, type Arguments } from './arguments.ts';
import type { Api, Command, Context } from './command.ts';
import { followOn } from './follow.ts';
import { bytes } from '../../shared/bytes.ts';
import { iso, table } from './format.ts';
import { goals } from './goals.ts';
import { addressFromArgument, readServer, serverOptions } from './server-options.ts';
import { nameOf } from './source-name.ts';
import { describeSource, words } from './words.ts';

interface Described {
  settings: SourceSettings;
  secrets: SecretsIn;
}

/** Keeps up with the database. */
export const fastCompression = 1;

const add: Command = {
  name: 'source add',
  usage: 'NAME (--file FILE | --url URL | --env-file FILE) [options]',
  summary: 'say what is to be backed up, and where to',
  details: `  --file FILE              a SQLite database
  --url URL                postgres://user@host:5432/database, never with a password
  --env-file FILE          DATABASE_URL, or POSTGRES_HOST, _PORT, _USER, _PASSWORD, _DB of this file
  --password-stdin         the password is the next line of standard input
  --database D             instead of the one in the URL; may be repeated
  --all-databases          every database of the server
  --schema-only, --data-only
  --schema S, --table T, --exclude-table T
                           parts of the database; may be repeated; such a backup is not called complete
  --no-digests             count rows, do not compare their content
  --compression LEVEL      of zstd, 1 (default) to 19
  --folder DIR             where backups go; may be repeated; default: the data folder
  --destination NAME       a place of holdfast destination add, beside the folders; may be repeated
  --tls MODE               verify-full (default), verify-ca, require, disable
  --ca-file FILE           the authority of the server's certificate
  --ssh USER@HOST[:PORT]   through an SSH server, with --ssh-host-key SHA256:…
                           and --ssh-key FILE, --ssh-agent or --ssh-password-stdin
  --ssh-jump USER@HOST[:PORT]
                           through another one before it, with --ssh-jump-host-key, --ssh-jump-key …
  --production             what would change it asks for its name first; --no-production takes the mark away
  --direct WHEN            its backups go straight to their first place: when-full (where the data folder has no room), always, never
  --replace                change the source of this name
  --join NAME|ID           a new source that goes on with the backups of one that holdfast found-again found, or that was removed`,
  options: {
    ...serverOptions,
    file: { type: 'string' },
    url: { type: 'string' },
    'env-file': { type: 'string' },
    database: { type: 'string', multiple: true },
    'all-databases': { type: 'boolean' },
    'schema-only': { type: 'boolean' },
    'data-only': { type: 'boolean' },
    schema: { type: 'string', multiple: true },
    table: { type: 'string', multiple: true },
    'exclude-table': { type: 'string', multiple: true },
    'no-digests': { type: 'boolean' },
    compression: { type: 'string' },
    folder: { type: 'string', multiple: true },
    destination: { type: 'string', multiple: true },
    production: { type: 'boolean' },
    'no-production': { type: 'boolean' },
    direct: { type: 'string' },
    replace: { type: 'boolean' },
    join: { type: 'string' },
  },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const name = nameOf(args);
    const production = productionOf(args);
    const direct = choice(args, 'direct', ['when-full', 'always', 'never'] as const);
    const scope = scopeOf(args);
    const { settings, secrets } = await describe(args, context);
    const api = await context.api();
    const joins = await joinedId(api, args.text('join'));
    const source = await api.source.add({
      name,
      ...(joins === undefined ? {} : { joins }),
      settings,
      scope,
      compressionLevel: wholeNumber(args, 'compression', fastCompression, 1, 19),
      digests: !args.has('no-digests'),
      folders: args.texts('folder').map((folder) => absolute(context.cwd, folder)),
      ...(args.texts('destination').length === 0 ? {} : { destinations: args.texts('destination') }),
      secrets,
      replace: args.has('replace'),
      ...(production === undefined ? {} : { production }),
      ...(direct === undefined ? {} : { direct: direct === 'never' ? null : direct }),
    });
    return { json: sourceJson(source), text: words.sourceKept(source) };
  },
};

/** The source that bears this name in the lists of backups, or has this id. */
async function joinedId(api: Api, named: string | undefined): Promise<SourceId | undefined> {
  if (named === undefined) return undefined;
  const id = z.safeParse(SourceId, named);
  if (id.success) return id.data;
  const ids = [...new Set((await api.backup.list({ name: named })).map(({ sourceId }) => sourceId))];
  if (ids.length > 1) throw wrongUsage(`Several sources are named ${named}: --join ${ids.join(' or --join ')}.`);
  if (ids[0] === undefined) throw new Fail('backup.none', `There is no backup of ${named}.`);
  return ids[0];
}

/** Undefined where the command does not speak of it. */
function productionOf(args: Arguments): boolean | undefined {
  const [marked, unmarked] = [args.has('production'), args.has('no-production')];
  if (marked && unmarked) throw wrongUsage('Only one of --production, --no-production can be given.');
  return marked ? true : unmarked ? false : undefined;
}

function scopeOf(args: Arguments): Scope {
  if (args.has('schema-only') && args.has('data-only'))
    throw wrongUsage('Only one of --schema-only, --data-only can be given.');
  return {
    part: args.has('schema-only') ? 'schema' : args.has('data-only') ? 'data' : 'all',
    schemas: args.texts('schema'),
    tables: args.texts('table'),
    excludeTables: args.texts('exclude-table'),
  };
}

async function describe(args: Arguments, context: Context): Promise<Described> {
  switch (oneOf(args, ['file', 'url', 'env-file'])) {
    case 'file':
      return describeFile(absolute(context.cwd, args.text('file') ?? ''), args);
    case 'url':
      return describeServer({ kind: 'server', address: addressFromArgument(args.text('url') ?? '') }, args, context);
    default:
      return describeEnv(absolute(context.cwd, args.text('env-file') ?? ''), args, context);
  }
}

function describeFile(file: string, args: Arguments): Described {
  const stray = [...Object.keys(serverOptions), 'database', 'all-databases'].find((name) => args.given(name));
  if (stray !== undefined) throw wrongUsage(`--${stray} belongs to a server, and this is a file.`);
  return { settings: { kind: 'sqlite', file }, secrets: {} };
}

async function describeEnv(file: string, args: Arguments, context: Context): Promise<Described> {
  const found = databaseOf(readEnvFile(file));
  if (found.kind === 'server') return describeServer(found, args, context);
  for (const note of found.notes) context.terminal.note(note);
  return describeFile(path.resolve(path.dirname(file), found.file), args);
}

async function describeServer(
  found: Extract<EnvDatabase, { kind: 'server' }>,
  args: Arguments,
  context: Context,
): Promise<Described> {
  const server = await readServer(found.address, args, context);
  const named = args.texts('database');
  if (args.has('all-databases')) {
    if (named.length > 0) throw wrongUsage('Only one of --database, --all-databases can be given.');
    const settings = { ...server.settings, databases: [server.database ?? 'postgres'] };
    return {
      settings: { ...settings, databases: await everyDatabase(settings, server.secrets, context) },
      secrets: server.secrets,
    };
  }
  const databases = named.length > 0 ? named : server.database === undefined ? [] : [server.database];
  if (databases.length === 0)
    throw wrongUsage('The URL names no database: add it, or --database NAME, or --all-databases.');
  return { settings: { ...server.settings, databases }, secrets: server.secrets };
}

async function everyDatabase(settings: PostgresSettings, secrets: SecretsIn, context: Context): Promise<string[]> {
  const api = await context.api();
  const { probe } = await followOn(context, api, (house) => house.source.test({ settings, secrets }));
  const failed = probe?.steps.find((step) => step.outcome === 'failed');
  const names = probe?.databases.map((database) => database.name) ?? [];
  if (names.length === 0) {
    throw new Fail(
      'source.unreachable',
      failed === undefined ? 'The server shows no database to this role.' : `${failed.step}: ${failed.detail}`,
      { hint: failed?.hint },
    );
  }
  context.terminal.note(words.allDatabases(names));
  return names;
}

const list: Command = {
  name: 'source list',
  usage: '',
  summary: 'the sources and where they are',
  options: {},
  places: { least: 0, most: 0 },
  async run(_args, context) {
    const sources = await (await context.api()).source.list({});
    const rows = sources.map((source) => [source.name, describeSource(source)]);
    return {
      json: sources.map(sourceJson),
      text: rows.length === 0 ? words.noSources : table([{ title: 'NAME' }, { title: 'WHAT' }], rows),
    };
  },
};

const show: Command = {
  name: 'source show',
  usage: 'NAME',
  summary: 'everything that is saved of a source, but its passwords',
  options: {},
  places: { least: 1, most: 1 },
  async run(args, context) {
    const { source, destinations } = await (await context.api()).source.show({ name: nameOf(args) });
    const places = destinations.map((card) => ({ id: card.id, name: card.name, path: addressOf(card.settings) }));
    return {
      json: { ...sourceJson(source), destinations: places },
      text: showText(
        source,
        places.map((place) => `${place.name} (${place.path})`),
      ),
    };
  },
};

function showText(source: Source, places: string[]): string {
  const { scope, settings } = source;
  const parts = [
    scope.part === 'all' ? '' : `${scope.part} only`,
    scope.schemas.length === 0 ? '' : `schemas ${scope.schemas.join(', ')}`,
    scope.tables.length === 0 ? '' : `tables ${scope.tables.join(', ')}`,
    scope.excludeTables.length === 0 ? '' : `without ${scope.excludeTables.join(', ')}`,
  ].filter((part) => part !== '');
  return [
    `${source.name}: ${describeSource(source)}`,
    ...(settings.kind === 'sqlite' ? [] : [`TLS: ${settings.tls.mode}`, `Password: ${settings.password}`]),
    ...(settings.kind === 'sqlite' || settings.tunnel === undefined
      ? []
      : [`Through SSH: ${settings.tunnel.server.user}@${settings.tunnel.server.host}`]),
    `Scope: ${parts.length === 0 ? 'everything' : parts.join('; ')}`,
    `Digests: ${source.digests ? 'on' : 'off'}`,
    `Goes to: ${places.join(', ')}`,
    ...(source.direct === undefined ? [] : [words.goesDirect(source.direct)]),
    ...(source.production === true ? ['Production: what would change it asks for its name first'] : []),
    ...(source.sample === true ? ['The built-in sample'] : []),
  ].join('\n');
}

const test: Command = {
  name: 'source test',
  usage: 'NAME',
  summary: 'connect and look, step by step, changing nothing',
  options: {},
  places: { least: 1, most: 1 },
  async run(args, context) {
    const name = nameOf(args);
    const { probe } = await followOn(context, await context.api(), (api) => api.source.test({ name }));
    if (probe === null) throw new Error('A test of a source came to nothing');
    return { json: probe, text: probeText(probe), yes: probe.ok };
  },
};

function probeText(probe: ProbeReport): string {
  const marks = { ok: 'ok', warning: 'warning', failed: 'FAILED' };
  const steps = probe.steps.flatMap(({ step, outcome, detail, hint }) => [
    `${marks[outcome].padEnd(8)} ${step}: ${detail}`,
    ...(hint === undefined ? [] : [`${' '.repeat(9)}${hint}`]),
  ]);
  const databases = probe.databases.map(
    ({ name, sizeBytes }) => `  ${name}${sizeBytes === null ? '' : `  ${bytes(sizeBytes)}`}`,
  );
  return [...steps, ...(databases.length === 0 ? [] : ['Databases:', ...databases])].join('\n');
}

const remove: Command = {
  name: 'source remove',
  usage: 'NAME',
  summary: 'forget a source; its backups stay',
  options: {},
  places: { least: 1, most: 1 },
  async run(args, context) {
    const name = nameOf(args);
    await (await context.api()).source.remove({ name });
    return { json: { removed: name }, text: words.sourceRemoved(name) };
  },
};

/** A source as `--json` prints it. */
export function sourceJson(source: Source): Record<string, unknown> {
  return { ...source, kind: source.settings.kind, createdAt: iso(source.createdAt) };
}

export const sourceCommands: Command[] = [add, list, show, test, goals, remove];
