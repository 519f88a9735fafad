// Adds to package-lock.json what npm leaves out when the registry it talks to carries only some platforms.
//
// A tool like oxlint is one package plus one optional package per platform, and `npm ci` refuses a lockfile in which one
// of those is missing, on every platform. Where a registry (a company mirror, say) does not carry the programs for the
// others, npm writes a lockfile without them. An entry is rebuilt from its name and from a sibling that is there; it has
// no integrity, which npm then takes from the registry of the person who installs it.
//
//   node scripts/complete-lockfile.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * @typedef {{ version: string, integrity?: string, resolved?: string, os?: string[], cpu?: string[], libc?: string[],
 *   optionalDependencies?: Record<string, string> }} Entry
 */

const file = join(resolve(import.meta.dirname, '..'), 'package-lock.json');
const lockfile = JSON.parse(readFileSync(file, 'utf8'));
/** @type {Record<string, Entry>} */
const packages = lockfile.packages;

const missing = Object.entries(packages).flatMap(([owner, { optionalDependencies = {} }]) =>
  Object.entries(optionalDependencies)
    .filter(([name]) => !isInstalledFor(owner, name))
    .map(([name, version]) => ({ name, version, siblings: Object.keys(optionalDependencies) })),
);

if (missing.length === 0) {
  console.log('package-lock.json has an entry for every platform.');
} else if (process.argv.includes('--check')) {
  console.error(`package-lock.json lacks ${missing.length} packages of other platforms, so npm ci refuses it:`);
  for (const { name, version } of missing) console.error(`  ${name}@${version}`);
  console.error('Run node scripts/complete-lockfile.mjs and commit what it changes.');
  process.exitCode = 1;
} else {
  for (const { name, version, siblings } of missing) {
    const sibling = siblings.map((other) => packages[`node_modules/${other}`]).find((entry) => entry !== undefined);
    if (sibling === undefined) throw new Error(`No sibling of ${name} is in package-lock.json to learn from.`);
    packages[`node_modules/${name}`] = entryFor(name, version, sibling);
  }
  lockfile.packages = Object.fromEntries(
    Object.entries(packages).toSorted(([one], [other]) => one.localeCompare(other, 'en')),
  );
  writeFileSync(file, `${JSON.stringify(lockfile, null, 2)}\n`);
  console.log(`Added ${missing.length} packages of other platforms to package-lock.json.`);
}

/**
 * Node looks beside the package first and then further out.
 * @param {string} owner
 * @param {string} name
 */
function isInstalledFor(owner, name) {
  for (let folder = owner; ;) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
    const cut = folder.lastIndexOf('/node_modules/');
    folder = cut === -1 ? '' : folder.slice(0, cut);
  }
}

/**
 * @param {string} name like `@oxlint/binding-linux-arm64-musl`
 * @param {string} version
 * @param {Entry} sibling
 * @returns {Entry}
 */
function entryFor(name, version, sibling) {
  const parts =
    /(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|ia32|ppc64|riscv64|s390x|x64)(?:-(gnu|musl))?/.exec(
      name,
    );
  if (parts === null || !/^\d/.test(version)) throw new Error(`Cannot tell the platform of ${name}@${version}.`);
  const [, os = '', cpu = '', libc] = parts;
  const { integrity: _integrity, resolved: _resolved, ...rest } = sibling;
  /** @type {Record<string, unknown>} */
  const entry = {};
  // In npm's own order, so that npm changes nothing when it writes the file again.
  for (const [key, value] of Object.entries({ ...rest, libc: undefined })) {
    if (key === 'version') entry[key] = version;
    else if (key === 'cpu') entry[key] = [cpu];
    else if (key === 'os') entry[key] = [os];
    else if (key !== 'libc') entry[key] = value;
    if (key === 'dev' && os === 'linux' && libc !== undefined) entry['libc'] = [libc === 'gnu' ? 'glibc' : 'musl'];
  }
  return /** @type {Entry} */ (entry);
}
