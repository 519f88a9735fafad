/** Dumps databases, each from one snapshot in which everything is counted too. */
import { randomUUID } from 'node:crypto';
import type { ToolSet } from '../../../shared/doctor.ts';
import { Fail } from '../../../shared/failure.ts';
import type { DatabaseInventory, Omission } from '../../../shared/inventory.ts';
import { start } from '../../base/run.ts';
import type { Watch } from '../../base/watch.ts';
import type { Counted, DumpFacts, DumpOptions, Place, Sink, Surroundings } from '../engine.ts';
import { connect, libpqAccess, postgresSettings } from './connect.ts';
import { countSelection, describeSelection } from './count.ts';
import { digestMethod } from './digest.ts';
import { dumpGlobals } from './globals.ts';
import { databaseFacts, databaseSize, dataSize } from './inspect.ts';
import { failureOf, programBody } from './program-body.ts';
import { readSequences } from './sequence.ts';
import { holdTables, type Held, type OnStep } from './snapshot.ts';
import { chooseTool, findToolSets, programPath } from './tool.ts';

const oldestMajor = 13;
const defaultYieldAfterMs = 5_000;
const defaultAttempts = 5;
/** How often we look whether pg_dump holds its locks. */
const lockLookMs = 50;

/**
 * Dumps every database of the place, one after the other, then the server's roles and tablespaces.
 * @param onStep called between the steps of the proof; for tests.
 */
export async function dump(
  place: Place,
  options: DumpOptions,
  sink: Sink,
  watch: Watch,
  surroundings: Surroundings,
  onStep?: OnStep,
): Promise<DumpFacts> {
  const { databases } = postgresSettings(place);
  const tools = await toolsFor(place, watch, surroundings);
  const made: { inventory: DatabaseInventory; missing: string[]; takenAt: number }[] = [];
  for (const database of databases) {
    made.push(await dumpDatabase(place, database, tools.pgDump, options, sink, watch, surroundings, onStep));
  }
  const globals = await dumpGlobals(place, tools.sets, tools.major, sink, watch, surroundings);
  return {
    inventory: { databases: made.map((one) => one.inventory), globals },
    takenAt: Math.min(...made.map((one) => one.takenAt)),
    missing: made.flatMap((one) => one.missing),
  };
}

/** Before anything is locked: is the server one that we know, and is there a pg_dump for it? */
async function toolsFor(
  place: Place,
  watch: Watch,
  surroundings: Surroundings,
): Promise<{ sets: ToolSet[]; pgDump: ToolSet; major: number }> {
  const first = postgresSettings(place).databases[0] as string;
  const [sets, major] = await Promise.all([findToolSets(surroundings), serverMajor(place, first, watch, surroundings)]);
  return { sets, pgDump: chooseTool(sets, 'pg_dump', major), major };
}

async function serverMajor(place: Place, database: string, watch: Watch, surroundings: Surroundings): Promise<number> {
  const session = await connect(place, database, watch, surroundings);
  await session.close();
  refuseOld(session.major, session.serverVersion);
  return session.major;
}

export function refuseOld(major: number, version: string): void {
  if (major < oldestMajor) throw new Fail('source.server-too-old', `The server is PostgreSQL ${version}.`);
}

async function dumpDatabase(
  place: Place,
  database: string,
  tool: ToolSet,
  options: DumpOptions,
  sink: Sink,
  watch: Watch,
  surroundings: Surroundings,
  onStep: OnStep | undefined,
): Promise<{ inventory: DatabaseInventory; missing: string[]; takenAt: number }> {
  const hold = {
    scope: options.scope,
    strict: true,
    yieldAfterMs: options.yieldAfterMs ?? defaultYieldAfterMs,
    attempts: options.attempts ?? defaultAttempts,
    ...(onStep === undefined ? {} : { onStep }),
  };
  watch.progress({ phase: `Dumping ${database}`, bytes: 0, rows: 0 });
  return holdTables(place, database, hold, watch, surroundings, async (held) => {
    const before = await readSequences(held.side, held.selection.sequences);
    const parts = await dumpAndCount(
      place,
      database,
      tool,
      held,
      hold.yieldAfterMs,
      options.digests,
      sink,
      watch,
      surroundings,
      onStep,
    );
    const after = new Map(
      (await readSequences(held.side, held.selection.sequences)).map((sequence) => [sequence.name, sequence.value]),
    );
    const { counted, omissions } = parts.counted;
    const inventory: DatabaseInventory = {
      name: database,
      artifact: parts.artifact,
      engine: {
        kind: 'postgres',
        ...(await databaseFacts(held.session)),
        dumpTool: `pg_dump ${tool.version} (${tool.folder})`,
        snapshotId: held.snapshotId,
      },
      scope: options.scope,
      tables: counted.tables,
      sequences: before.map(({ name, value }) => ({ name, before: value, after: after.get(name) ?? value })),
      objects: counted.objects,
      largeObjects: counted.largeObjects,
      omissions: [...held.selection.omissions, ...omissions],
      digest: counted.digestProbe === null ? null : { method: digestMethod, probe: counted.digestProbe },
      liveSizeBytes: await databaseSize(held.side),
    };
    return { inventory, missing: held.selection.missing, takenAt: held.takenAt };
  });
}

