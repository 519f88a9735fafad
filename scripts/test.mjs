// `npm test`: makes the computer ready, runs every check and every suite, and closes with a table.
//
//   npm test                                  everything
//   npm test -- --only real,unit              these steps alone
//   npm test -- --only real -- helpers -t tcp what follows the second -- goes to vitest
//
// A step that fails keeps no other from running. The last line is for a machine: `N passed, N failed, N skipped`,
// where a check counts as one and a suite counts its tests.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { environment, explain, install } from './install.mjs';

/** @typedef {{ name: string, passed: number, failed: number, skipped: number, seconds: number }} Row */

const root = resolve(import.meta.dirname, '..');
const scripts = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts;

/** What runs, in this order. @type {Record<string, string>} */
const checks = {
  types: scripts.types,
  lint: scripts.lint,
  format: scripts['format:check'],
  boundaries: scripts.boundaries,
  unused: scripts.unused,
  lockfile: 'node scripts/complete-lockfile.mjs --check',
};
const suites = ['unit', 'contract', 'real', 'faults', 'attack', 'standin', 'e2e'];
const stepLimitMs = 30 * 60_000;

const { only, forVitest } = readArguments(process.argv.slice(2));
const notRun = prepare();
const scratch = mkdtempSync(join(tmpdir(), 'holdfast-test-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** @type {Row[]} */
const rows = [];
/** What failed, of every step: the log above may be too long to be kept. @type {string[]} */
const failures = [];
/** Reasons, each with the tests that did not run for it. @type {Map<string, string[]>} */
const reasons = new Map(notRun.map(({ what, why }) => [`${what}: ${why}`, []]));
let testsRun = 0;

for (const [name, command] of Object.entries(checks)) {
  if (only.includes(name)) rows.push(await check(name, command));
}
for (const name of suites) {
  if (only.includes(name)) rows.push(await suite(name));
}
close();

/** @param {string[]} args */
function readArguments(args) {
  const cut = args.indexOf('--');
  const own = cut === -1 ? args : args.slice(0, cut);
  const known = [...Object.keys(checks), ...suites];
  /** @type {string[]} */
  let chosen = known;
  for (let index = 0; index < own.length; index++) {
    const [name, inline] = (own[index] ?? '').split('=');
    const value = inline ?? own[++index];
    if (name !== '--only' || value === undefined) {
      explain(`I understand --only <step,step> and, after --, what vitest understands. Not: ${own.join(' ')}`);
      continue;
    }
    // The npm script is called format:check, so that name is accepted too.
    chosen = value.split(',').map((step) => (step === 'format:check' ? 'format' : step.trim()));
  }
  const unknown = chosen.filter((step) => !known.includes(step));
  if (unknown.length > 0) explain(`There is no step ${unknown.join(', ')}. The steps are ${known.join(', ')}.`);
  return { only: chosen, forVitest: cut === -1 ? [] : args.slice(cut + 1) };
}

function prepare() {
  try {
    // The checks need no servers, so they alone do not ask for any.
    return install({ purpose: only.some((step) => suites.includes(step)) ? 'test' : 'check' });
  } catch (error) {
    return explain(error);
  }
}

/**
 * @param {string} name
 * @param {string} command
 * @returns {Promise<Row>}
 */
async function check(name, command) {
  const { ok, output, seconds } = await execute(command, { quiet: true });
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed(1)} s)`);
  if (!ok) console.log(indent(output));
  if (!ok) failures.push(`${name}: what it said is above`);
  return { name, passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, seconds };
}

/**
 * @param {string} name
 * @returns {Promise<Row>}
 */
async function suite(name) {
  const reportFile = join(scratch, `${name}.json`);
  const notesFile = join(scratch, `${name}.notes`);
  const reporters = ['--reporter=default', '--reporter=./scripts/table-reporter.mjs'];
  const { ok, seconds } = await execute(
    ['node', join('node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', name, ...reporters, ...forVitest],
    { quiet: false, env: { HOLDFAST_TEST_REPORT: reportFile, HOLDFAST_TEST_NOTES: notesFile } },
  );
  /** @type {import('./table-reporter.mjs').Report} */
  const report = existsSync(reportFile)
    ? JSON.parse(readFileSync(reportFile, 'utf8'))
    : { passed: 0, failed: [], skipped: [] };
  // vitest has the last word: it may fail for something that no test and no file is to blame for.
  if (!ok && report.failed.length === 0)
    report.failed.push({ file: '', name: 'vitest itself', why: 'what it said is above' });
  for (const { file, name: test, why } of report.failed) {
    const where = [file === '' ? '' : relative(root, file), test].filter((part) => part !== '').join(' > ');
    failures.push(`${name}: ${where}\n    ${why}`);
  }

  const notes = readNotes(notesFile);
  for (const { file, name: test, note } of report.skipped) {
    const ofFile = notes.filter((entry) => entry.file === file).map(({ what, why }) => `${what}: ${why}`);
    const reason = note ?? (ofFile.length > 0 ? [...new Set(ofFile)].join('; ') : unexplained());
    reasons.set(reason, [...(reasons.get(reason) ?? []), `${relative(root, file)} > ${test}`]);
  }
  // A requirement that is missing is reported even where its tests were not even collected.
  for (const { what, why } of notes) {
    if (![...reasons.keys()].some((reason) => reason.includes(`${what}: ${why}`))) reasons.set(`${what}: ${why}`, []);
  }
  const failed = report.failed.length;
  testsRun += report.passed + failed;
  return { name, passed: report.passed, failed, skipped: report.skipped.length, seconds };
}

function unexplained() {
  return forVitest.length > 0
    ? 'Left out by the filter on the command line'
    : 'NO REASON GIVEN (see test/helpers/needs.ts)';
}

/**
 * @param {string} file
 * @returns {{ file: string, what: string, why: string }[]}
 */
function readNotes(file) {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/**
 * @param {string | string[]} command a line for the shell, as npm has it, or arguments
 * @param {{ quiet: boolean, env?: Record<string, string> }} options
 * @returns {Promise<{ ok: boolean, output: string, seconds: number }>}
 */
function execute(command, { quiet, env = {} }) {
  const started = performance.now();
  const [program = '', ...args] = typeof command === 'string' ? [command] : command;
  const child = spawn(program, args, {
    cwd: root,
    env: { ...environment(), ...(quiet ? { NO_COLOR: '1' } : {}), ...env },
    shell: typeof command === 'string',
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
  });
  let output = '';
  child.stdout?.on('data', (data) => (output += data));
  child.stderr?.on('data', (data) => (output += data));
  const late = setTimeout(() => {
    output += `\nStopped after ${stepLimitMs / 60_000} minutes.`;
    child.kill('SIGKILL');
  }, stepLimitMs);
  return new Promise((done) => {
    /** @param {boolean} ok */
    const finish = (ok) => {
      clearTimeout(late);
      done({ ok, output, seconds: (performance.now() - started) / 1000 });
    };
    child.on('error', (error) => {
      output += error.message;
      finish(false);
    });
    child.on('close', (code) => finish(code === 0));
  });
}

function close() {
  const total = { passed: 0, failed: 0, skipped: 0, seconds: 0 };
  for (const row of rows) {
    total.passed += row.passed;
    total.failed += row.failed;
    total.skipped += row.skipped;
    total.seconds += row.seconds;
  }
  console.log(
    `\n${'step'.padEnd(12)}${['passed', 'failed', 'skipped', 'seconds'].map((head) => head.padStart(9)).join('')}`,
  );
  for (const row of [...rows, { name: 'all', ...total }]) {
    const counts = [row.passed, row.failed, row.skipped, row.seconds.toFixed(1)];
    console.log(`${row.name.padEnd(12)}${counts.map((count) => String(count).padStart(9)).join('')}`);
  }
  if (reasons.size > 0) {
    console.log('\nNot run here:');
    for (const [reason, tests] of reasons) {
      console.log(
        `  ${reason}${tests.length === 0 ? '' : ` (${tests.length} ${tests.length === 1 ? 'test' : 'tests'})`}`,
      );
      for (const test of tests.slice(0, 5)) console.log(`    ${test}`);
      if (tests.length > 5) console.log(`    and ${tests.length - 5} more`);
    }
  }
  if (failures.length > 0) {
    console.log('\nFailed:');
    for (const failure of failures) console.log(`  ${failure}`);
  }
  const nothing = rows.length === 0 || (only.some((step) => suites.includes(step)) && testsRun === 0);
  if (nothing) console.log('\nNo test ran, so nothing was proved.');
  process.exitCode = total.failed > 0 || nothing ? 1 : 0;
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
}

/** @param {string} text */
function indent(text) {
  return text
    .trim()
    .split('\n')
    .map((line) => `       ${line}`)
    .join('\n');
}
