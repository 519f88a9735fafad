/** BS-15: what a restore would meet on its target. Reads only. */
import type { DatabaseInventory, PostgresFacts } from '../../../shared/inventory.ts';
import { Fail } from '../../../shared/failure.ts';
import type { Finding, RestoreTarget } from '../../../shared/restore.ts';
import type { Watch } from '../../base/watch.ts';
import type { Place, Secrets, Surroundings } from '../engine.ts';
import type { Session } from './connect.ts';
import { describeLocale } from './create-database.ts';
import { askOwnership } from './ownership.ts';
import { factsOf } from './scratch.ts';
import { sessionBeside, type DatabaseTarget } from './new-database.ts';
import { databaseTarget, demandEmpty, placeOf, sessionIfThere } from './target.ts';
import { chooseTool, findToolSets, programPath } from './tool.ts';

const oldestMajor = 13;

const blocking = (code: string, message: string, hint?: string): Finding => ({
  grade: 'blocking',
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
});
const warning = (code: string, message: string, hint?: string): Finding => ({
  grade: 'warning',
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
});
const note = (code: string, message: string): Finding => ({ grade: 'note', code, message });

/** What cannot be done is a finding, not a throw; only a cancel and a target of the wrong kind are thrown. */
export async function rehearsePostgres(
  target: RestoreTarget,
  secrets: Secrets,
  from: DatabaseInventory,
  watch: Watch,
  surroundings: Surroundings,
): Promise<Finding[]> {
  const database = databaseTarget(target);
  const facts = factsOf(from);
  const findings = [...scopeFindings(from), ...(await asFinding(watch, () => toolFindings(facts, surroundings)))];
  const met = await asFinding(watch, () => meetServer(database, placeOf(database, secrets), from, watch, surroundings));
  return [...findings, ...met].toSorted((a, b) => weight(a) - weight(b));
}

const weight = (finding: Finding): number => ['blocking', 'warning', 'note'].indexOf(finding.grade);

/** A failure on the way is what the rehearsal was to find out. */
async function asFinding(watch: Watch, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    watch.signal.throwIfAborted();
    if (!(error instanceof Fail)) throw error;
    return [blocking(error.code, error.message, error.hint)];
  }
}

function scopeFindings(from: DatabaseInventory): Finding[] {
  const { part, schemas, tables, excludeTables } = from.scope;
  if (part === 'data') {
    return [
      blocking(
        'scope.data-only',
        'This backup holds rows only, and a new database has no tables for them.',
        'Restore a backup with definitions first, then load the rows with pg_restore.',
      ),
    ];
  }
  if (part === 'schema')
    return [note('scope.schema-only', 'This backup holds definitions only: the new database will have no rows.')];
  if (schemas.length + tables.length + excludeTables.length === 0) return [];
  return [
    warning('scope.partial', 'This backup holds a part of its database: what leans on the rest will be missing.'),
  ];
}

async function toolFindings(facts: PostgresFacts, surroundings: Surroundings): Promise<Finding[]> {
  const tool = chooseTool(await findToolSets(surroundings), 'pg_restore', facts.serverMajor);
  return [note('restore.tool', `${programPath(tool, 'pg_restore')}, version ${tool.version}, will be used.`)];
}

async function meetServer(
  target: DatabaseTarget,
  place: Place,
  from: DatabaseInventory,
  watch: Watch,
  surroundings: Surroundings,
): Promise<Finding[]> {
  const facts = factsOf(from);
  const existing = await sessionIfThere(place, target.database, watch, surroundings);
  const session = existing ?? (await sessionBeside(place, target.database, watch, surroundings));
  try {
    const state =
      existing === null ? rightsFindings(session, target) : asFinding(watch, () => emptyFindings(session, target));
    return [
      ...(await state),
      ...(await serverFindings(session, facts)),
      ...(await roleFindings(session, facts)),
      ...(await extensionFindings(session, facts)),
      ...(existing === null ? await localeFindings(session, facts) : await encodingFindings(session, facts)),
      ...sizeFindings(from),
    ];
  } finally {
    await session.close();
  }
}

