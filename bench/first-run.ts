/**
 * `npm run bench -- first-run`: from an empty data folder to a proven backup of the sample, as a person has it: `holdfast serve`, its
 * link in a real Chromium, buttons pressed as soon as they are there. Counted are the clicks; timed is everything from the
 * start of the command on.
 */
import { existsSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { buildWindow } from '../scripts/build-window.mjs';
import { openContext } from '../test/e2e/stages/browser.ts';
import { makeWorld } from '../test/e2e/world.ts';
import { launchBrowser } from '../test/helpers/browser.ts';
import { holdfastJson } from '../test/helpers/holdfast.ts';
import { serve } from '../test/helpers/served.ts';
import { median } from './measure.ts';
import { seenOn, writeSection } from './section.ts';

const rounds = 5;
const allowedSeconds = 120;
const allowedClicks = 8;

interface Round {
  clicks: number;
  openSeconds: number;
  seconds: number;
}

buildWindow();
const browser = await launchBrowser();
const seen: Round[] = [];
try {
  for (let round = 1; round <= rounds; round += 1) {
    const one = await fromNothing(round);
    console.log(`  round ${round}: ${one.clicks} clicks, ${one.seconds.toFixed(1)} s`);
    seen.push(one);
  }
} finally {
  await browser.close();
}
const [mostClicks, seconds] = [Math.max(...seen.map((one) => one.clicks)), median(seen.map((one) => one.seconds))];
const verdict = (met: boolean): string => (met ? 'met' : '**missed**');
writeSection('First run', [
  `Written by \`npm run bench -- first-run\` ${seenOn()}, ${rounds} rounds: the browser door and a headless Chromium on the same machine. The clock begins with the command and ends when the window says that every table is equal in count and content and the terminal lists the backup as proven.`,
  '',
  '| figure | seen | goal | |',
  '| --- | --- | --- | --- |',
  `| clicks from nothing to a proven backup of the sample | ${mostClicks} | <= ${allowedClicks} | ${verdict(mostClicks <= allowedClicks)} |`,
  `| seconds, median of the rounds (slowest ${Math.max(...seen.map((one) => one.seconds)).toFixed(1)}) | ${seconds.toFixed(1)} | < ${allowedSeconds} | ${verdict(seconds < allowedSeconds)} |`,
  `| of them until the first screen is there | ${median(seen.map((one) => one.openSeconds)).toFixed(1)} | | |`,
]);

async function fromNothing(round: number): Promise<Round> {
  const world = makeWorld(`bench-first-run-${round}`);
  if (existsSync(world.home)) throw new Error('The data folder is there already.');
  const began = performance.now();
  const since = (): number => (performance.now() - began) / 1000;
  const served = await serve(world.home, { env: world.env });
  const context = await openContext(browser, {});
  try {
    const page = await context.newPage();
    await page.goto(served.link);
    let clicks = 0;
    const start = page.getByRole('main').getByRole('button', { name: 'Start with the sample', exact: true });
    await start.waitFor();
    const openSeconds = since();
    await start.click();
    clicks += 1;
    await page.getByText(/4 of 4\stables equal in count and content/).waitFor({ timeout: allowedSeconds * 1000 });
    const [backup] = await holdfastJson<{ verdict: string }[]>(world.home, ['list', 'bookshop'], { env: world.env });
    if (backup?.verdict !== 'proven') throw new Error(`The backup is ${backup?.verdict ?? 'not there'}.`);
    return { clicks, openSeconds, seconds: since() };
  } finally {
    await context.close();
    await served.end();
    await world.close();
  }
}
