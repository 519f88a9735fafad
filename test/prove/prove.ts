/**
 * `npm run prove`: the large counts. Prints seeds, and writes what it saw to docs/reliability.md.
 *
 *   npm run prove                      says what there is
 *   npm run prove -- all               everything, for hours
 *   npm run prove -- kills schedule    these alone; the page keeps the others' last results
 *
 * HOLDFAST_COUNT and HOLDFAST_SEED change how much, and repeat what was seen.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startCluster, type Cluster } from '../helpers/postgres.ts';
import { kills } from './kills.ts';
import { mutateSets } from './mutations.ts';
import { mutateMessages } from './sealed-messages.ts';
import { roundTripPostgres } from './postgres-schemas.ts';
import { retention } from './retention.ts';
import { yearsOfPlans } from './schedule.ts';
import { countOr, freshSeed, type ProofOptions } from './seed.ts';
import { roundTripSqlite } from './sqlite-schemas.ts';
import { swaps } from './swaps.ts';
import { uploads } from './uploads.ts';
import { postgresUnderWriters, sqliteUnderWriters, type WritersResult } from './writers.ts';

interface Outcome {
  seed: number;
  /** One line for the page. */
  saw: string;
  faults: string[];
  /** More lines for the page. */
  details?: string[];
}

interface Proof {
  title: string;
  count: number;
  run(options: ProofOptions, folder: string): Promise<Outcome>;
}

const page = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../docs/reliability.md');
const results = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../docs/reliability.json');

async function withCluster<T>(work: (cluster: Cluster) => Promise<T>): Promise<T> {
  const cluster = await startCluster({ major: 15 });
  try {
    return await work(cluster);
  } finally {
    await cluster.stop();
  }
}

const writersOutcome = (options: ProofOptions, result: WritersResult, what: string): Outcome => ({
  seed: options.seed,
  saw: `${result.backups} backups of ${what}, ${result.underWriting} of them while rows were being committed; ${result.faults.length} manifests that a restore did not equal.`,
  faults: result.faults,
});