async function emptyFindings(session: Session, target: DatabaseTarget): Promise<Finding[]> {
  await demandEmpty(session, target.database);
  return [
    note(
      'restore.target-empty',
      `The database ${target.database} is there and empty. It will be filled; if that fails, it is emptied again, not dropped.`,
    ),
  ];
}

async function rightsFindings(session: Session, target: DatabaseTarget): Promise<Finding[]> {
  const [role] = await session.query<{ able: boolean }>(
    'SELECT rolcreatedb OR rolsuper AS able FROM pg_roles WHERE rolname = current_user',
  );
  if (role?.able === true) return [note('restore.target-new', `The database ${target.database} will be created.`)];
  return [
    blocking(
      'restore.no-rights',
      `${target.server.user} may not create databases on this server.`,
      'Grant CREATEDB, or create an empty database that belongs to this role.',
    ),
  ];
}

async function serverFindings(session: Session, facts: PostgresFacts): Promise<Finding[]> {
  const [state] = await session.query<{ recovering: boolean }>('SELECT pg_is_in_recovery() AS recovering');
  const findings: Finding[] = [];
  if (state?.recovering === true)
    findings.push(
      blocking('restore.standby', 'This server is a standby: nothing can be written there.', 'Name the primary.'),
    );
  if (session.major < oldestMajor) {
    findings.push(
      blocking(
        'source.server-too-old',
        `This server is PostgreSQL ${session.serverVersion}; Holdfast works with ${oldestMajor} and newer.`,
      ),
    );
  } else if (session.major < facts.serverMajor) {
    const message = `The backup is of PostgreSQL ${facts.serverMajor}, this server is ${session.major}: what only the newer version knows cannot be restored here.`;
    findings.push(warning('restore.older-server', message, `Restore to PostgreSQL ${facts.serverMajor} or newer.`));
  } else
    findings.push(
      note(
        'restore.server',
        `The server is PostgreSQL ${session.serverVersion}; the backup is of ${facts.serverVersion}.`,
      ),
    );
  return findings;
}

async function roleFindings(session: Session, facts: PostgresFacts): Promise<Finding[]> {
  const roles = [...new Set([facts.owner, ...facts.roles])].filter((role) => !role.startsWith('pg_'));
  const { missing, refused, superuser } = await askOwnership(session, roles);
  const findings: Finding[] = [];
  const consequence =
    'What they own will belong to the role that restores, and what was granted to them is not granted.';
  if (missing.length > 0) {
    findings.push(
      warning(
        'restore.roles-missing',
        `These roles are not on this server: ${missing.join(', ')}. ${consequence}`,
        'Create them first, for instance from the globals of this backup.',
      ),
    );
  }
  if (refused.length > 0) {
    findings.push(
      warning(
        'restore.owners-change',
        `The role that restores may not give anything to ${refused.join(', ')}, so everything will belong to itself.`,
        'Make it a member of these roles.',
      ),
    );
  }
  if (superuser) {
    findings.push(
      warning(
        'restore.as-superuser',
        'The role that restores is a superuser: code in the backup, such as a CHECK function, would run with all its rights.',
        'Restore with a plain role that has CREATEDB, unless you trust whoever could write to the source.',
      ),
    );
  }
  return findings;
}

interface OfferedExtension {
  name: string;
  version: string;
  allowed: boolean;
}

