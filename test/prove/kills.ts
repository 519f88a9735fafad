/**
 * Kills of the owner, the job process or its children at instants drawn from named phases. After each: the source is
 * intact, nothing that is listed fails, and one restart leaves the data folder, the destinations and the process table
 * clean. Linux only: processes are found through /proc.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { Cluster } from '../helpers/postgres.ts';
import { holdfast, holdfastJson, startProgram, type RunningDoor } from '../helpers/holdfast.ts';
import { randomFrom, type ProofOptions, type Random } from './seed.ts';
import { childrenOf, killAll } from './victims.ts';

type Engine = 'sqlite' | 'postgres';
type Victim = 'owner' | 'job' | 'child' | 'all';

/** What is running when the kill comes, and the phases that its owner says on standard error (`owner.ts`). */
const scenes = [
  { engine: 'sqlite', verb: 'backup', phases: ['Copying', 'Storing', 'Writing the manifest', 'Reading back'] },
  { engine: 'postgres', verb: 'backup', phases: ['Connecting', 'Dumping', 'Storing', 'Writing the manifest'] },
  { engine: 'sqlite', verb: 'verify', phases: ['Expanding', 'Restoring', 'Comparing', 'Checking'] },
  {
    engine: 'postgres',
    verb: 'verify',
    phases: ['Expanding', 'Preparing a throw-away place', 'Restoring', 'Comparing', 'Checking'],
  },
  { engine: 'sqlite', verb: 'restore', phases: ['Expanding', 'Restoring', 'Comparing'] },
  { engine: 'postgres', verb: 'restore', phases: ['Expanding', 'Restoring', 'Comparing', 'Checking'] },
] as const satisfies { engine: Engine; verb: string; phases: string[] }[];

/** Every phase of every scene, as `engine verb phase`. */
export const killPoints = scenes.flatMap((scene) =>
  scene.phases.map((phase) => ({ engine: scene.engine, verb: scene.verb as string, phase: phase as string })),
);
type KillPoint = (typeof killPoints)[number];

export interface KillsResult {
  kills: number;
  /** Kills that came while the job was running, by `engine verb phase`. */
  coverage: Record<string, number>;
  victims: Record<string, number>;
  /** The job had ended before the kill came: nothing was proven by it, and it is not counted above. */
  tooLate: number;
  faults: string[];
}

interface Stage {
  home: string;
  folder: string;
  file: string;
  cluster: Cluster;
  /** Backups that were whole before the killing began, by source. */
  good: Record<Engine, string>;
  sourceRows: Record<Engine, string>;
  /** Backups that a kill came too late for and that were found whole: they are not read again in every round. */
  seenWhole: Set<string>;
  /** Whatever the jobs that were struck had running, by pid and start, and their throw-away servers by name. */
  started: Map<number, string>;
  scratches: Set<string>;
}

const database = 'kill_source';

/** Runs until `count` kills have come in time, spread evenly over the points. */
export async function kills(folder: string, cluster: Cluster, options: ProofOptions): Promise<KillsResult> {
  const random = randomFrom(options.seed);
  const stage = await setUp(folder, cluster);
  const result: KillsResult = {
    kills: 0,
    coverage: Object.fromEntries(killPoints.map((point) => [nameOf(point), 0])),
    victims: {},
    tooLate: 0,
    faults: [],
  };
  let late = false;
  for (let round = 0; result.kills < options.count; round += 1) {
    const point = leastCovered(result);
    const victim = random.pick<Victim>(['owner', 'job', 'child', 'all']);
    // Some phases last a few milliseconds only: after a kill that came too late the next one hurries.
    const struck = await strike(stage, point, victim, random, round, late ? 3 : 60);
    late = struck === 'too late';
    if (struck === 'too late') {
      result.tooLate += 1;
      if (result.tooLate > options.count * 4) throw new Error(`Kills keep coming too late at ${nameOf(point)}.`);
    } else {
      result.kills += 1;
      result.coverage[nameOf(point)] = (result.coverage[nameOf(point)] ?? 0) + 1;
      result.victims[victim] = (result.victims[victim] ?? 0) + 1;
    }
    const faults = await inspect(stage, round);
    result.faults.push(...faults.map((fault) => `${nameOf(point)}, ${victim} killed (round ${round}): ${fault}`));
    options.report(
      `kill ${result.kills}/${options.count} ${nameOf(point)}: ${victim} ${struck}${faults.length > 0 ? ` FAULT ${faults.join('; ')}` : ''}`,
    );
  }
  return result;
}

const nameOf = (point: KillPoint): string => `${point.engine} ${point.verb} ${point.phase}`;

function leastCovered(result: KillsResult): KillPoint {
  const sorted = killPoints.toSorted((a, b) => (result.coverage[nameOf(a)] ?? 0) - (result.coverage[nameOf(b)] ?? 0));
  const first = sorted[0];
  if (first === undefined) throw new Error('No kill points.');
  return first;
}