/**
 * pg_dump begins at once, so that it holds its locks before anybody can queue between ours and its; counting begins when it
 * does. Both run at the same time, and either's failure stops the other.
 */
async function dumpAndCount(
  place: Place,
  database: string,
  tool: ToolSet,
  held: Held,
  yieldAfterMs: number,
  digests: boolean,
  sink: Sink,
  watch: Watch,
  surroundings: Surroundings,
  onStep: OnStep | undefined,
): Promise<{ artifact: string; counted: { counted: Counted; omissions: Omission[] } }> {
  const applicationName = `holdfast-dump-${randomUUID()}`;
  held.own(applicationName);
  const expectedBytes = await dataSize(
    held.session,
    held.selection.counted.map((relation) => relation.oid),
  );
  const access = await libpqAccess(place, database, tool.major, watch, surroundings, { applicationName });
  const { signal } = held;
  // The first failure is the reason of the whole attempt; what fails after it was only stopped.
  const stopOnFailure = (error: unknown): never => {
    held.stop(error);
    throw error;
  };
  try {
    const running = start(programPath(tool, 'pg_dump'), dumpArguments(held, yieldAfterMs, access.conninfo), {
      signal,
      env: access.env,
    });
    const body = programBody(running, {
      program: 'pg_dump',
      magic: 'PGDMP',
      onBytes: (bytes) => watch.progress({ bytes }),
    });
    // A sink that stopped reading does not see this; the body's reader does.
    body.on('error', () => {});
    const stopBody = (): void => void body.destroy(signal.reason as Error);
    signal.addEventListener('abort', stopBody, { once: true });
    if (signal.aborted) stopBody();
    const progress = { dumpEnded: false };
    const head = {
      name: database,
      content: 'postgres-custom' as const,
      expectedBytes: held.selection.rows ? expectedBytes : null,
    };
    const dumped = (async () => {
      const stored = await sink(head, body, signal);
      await running.ended;
      await onStep?.('dump-ended');
      return stored.artifact;
    })()
      .finally(() => {
        progress.dumpEnded = true;
      })
      .catch((error: unknown) => stopOnFailure(access.failure() ?? failureOf(body) ?? error));
    const counted = (async () => {
      await onStep?.('dump-started');
      while (!progress.dumpEnded && !(await held.holdsAll(applicationName)))
        await surroundings.clock.sleep(lockLookMs, signal);
      await onStep?.('dump-locked');
      signal.throwIfAborted();
      const { session, selection } = held;
      const result = await (selection.rows
        ? countSelection(session, selection, digests, watch)
        : describeSelection(session, selection));
      await onStep?.('counted');
      return result;
    })().catch(stopOnFailure);
    const [artifact, count] = await Promise.allSettled([dumped, counted]);
    await running.ended.catch(() => {});
    signal.removeEventListener('abort', stopBody);
    if (artifact.status === 'rejected') throw artifact.reason as Error;
    if (count.status === 'rejected') throw count.reason as Error;
    return { artifact: artifact.value, counted: count.value };
  } finally {
    await access.close();
  }
}

function dumpArguments(held: Held, yieldAfterMs: number, conninfo: string): string[] {
  return [
    '--format=custom',
    '--compress=0',
    `--snapshot=${held.snapshotId}`,
    `--lock-wait-timeout=${Math.max(100, Math.floor(yieldAfterMs))}`,
    '--no-password',
    ...held.selection.options,
    `--dbname=${conninfo}`,
  ];
}
