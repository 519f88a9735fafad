/**
 * `npm run bench -- catalog`: how long every reading call of the contract takes with 100 000 backups and as many jobs, on a
 * real house. BENCH_BACKUPS=10000 makes it smaller.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { answerer } from '../src/shared/channel.ts';
import { contract } from '../src/shared/contract.ts';
import { systemClock } from '../src/main/base/clock.ts';
import { readEnvironment } from '../src/main/base/environment.ts';
import { openHouse } from '../src/main/wire.ts';
import { fillCatalog } from './catalog-data.ts';
import { median } from './measure.ts';
import { seenOn, writeSection } from './section.ts';

const goalMs = 10;
const rounds = 60;
const backups = Number(process.env['BENCH_BACKUPS'] ?? 100_000);

const home = path.join(mkdtempSync(path.join(tmpdir(), 'holdfast-bench-')), 'home');
const shelf = path.join(home, 'shelf');
mkdirSync(home, { mode: 0o700 });
mkdirSync(shelf);
try {
  await main();
} finally {
  rmSync(path.dirname(home), { recursive: true, force: true });
}

async function main(): Promise<void> {
  console.log(`Filling a catalog with ${backups} backups …`);
  const filled = fillCatalog(path.join(home, 'catalog.sqlite'), shelf, backups);
  const openedAt = performance.now();
  const house = await openHouse({ ...readEnvironment(), home, passphraseFile: undefined }, systemClock);
  const openMs = performance.now() - openedAt;
  const answer = answerer(contract, house.handlers, (thrown, name) => house.explain(thrown, name));
  const caller = { actor: 'bench', signal: new AbortController().signal };
  const rows: string[] = [];
  let slowest = 0;
  for (const [call, input] of callsOf(filled)) {
    const times: number[] = [];
    await answer(call, input, caller);
    const cpuBefore = process.cpuUsage();
    for (let round = 0; round < rounds; round += 1) {
      const before = performance.now();
      const answered = await answer(call, input, caller);
      times.push(performance.now() - before);
      if (!answered.ok) throw new Error(`${call}: ${JSON.stringify(answered.failure)}`);
    }
    const { user, system } = process.cpuUsage(cpuBefore);
    const cpuMs = (user + system) / 1_000 / rounds;
    const best = Math.min(...times);
    slowest = Math.max(slowest, cpuMs);
    rows.push(
      `| \`${call}\` | \`${JSON.stringify(input)}\` | ${cpuMs.toFixed(2)} | ${best.toFixed(2)} | ${median(times).toFixed(2)} |`,
    );
  }
  await house.close();
  writeSection('Catalog', [
    `Written by \`npm run bench -- catalog\` ${seenOn()}. A real house with ${backups} backups of ${filled.sources.length} sources, ${filled.jobs} jobs, ${filled.proofs} proofs and ${filled.plans} plans; it opened in ${Math.round(openMs)} ms. Each call is answered ${rounds} times, its input parsed as at a door. Processor time is the mean; other work shared the machine, which is what the wall times show.`,
    '',
    `Slowest call, processor time: **${slowest.toFixed(2)} ms** (goal: below ${goalMs} ms, ${slowest < goalMs ? 'met' : '**missed**'}).`,
    '',
    '| call | input | processor, ms | wall, best, ms | wall, median, ms |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ]);
}

function callsOf({ sources, middle, someJob, somePlan }: ReturnType<typeof fillCatalog>): [string, object][] {
  const [name] = sources;
  const owner = { planId: somePlan };
  const lastMonth = { name, from: '2026-11-01', to: '2026-11-30', timeZone: 'Europe/Berlin' };
  return [
    ['app.snapshot', {}],
    ['app.overview', {}],
    ['source.list', {}],
    ['plan.list', {}],
    ['restore.list', {}],
    ['settings.show', {}],
    ['backup.list', { limit: 200 }],
    ['backup.list', { limit: 1_000 }],
    ['backup.list', { limit: 200, before: middle }],
    ['backup.list', { limit: 200, name }],
    ['backup.list', { limit: 200, verdict: 'failed' }],
    ['backup.list', { limit: 200, name, verdict: 'proven', before: middle }],
    ['backup.tally', {}],
    ['backup.tally', { name }],
    ['backup.trend', { name, limit: 1_000 }],
    ['backup.show', { backup: middle }],
    ['backup.show', { backup: `${name}@latest` }],
    ['job.list', { limit: 200 }],
    ['job.list', { limit: 200, state: 'failed' }],
    ['job.list', { limit: 200, kinds: ['verify'] }],
    ['job.list', { limit: 200, kinds: ['backup', 'verify'], before: someJob }],
    ['job.list', { limit: 200, backupId: middle }],
    ['job.show', { jobId: someJob }],
    ['backup.waiting', {}],
    ['backup.list', { limit: 200, pinned: true }],
    ['backup.list', { limit: 200, kind: 'sqlite' }],
    ['backup.list', { limit: 200, name, by: { period: 'weekly', timeZone: 'Europe/Berlin' } }],
    ['destination.list', {}],
    ['destination.tally', {}],
    ['scrub.state', {}],
    ['scrub.state', { name: 'shelf' }],
    ['kit.behind', { name: 'shelf' }],
    ['retention.show', { owner }],
    ['retention.look', lastMonth],
    ['retention.entries', lastMonth],
    ['retention.preview', { owner, clockIsRight: true, brief: true }],
    ['audit.list', { limit: 200 }],
  ];
}