async function setUp(folder: string, cluster: Cluster): Promise<Stage> {
  const home = path.join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  const file = path.join(folder, 'app.db');
  const source = new Database(file);
  source.pragma('journal_mode = wal');
  source.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000) INSERT INTO item SELECT i, randomblob(400) FROM n;`);
  source.close();
  await cluster.createDatabase(database);
  await cluster.sql(
    database,
    `CREATE TABLE item (id int PRIMARY KEY, body text NOT NULL);
     INSERT INTO item SELECT g, repeat(md5(g::text || random()), 12) FROM generate_series(1, 60000) g;
     CREATE INDEX item_body ON item (md5(body));
     CREATE TABLE tag (item_id int REFERENCES item, tag text);
     INSERT INTO tag SELECT g, 'tag ' || g FROM generate_series(1, 20000) g;`,
  );
  await holdfastJson(home, ['source', 'add', 'sqlite', '--file', file]);
  await holdfastJson(home, ['source', 'add', 'postgres', '--url', cluster.url(database), '--tls', 'disable']);
  const good = { sqlite: await backup(home, 'sqlite'), postgres: await backup(home, 'postgres') };
  const stage: Stage = {
    home,
    folder,
    file,
    cluster,
    good,
    sourceRows: { sqlite: '', postgres: '' },
    seenWhole: new Set(Object.values(good)),
    started: new Map(),
    scratches: new Set(),
  };
  stage.sourceRows = await sourceRows(stage);
  return stage;
}

async function backup(home: string, source: string): Promise<string> {
  return (await holdfastJson<{ backupId: string }>(home, ['backup', source])).backupId;
}

function argumentsOf(stage: Stage, point: KillPoint, round: number): string[] {
  if (point.verb === 'backup') return ['backup', point.engine];
  if (point.verb === 'verify') return ['verify', stage.good[point.engine]];
  const [how, target] =
    point.engine === 'sqlite'
      ? ['restore-file', targetFile(stage, round)]
      : ['restore-database', targetDatabase(round)];
  return [how, stage.good[point.engine], target];
}

const targetFile = (stage: Stage, round: number): string => path.join(stage.folder, `restored-${round}.db`);
const targetDatabase = (round: number): string => `kill_target_${round}`;

async function strike(
  stage: Stage,
  point: KillPoint,
  victim: Victim,
  random: Random,
  round: number,
  patienceMs: number,
): Promise<'in time' | 'too late'> {
  const door = startProgram('test/prove/owner.ts', stage.home, argumentsOf(stage, point, round));
  // A restore is rehearsed first, and both have phases of the same name.
  if (point.verb === 'restore') await door.says('phase Rehearsed').catch(() => {});
  const reached = await door.says(`phase ${point.phase}\n`).then(
    () => true,
    () => false,
  );
  if (reached) await sleep(random.int(patienceMs));
  const struck = reached && killFamily(stage, door, victim);
  const ran = await door.ended;
  // A child may be killed in the very moment in which the job no longer needs it.
  return struck && ran.code !== 0 ? 'in time' : 'too late';
}

/** Kills what the victim's name says; false when there was nothing of the kind. */
function killFamily(stage: Stage, door: RunningDoor, victim: Victim): boolean {
  const owner = door.child.pid;
  if (owner === undefined || door.child.exitCode !== null) return false;
  const jobs = childrenOf(owner);
  const children = jobs.flatMap((pid) => descendantsOf(pid));
  for (const pid of [owner, ...jobs, ...children]) stage.started.set(pid, startOf(pid));
  for (const name of readdirSync(path.join(stage.home, 'scratch'))) stage.scratches.add(name.replace(/\.json.*$/, ''));
  const targets = {
    owner: [owner],
    job: jobs,
    child: children.length > 0 ? children : jobs,
    all: [owner, ...jobs, ...children],
  }[victim];
  return killAll(targets);
}

function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

/** One restart, then a look at everything. */
async function inspect(stage: Stage, round: number): Promise<string[]> {
  const faults: string[] = [];
  // A dump that was whole when its job was killed is kept, and is brought to its place before anything is looked at.
  const carried = await holdfast(stage.home, ['carry', '--json']);
  if (carried.code !== 0) faults.push(`a kept dump was not brought: ${carried.stdout.slice(0, 500)}`);
  const restart = await holdfast(stage.home, ['list', '--json']);
  if (restart.code !== 0)
    return [
      `list after the kill ended with ${restart.code}: ${restart.stdout.slice(0, 500)} ${restart.stderr.slice(-500)}`,
    ];
  const listed = restart.json<{ backupId: string }[]>().map((card) => card.backupId);
  faults.push(...(await listedAreWhole(stage, listed)));
  faults.push(...(await leftovers(stage, round, listed)));
  const rows = await sourceRows(stage);
  for (const engine of ['sqlite', 'postgres'] as const) {
    if (rows[engine] !== stage.sourceRows[engine])
      faults.push(`the ${engine} source changed from ${stage.sourceRows[engine]} to ${rows[engine]}`);
  }
  return faults;
}

/** A backup that is not one of the good two was made by a job that was killed: it has to be whole all the same, and then it goes. */
async function listedAreWhole(stage: Stage, listed: string[]): Promise<string[]> {
  const faults: string[] = [];
  for (const good of Object.values(stage.good))
    if (!listed.includes(good)) faults.push(`the backup ${good} is not listed any more`);
  for (const backupId of listed) {
    if (stage.seenWhole.has(backupId)) continue;
    const ran = await holdfast(stage.home, ['verify', backupId, '--level', 'read', '--accept-partly', '--json']);
    if (ran.code !== 0) faults.push(`${backupId} is listed and fails: ${ran.stdout.slice(0, 400)}`);
    else stage.seenWhole.add(backupId);
  }
  return faults;
}

async function leftovers(stage: Stage, round: number, listed: string[]): Promise<string[]> {
  const faults: string[] = [];
  for (const name of ['spool', 'work', 'scratch']) {
    const left = readdirSync(path.join(stage.home, name));
    if (left.length > 0) faults.push(`${name} holds ${left.join(', ')}`);
  }
  const manifests = namesIn(path.join(stage.home, 'backups/manifests')).map((name) => name.replace(/\.jsonl$/, ''));
  for (const data of namesIn(path.join(stage.home, 'backups/data'))) {
    const empty = namesIn(path.join(stage.home, 'backups/data', data)).length === 0;
    if (!manifests.includes(data) && !empty) faults.push(`data of ${data} without a manifest`);
  }
  for (const manifest of manifests)
    if (!listed.includes(manifest)) faults.push(`${manifest} lies in the destination and is not listed`);
  const parts = filesBelow(path.join(stage.home, 'backups')).filter((name) => name.endsWith('.part'));
  if (parts.length > 0) faults.push(`unfinished files: ${parts.join(', ')}`);
  faults.push(...strangers(stage));
  const file = targetFile(stage, round);
  for (const name of namesIn(stage.folder))
    if (name.startsWith('.') || name.includes('partial')) faults.push(`left in the target's folder: ${name}`);
  if (existsSync(file)) {
    // It may be there only if it is whole.
    const restored = new Database(file, { readonly: true });
    const rows = restored.prepare('SELECT count(*) FROM item').pluck().get();
    restored.close();
    if (`${rows as number}` !== stage.sourceRows.sqlite) faults.push(`${file} holds ${rows as number} rows`);
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  }
  const databases = await stage.cluster.sql(
    'postgres',
    "SELECT datname FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1', $1)",
    [database],
  );
  for (const { datname } of databases) {
    if (datname === targetDatabase(round)) {
      const rows = await stage.cluster.sql(
        datname,
        'SELECT (SELECT count(*) FROM item)::text || (SELECT count(*) FROM tag)::text AS rows',
      );
      if (rows[0]?.['rows'] !== stage.sourceRows.postgres) faults.push(`${datname} is half restored`);
    } else faults.push(`the database ${datname as string} is left over`);
    await stage.cluster.sql('postgres', `DROP DATABASE "${datname as string}" WITH (FORCE)`);
  }
  return faults;
}

