/**
 * `npm run bench -- responsive`: how the app and its window hold up, over the browser door and in a real Chromium, while a
 * large PostgreSQL database is backed up and proven; how soon a list is there; how a list of 100 000 backups scrolls.
 *
 *   BENCH_MB=1000 BENCH_BACKUPS=100000 npm run bench -- responsive
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from '@playwright/test';
import { buildWindow } from '../scripts/build-window.mjs';
import { launchBrowser } from '../test/helpers/browser.ts';
import { holdfastJson } from '../test/helpers/holdfast.ts';
import { startCluster } from '../test/helpers/postgres.ts';
import { serve, type Served } from '../test/helpers/served.ts';
import { fillCatalog } from './catalog-data.ts';
import { fillDatabase } from './data.ts';
import { goTo, scrollFrames, takeLongTasks, watchLongTasks } from './in-page.ts';
import { median } from './measure.ts';
import { seenOn, writeSection } from './section.ts';

const megabytes = Number(process.env['BENCH_MB'] ?? 1_000);
const backups = Number(process.env['BENCH_BACKUPS'] ?? 100_000);

interface Loop {
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  utilisation: number;
}
interface Row {
  figure: string;
  seen: string;
  goal: string;
  met: boolean | null;
}

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));
const loopFile = path.join(folder, 'loop.json');
const env = {
  BENCH_LOOP_FILE: loopFile,
  NODE_OPTIONS: `--import=${pathToFileURL(path.join(import.meta.dirname, 'loop-watch.ts')).href}`,
};
const rows: Row[] = [];
const browser = await launchBrowser();
try {
  buildWindow();
  await underLoad(browser);
  await longList(browser);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
writeSection('Responsiveness', [
  `Written by \`npm run bench -- responsive\` ${seenOn()}: \`holdfast serve\` and a headless Chromium, drawn by the processor. Database server, job processes, app, browser and whatever else ran share the machine's processors (load average at the end ${loadavg()[0]?.toFixed(1)}).`,
  '',
  '| figure | seen | goal | |',
  '| --- | --- | --- | --- |',
  ...rows.map(
    ({ figure, seen, goal, met }) =>
      `| ${figure} | ${seen} | ${goal} | ${met === null ? '' : met ? 'met' : '**missed**'} |`,
  ),
]);

/** What the window was busy with for longer than 50 ms, since the last time it was asked. */
function longTasks(page: Page): Promise<number[]> {
  return page.evaluate<number[]>(takeLongTasks);
}

async function openTab(from: Browser, link: string): Promise<Page> {
  const page = await from.newPage({ viewport: { width: 1280, height: 800 } });
  await page.addInitScript(watchLongTasks);
  await page.goto(link);
  await page.waitForURL((url) => url.pathname === '/');
  return page;
}

/** How late the app's event loop was since the last time. */
async function loopOf(served: Served): Promise<Loop> {
  rmSync(loopFile, { force: true });
  process.kill(served.pid, 'SIGUSR2');
  while (!existsSync(loopFile)) await new Promise((resolve) => setTimeout(resolve, 20));
  return JSON.parse(readFileSync(loopFile, 'utf8')) as Loop;
}

async function underLoad(from: Browser): Promise<void> {
  const home = path.join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  const cluster = await startCluster({ major: 15, settings: { shared_buffers: '512MB' } });
  try {
    console.log(`Filling a database of about ${megabytes} MB …`);
    await fillDatabase(cluster, 'bench', megabytes);
    await holdfastJson(home, ['source', 'add', 'bench', '--url', cluster.url('bench'), '--tls', 'disable']);
    const startedAt = performance.now();
    const served = await serve(home, { env });
    const page = await openTab(from, served.link);
    await page.getByRole('main').getByText('bench', { exact: true }).first().waitFor();
    const startMs = performance.now() - startedAt;
    rows.push({
      figure: 'cold start to the first list: process, page, overview',
      seen: `${Math.round(startMs)} ms`,
      goal: '',
      met: null,
    });
    await page.evaluate(goTo('#/activity'));
    for (const [what, args] of [
      ['backup', ['backup', 'bench']],
      ['proof', ['verify', 'bench@latest']],
    ] as const) {
      await longTasks(page);
      await loopOf(served);
      const before = performance.now();
      await holdfastJson(home, [...args]);
      const seconds = (performance.now() - before) / 1_000;
      const loop = await loopOf(served);
      const tasks = await longTasks(page);
      console.log(`  ${what} of ${megabytes} MB: ${seconds.toFixed(1)} s`, loop, tasks);
      told(what, seconds, loop, tasks);
    }
    await page.close();
    await served.end();
  } finally {
    await cluster.stop();
  }
}

function told(what: string, seconds: number, loop: Loop, tasks: number[]): void {
  const during = `while a ${what} of about ${megabytes} MB runs (${Math.round(seconds)} s)`;
  const longest = Math.max(0, ...tasks);
  rows.push(
    {
      figure: `event-loop delay of the app, p99, ${during}`,
      seen: `${loop.p99Ms.toFixed(1)} ms (p50 ${loop.p50Ms.toFixed(1)}, longest ${Math.round(loop.maxMs)})`,
      goal: '<= 20 ms',
      met: loop.p99Ms <= 20,
    },
    {
      figure: 'its event-loop utilisation meanwhile',
      seen: loop.utilisation.toFixed(3),
      goal: '<= 0.05',
      met: loop.utilisation <= 0.05,
    },
    {
      figure: 'tasks of the window longer than 50 ms meanwhile, on Activity',
      seen: `${tasks.length}${tasks.length === 0 ? '' : `, longest ${longest} ms`}`,
      goal: 'none over 100 ms',
      met: longest <= 100,
    },
  );
}

async function longList(from: Browser): Promise<void> {
  const home = path.join(folder, 'long');
  mkdirSync(home, { mode: 0o700 });
  console.log(`Filling a catalog with ${backups} backups …`);
  fillCatalog(path.join(home, 'catalog.sqlite'), path.join(home, 'shelf'), backups);
  const served = await serve(home, { env });
  const page = await openTab(from, served.link);
  await page.getByRole('main').getByText('shop-01', { exact: true }).first().waitFor();
  const before = performance.now();
  await page.evaluate(goTo('#/backups'));
  const list = page.getByRole('main').locator('[role=listbox], [role=grid], [role=list]').first();
  await list.waitFor();
  const listMs = performance.now() - before;
  await longTasks(page);
  const frames = await page.evaluate<number[]>(scrollFrames(400, 400));
  const tasks = await longTasks(page);
  await page.close();
  await served.end();
  const sorted = frames.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  console.log(`  ${frames.length} frames`, { median: median(frames), p95: at(0.95), p99: at(0.99) }, tasks);
  rows.push(
    {
      figure: `the list of ${backups} backups is there after the click`,
      seen: `${Math.round(listMs)} ms`,
      goal: '',
      met: null,
    },
    {
      figure: `scrolling it 400 px a frame for ${frames.length} frames: median frame, p95, p99`,
      seen: `${median(frames).toFixed(1)} ms, ${at(0.95).toFixed(1)} ms, ${at(0.99).toFixed(1)} ms`,
      goal: 'median <= 17 ms',
      met: median(frames) <= 17,
    },
    {
      figure: 'tasks of the window longer than 50 ms meanwhile',
      seen: `${tasks.length}${tasks.length === 0 ? '' : `, longest ${Math.max(...tasks)} ms`}`,
      goal: '',
      met: null,
    },
  );
}
