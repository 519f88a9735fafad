// `npm run package`: makes what can be made where it runs, and says what it could not and why.
//
//   dist/app                  always: what every package holds (built files, pictures, the packages of the main process)
//   dist/linux-unpacked …     where Electron's program is (node_modules/electron/dist or ELECTRON_OVERRIDE_DIST_PATH)
//   dist/*.deb                on Linux with dpkg, from the unpacked folder
//   dist/*.dmg, *.exe, *.AppImage   on the system they are for, where electron-builder can fetch its tools
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildShell } from './build-shell.mjs';
import { buildWindow } from './build-window.mjs';
import { electronFolder, electronProgram } from './electron.mjs';
import { explain } from './install.mjs';

const root = resolve(import.meta.dirname, '..');
/** @param {string} file */
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const own = readJson(join(root, 'package.json'));

/** Without a compiler they hold no program, and ssh2 goes without them. */
const unshipped = new Set(['cpu-features', 'nan', 'buildcheck']);
/** The C sources of SQLite: its library is in the package, compiled. @type {Record<string, string[]>} */
const unshippedParts = { 'better-sqlite3': ['deps', 'src'] };

/**
 * What every package holds.
 * @param {string} folder is made anew
 */
export function assemble(folder) {
  buildWindow();
  buildShell();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const part of [
    'out/main',
    'out/preload',
    'out/renderer',
    'resources/tray',
    'resources/icons',
    'docs/guide.md',
    'README.md',
    'LICENSE',
  ])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  const packages = neededPackages(join(root, 'out', 'main'));
  for (const [name, from] of packages) {
    const left = new Set((unshippedParts[name] ?? []).map((part) => join(from, part)));
    cpSync(from, join(folder, 'node_modules', name), { recursive: true, filter: (file) => !left.has(file) });
  }
  const { version, description, license, type, main } = own;
  const dependencies = Object.fromEntries(
    Object.keys(own.dependencies)
      .filter((name) => packages.has(name))
      // The alias of the keychain is a package like any other here.
      .map((name) => [name, readJson(join(root, 'node_modules', name, 'package.json')).version]),
  );
  const names = { name: 'holdfast', productName: 'Holdfast', desktopName: 'holdfast.desktop', author: 'Holdfast' };
  const facts = { ...names, version, description, license, type, main, dependencies };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(facts, null, 2)}\n`);
  return { packages: [...packages.keys()].toSorted() };
}

/**
 * The packages that built files import, with all that these need: a window's packages are in its bundle already.
 * @param {string} built
 * @returns {Map<string, string>} name and folder
 */
function neededPackages(built) {
  /** @type {Map<string, string>} */
  const found = new Map();
  const open = readdirSync(built)
    .filter((name) => name.endsWith('.js'))
    .flatMap((name) => importsOf(readFileSync(join(built, name), 'utf8')))
    .map((name) => ({ name, from: root, optional: false }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { name, from, optional } = next;
    if (found.has(name) || unshipped.has(name)) continue;
    const folder = folderOf(name, from);
    if (folder === undefined && optional) continue;
    if (folder === undefined) throw new Error(`The package ${name} is not installed.`);
    found.set(name, folder);
    const { dependencies = {}, optionalDependencies = {} } = readJson(join(folder, 'package.json'));
    for (const each of Object.keys({ ...dependencies, ...optionalDependencies }))
      open.push({ name: each, from: folder, optional: each in optionalDependencies });
  }
  return found;
}

/** @param {string} code @returns {string[]} names of packages */
function importsOf(code) {
  const names = [...code.matchAll(/^\s*import\s[^'"]*?['"]([^'"./][^'"]*)['"]|import\(['"]([^'"./][^'"]*)['"]\)/gm)]
    .map(([, name = '', later = '']) => name || later)
    .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name) && name !== 'electron')
    .map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    );
  return [...new Set(names)];
}

/** Where Node would find it from there. @param {string} name @param {string} from @returns {string | undefined} */
function folderOf(name, from) {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (at === dirname(at)) return undefined;
  }
}

/**
 * Packs `dist/app` with this Electron.
 * @param {string} electronDist
 * @param {string} output
 */
export async function pack(electronDist, output) {
  const { build, Platform } = await import('electron-builder');
  const { default: config } = await import(pathToFileURL(join(root, 'electron-builder.config.ts')).href);
  const electronVersion = readJson(join(root, 'node_modules', 'electron', 'package.json')).version;
  const base = { ...config, electronDist, electronVersion, directories: { ...config.directories, output } };
  await build({ projectDir: root, targets: Platform.current().createTarget('dir'), config: base });
  return join(output, readdirSync(output).find((name) => name.endsWith('-unpacked') || name.startsWith('mac')) ?? '');
}

/**
 * A .deb from an unpacked folder, without electron-builder's tools, which come from GitHub.
 * @param {string} unpacked
 * @param {string} output
 */
export async function makeDeb(unpacked, output) {
  const { default: installer } = await import('electron-installer-debian');
  const icons = [16, 24, 32, 48, 64, 128, 256, 512];
  await installer({
    src: unpacked,
    dest: output,
    arch: process.arch === 'arm64' ? 'arm64' : 'amd64',
    options: {
      name: 'holdfast',
      productName: 'Holdfast',
      bin: 'holdfast',
      version: own.version,
      description: 'Backs up and provably restores PostgreSQL and SQLite',
      productDescription: own.description,
      maintainer: 'Holdfast <holdfast@localhost>',
      section: 'admin',
      categories: ['Utility', 'Database'],
      recommends: ['postgresql-client', 'gnome-keyring'],
      icon: Object.fromEntries(
        icons.map((size) => [`${size}x${size}`, join(root, 'resources', 'icons', `${size}x${size}.png`)]),
      ),
    },
  });
  return readdirSync(output).filter((name) => name.endsWith('.deb'));
}

async function makeAll() {
  const dist = join(root, 'dist');
  const { packages } = assemble(join(dist, 'app'));
  console.log(`Made dist/app, with ${packages.length} packages.`);
  const electron = electronFolder();
  if (electronProgram() === undefined) {
    console.log("Not made: the unpacked app and every installer. Electron's program is not here;");
    console.log('  fetch it (node node_modules/electron/install.js) or name a folder in ELECTRON_OVERRIDE_DIST_PATH.');
    return;
  }
  const unpacked = await pack(electron, dist);
  console.log(`Made ${unpacked}.`);
  if (process.platform === 'linux') await tryTo('a .deb', async () => (await makeDeb(unpacked, dist)).join(', '));
  const others = { darwin: ['dmg'], win32: ['nsis'], linux: ['AppImage'] };
  const targets = process.platform in others ? others[/** @type {keyof typeof others} */ (process.platform)] : [];
  for (const target of targets) await tryTo(target, () => makeInstaller(target, electron, dist));
}

/** @param {string} target @param {string} electronDist @param {string} output */
async function makeInstaller(target, electronDist, output) {
  const { build, Platform } = await import('electron-builder');
  const { default: config } = await import(pathToFileURL(join(root, 'electron-builder.config.ts')).href);
  const files = await build({
    projectDir: root,
    targets: Platform.current().createTarget([target]),
    config: { ...config, electronDist, directories: { ...config.directories, output } },
  });
  return files.join(', ');
}

/** @param {string} what @param {() => Promise<string>} make */
async function tryTo(what, make) {
  try {
    console.log(`Made ${what}: ${await make()}`);
  } catch (error) {
    console.log(`Not made: ${what}. ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await makeAll().catch(explain);