async function extensionFindings(session: Session, facts: PostgresFacts): Promise<Finding[]> {
  if (facts.extensions.length === 0) return [];
  const offered = await session.query<OfferedExtension>(
    `SELECT v.name, v.version, v.trusted OR NOT v.superuser OR r.rolsuper AS allowed
       FROM pg_available_extension_versions v CROSS JOIN pg_roles r
      WHERE r.rolname = current_user AND v.name = ANY ($1)`,
    [facts.extensions.map((one) => one.name)],
  );
  const there = await session.query<{ name: string }>('SELECT extname AS name FROM pg_extension');
  const installed = new Set(there.map((one) => one.name));
  return facts.extensions.flatMap((wanted): Finding[] => {
    const versions = offered.filter((one) => one.name === wanted.name);
    if (versions.length === 0) {
      return [
        warning(
          'extension.unavailable',
          `The extension ${wanted.name} is not installed on this server: what leans on it will be missing.`,
          `Install ${wanted.name} there first.`,
        ),
      ];
    }
    if (!installed.has(wanted.name) && versions.every((one) => !one.allowed)) {
      return [
        warning(
          'extension.not-allowed',
          `Only a superuser may create the extension ${wanted.name} on this server.`,
          `Have it created in an empty database first, and restore into that.`,
        ),
      ];
    }
    if (versions.some((one) => one.version === wanted.version)) return [];
    return [
      note(
        'extension.other-version',
        `${wanted.name} was ${wanted.version}; this server has ${versions.map((one) => one.version).join(', ')}.`,
      ),
    ];
  });
}

/** Whether the locale is there can only be tried by creating a database; what the server says it knows is close to it. */
async function localeFindings(session: Session, facts: PostgresFacts): Promise<Finding[]> {
  if (await knowsLocale(session, facts)) return [];
  return [
    warning(
      'restore.other-locale',
      `${describeLocale(facts)} does not seem to be on this server: text would be sorted by its bytes (C).`,
      'Install the locale on the server first.',
    ),
  ];
}

async function knowsLocale(session: Session, facts: PostgresFacts): Promise<boolean> {
  if (facts.localeProvider === 'builtin') return session.major >= 17;
  const rows = await session.query<{ provider: string; name: string }>(
    `SELECT collprovider::text AS provider, collcollate AS name FROM pg_collation WHERE collcollate IS NOT NULL
     UNION SELECT 'c', datcollate FROM pg_database UNION SELECT 'c', datctype FROM pg_database
     UNION SELECT 'i', NULL FROM pg_collation WHERE collprovider = 'i'`,
  );
  if (facts.localeProvider === 'icu') return session.major >= 15 && rows.some((row) => row.provider === 'i');
  const known = new Set(
    rows.flatMap((row) => (row.provider === 'c' && row.name !== null ? [bareLocale(row.name)] : [])),
  );
  return [facts.collate, facts.ctype].every(
    (name) => ['c', 'posix'].includes(bareLocale(name)) || known.has(bareLocale(name)),
  );
}

/** `en_US.UTF-8` and `en_US.utf8` are the same locale. */
const bareLocale = (name: string): string => name.toLowerCase().replaceAll('-', '');

async function encodingFindings(session: Session, facts: PostgresFacts): Promise<Finding[]> {
  const [row] = await session.query<{ encoding: string; collate: string }>(
    'SELECT pg_encoding_to_char(encoding) AS encoding, datcollate AS collate FROM pg_database WHERE datname = current_database()',
  );
  const findings: Finding[] = [];
  if (row !== undefined && row.encoding !== facts.encoding) {
    findings.push(
      warning(
        'restore.other-encoding',
        `The empty database is in ${row.encoding}, the backup in ${facts.encoding}: characters that ${row.encoding} does not have cannot be restored.`,
      ),
    );
  }
  if (row !== undefined && facts.localeProvider === 'libc' && bareLocale(row.collate) !== bareLocale(facts.collate)) {
    findings.push(
      note('restore.other-locale', `The empty database sorts by ${row.collate}, the backup by ${facts.collate}.`),
    );
  }
  return findings;
}

function sizeFindings(from: DatabaseInventory): Finding[] {
  if (from.liveSizeBytes === null) return [];
  const megabytes = Math.max(1, Math.round(from.liveSizeBytes / 1_000_000));
  return [
    note(
      'restore.space',
      `The database took ${megabytes} MB when it was dumped. A server does not say over SQL how much room it has.`,
    ),
  ];
}