const proofs: Record<string, Proof> = {
  'writers-postgres': {
    title: 'PostgreSQL backups while three sessions insert, update, delete, truncate and refill',
    count: 50,
    run: (options, folder) =>
      withCluster(async (cluster) =>
        writersOutcome(options, await postgresUnderWriters(folder, cluster, options), 'PostgreSQL'),
      ),
  },
  'writers-sqlite-wal': {
    title: 'SQLite backups (WAL) while a process commits about 200 times a second',
    count: 25,
    run: async (options, folder) =>
      writersOutcome(options, await sqliteUnderWriters(folder, 'wal', options), 'SQLite in WAL mode'),
  },
  'writers-sqlite-rollback': {
    title: 'SQLite backups (rollback journal) while a process commits about 200 times a second',
    count: 25,
    run: async (options, folder) =>
      writersOutcome(options, await sqliteUnderWriters(folder, 'delete', options), 'SQLite in rollback-journal mode'),
  },
  kills: {
    title: 'Kills of owner, job process or children at instants drawn from named phases',
    count: 200,
    run: (options, folder) =>
      withCluster(async (cluster) => {
        const result = await kills(folder, cluster, options);
        return {
          seed: options.seed,
          saw: `${result.kills} kills in time (${JSON.stringify(result.victims)}; ${result.tooLate} more came after the end and are not counted): ${result.faults.length} faults.`,
          faults: result.faults,
          details: Object.entries(result.coverage).map(([point, times]) => `${point}: ${times}`),
        };
      }),
  },
  swaps: {
    title: 'Kills of owner or job process during restores into the original place and their undo, random schemas',
    count: 100,
    run: (options, folder) =>
      withCluster(async (cluster) => {
        const result = await swaps(folder, cluster, options);
        return {
          seed: options.seed,
          saw: `${result.kills} kills in time (${JSON.stringify(result.victims)}; ${result.tooLate} more came after the end) on ${result.schemas} pairs of random databases: the exchange had been made ${result.exchanged} times; ${result.faults.length} faults.`,
          faults: result.faults,
          details: Object.entries(result.coverage).map(([point, times]) => `${point}: ${times}`),
        };
      }),
  },
  uploads: {
    title:
      'Whole backups of SQLite and PostgreSQL into a sealed bucket, a sealed container of Azure and a sealed SFTP folder, disturbed in mid-upload: a reset at each MiB of 64, storms of 5xx, stalls, kills, sleep, no network',
    count: 100,
    run: async (options) => {
      const result = await uploads(64, options);
      return {
        seed: options.seed,
        saw: `${result.uploads} backups of 64 MiB, each dumped once and afterwards whole in all three places and proven, those of PostgreSQL restored beside their source with equal counts and digests: ${result.faults.length} faults.`,
        faults: result.faults,
        details: Object.entries(result.coverage).map(([kind, times]) => `${kind}: ${times}`),
      };
    },
  },
  mutations: {
    title: 'Mutations of artifacts and manifests',
    count: 1000,
    run: async (options) => mutateSets(options),
  },
  'sealed-mutations': {
    title: 'Mutations of sealed artifacts and manifests',
    count: 1000,
    run: async (options) => {
      const sets = await mutateSets({ ...options, sealed: true });
      const messages = await mutateMessages(options);
      return {
        seed: options.seed,
        saw: `${sets.saw} ${messages.saw}`,
        faults: [...sets.faults, ...messages.faults],
        details: [...sets.details, ...messages.details],
      };
    },
  },
  'schemas-postgres': {
    title: 'Random PostgreSQL schemas, dumped, restored and compared without the digest',
    count: 300,
    run: (options) => withCluster((cluster) => roundTripPostgres({ ...options, cluster })),
  },
  'schemas-sqlite': {
    title: 'Random SQLite schemas, dumped, restored and compared without the digest',
    count: 300,
    run: (options) => roundTripSqlite(options),
  },
  schedule: {
    title:
      'Years of a plan in virtual time: sleep, journeys, clock changes, clocks that are set, lost networks, killed owners',
    count: 1000,
    run: (options) => yearsOfPlans(options),
  },
  retention: {
    title:
      'Random histories and retention rules against a model of their own; five years of each preset; clocks and lists that lie',
    count: 10_000,
    run: async (options) => retention(options),
  },
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => name !== 'all' && !(name in proofs));
if (asked.length === 0 || unknown.length > 0) {
  if (unknown.length > 0) console.error(`There is no proof ${unknown.join(', ')}.\n`);
  console.error(whatThereIs());
  process.exit(2);
}
const wanted = asked.includes('all') ? Object.keys(proofs) : asked;
let failed = false;
for (const [name, proof] of Object.entries(proofs)) {
  if (!wanted.includes(name)) continue;
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-prove-'));
  const options: ProofOptions = {
    count: countOr(proof.count),
    seed: freshSeed(),
    report: (line) => console.log(`  ${line}`),
  };
  console.log(`${name}: ${proof.title}, ${options.count}, seed ${options.seed}`);
  const started = performance.now();
  try {
    const outcome = await proof.run(options, folder);
    failed ||= outcome.faults.length > 0;
    console.log(`  ${outcome.saw}`);
    for (const fault of outcome.faults) console.log(`  FAULT ${fault}`);
    keep(name, {
      ...outcome,
      seconds: Math.round((performance.now() - started) / 1000),
      on: new Date().toISOString().slice(0, 10),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
process.exitCode = failed ? 1 : 0;

/** Every proof with its count, and how long it took when it was last run whole. */
function whatThereIs(): string {
  const kept = keptResults();
  const width = Math.max(...Object.keys(proofs).map((name) => name.length));
  const lines = Object.entries(proofs).map(([name, { title, count }]) => {
    const seconds = kept[name]?.seconds;
    const took = seconds === undefined ? 'not run yet' : `took ${Math.ceil(seconds / 60)} min on ${kept[name]?.on}`;
    return `  ${name.padEnd(width)}  ${`${count}`.padStart(6)}  ${title} (${took})`;
  });
  return [
    'npm run prove -- NAME…, or -- all for every one of these (hours):',
    '',
    ...lines,
    '',
    'The number is how many; HOLDFAST_COUNT=… takes another, HOLDFAST_SEED=… repeats a run.',
  ].join('\n');
}

function keptResults(): Record<string, Kept> {
  return existsSync(results) ? (JSON.parse(readFileSync(results, 'utf8')) as Record<string, Kept>) : {};
}

type Kept = Outcome & { seconds: number; on: string };

function keep(name: string, outcome: Kept): void {
  const kept = keptResults();
  kept[name] = outcome;
  writeFileSync(results, `${JSON.stringify(kept, null, 2)}\n`);
  writeFileSync(page, pageOf(kept));
}

function pageOf(kept: Record<string, Kept>): string {
  const sections = Object.entries(proofs).map(([name, proof]) => {
    const outcome = kept[name];
    if (outcome === undefined) return `## ${proof.title}\n\nNot run yet. \`npm run prove -- ${name}\`\n`;
    const lines = [
      `## ${proof.title}`,
      '',
      outcome.saw,
      '',
      `Run on ${outcome.on} in ${outcome.seconds} s, seed ${outcome.seed}: \`HOLDFAST_SEED=${outcome.seed} npm run prove -- ${name}\``,
      ...(outcome.details === undefined ? [] : ['', ...outcome.details.map((line) => `- ${line}`)]),
      ...outcome.faults.map((fault) => `- FAULT ${fault}`),
      '',
    ];
    return lines.join('\n');
  });
  return `# Reliability\n\nWhat \`npm run prove\` saw. This page is written by it; CI runs about a tenth of each count with fresh seeds.\n\n${sections.join('\n')}`;
}