/** Processes of struck jobs that still run, and throw-away servers of theirs that still stand. */
function strangers(stage: Stage): string[] {
  const running = [...stage.started]
    .filter(([pid, start]) => start !== '' && startOf(pid) === start)
    .map(([pid]) => `process ${pid} still runs: ${commandLineOf(pid)}`);
  const inOurFolders = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((name) => commandLineOf(Number(name)))
    .filter((line) => [stage.home, ...stage.scratches].some((mark) => line.includes(mark)))
    .map((line) => `a process of ours still runs: ${line}`);
  const standing = [...stage.scratches].filter((name) => existsSync(path.join(tmpdir(), name)));
  return [
    ...running,
    ...inOurFolders,
    ...standing.map((name) => `the folder of the throw-away server ${name} is left`),
  ];
}

/** When the process started, in ticks since the machine did; empty when there is none. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const facts = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // One that has ended and was not collected by its parent yet does nothing any more.
    return facts[0] === 'Z' ? '' : (facts[19] ?? '');
  } catch {
    return '';
  }
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim().slice(0, 200);
  } catch {
    return '';
  }
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function filesBelow(folder: string): string[] {
  return existsSync(folder) ? (readdirSync(folder, { recursive: true }) as string[]) : [];
}

async function sourceRows(stage: Pick<Stage, 'file' | 'cluster'>): Promise<Record<Engine, string>> {
  const source = new Database(stage.file, { readonly: true });
  const ok = source.pragma('integrity_check', { simple: true });
  const rows = source.prepare('SELECT count(*) FROM item').pluck().get();
  source.close();
  const counted = await stage.cluster.sql(
    database,
    'SELECT (SELECT count(*) FROM item)::text || (SELECT count(*) FROM tag)::text AS rows',
  );
  return { sqlite: ok === 'ok' ? String(rows) : `damaged: ${String(ok)}`, postgres: String(counted[0]?.['rows']) };
}
