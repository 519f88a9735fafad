/** Pure: which of the programs that were found does what, and how to get those that are missing. */
import type { DoctorReport, ToolSet } from '../../shared/doctor.ts';
import type { DoorFacts } from '../../shared/door.ts';

const clientPrograms = ['pg_dump', 'pg_restore', 'pg_dumpall'];
const serverPrograms = ['initdb', 'postgres'];

export type ToolUse =
  | { kind: 'used' }
  /** A newer set does it. */
  | { kind: 'not-needed'; version: string }
  | { kind: 'distrusted'; why: string };

export interface ToolRow {
  role: 'client' | 'server';
  programs: string[];
  version: string;
  folder: string;
  origin: string;
  use: ToolUse;
}

/** A line for what a set does for backups, and one for what it does for proofs; what is used first. */
export function toolRows(tools: readonly ToolSet[]): ToolRow[] {
  const rows = [...rowsFor(tools, 'client', clientPrograms), ...rowsFor(tools, 'server', serverPrograms)];
  const order = { used: 0, 'not-needed': 1, distrusted: 2 };
  return rows.toSorted((a, b) => order[a.use.kind] - order[b.use.kind]);
}

function rowsFor(tools: readonly ToolSet[], role: ToolRow['role'], programs: readonly string[]): ToolRow[] {
  const having = tools
    .map((set) => ({ set, found: programs.filter((program) => set.programs.includes(program)) }))
    .filter(({ found }) => found.length > 0);
  // The same choice as the engine makes: the newest one that can be trusted.
  const chosen = having
    .filter(({ set }) => set.distrust === null)
    .toSorted((a, b) => compareVersions(b.set.version, a.set.version))[0]?.set;
  return having.map(({ set, found }) => ({
    role,
    programs: found,
    version: set.version,
    folder: set.folder,
    origin: set.origin,
    use: useOf(set, chosen),
  }));
}

function useOf(set: ToolSet, chosen: ToolSet | undefined): ToolUse {
  if (set.distrust !== null) return { kind: 'distrusted', why: set.distrust };
  return set === chosen ? { kind: 'used' } : { kind: 'not-needed', version: chosen?.version ?? '' };
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map((part) => Number.parseInt(part, 10) || 0));
  for (let index = 0; index < 3; index += 1) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What is not there at all, or only where it cannot be trusted. */
export function missingRoles(tools: readonly ToolSet[]): ToolRow['role'][] {
  const usable = new Set(toolRows(tools).flatMap((row) => (row.use.kind === 'used' ? [row.role] : [])));
  return (['client', 'server'] as const).filter((role) => !usable.has(role));
}

export interface InstallLine {
  /** For whom it is. */
  system: string;
  command: string;
}

/** Commands that install both kinds of programs, for the platform that Holdfast runs on. */
export function installLines(platform: DoorFacts['platform']): InstallLine[] {
  switch (platform) {
    case 'darwin':
      return [{ system: 'Homebrew', command: 'brew install postgresql@18' }];
    case 'win32':
      return [{ system: 'winget', command: 'winget install PostgreSQL.PostgreSQL.18' }];
    default:
      return [
        { system: 'Debian, Ubuntu', command: 'sudo apt install postgresql postgresql-client' },
        { system: 'Fedora', command: 'sudo dnf install postgresql postgresql-server' },
        { system: 'Arch', command: 'sudo pacman -S postgresql' },
        { system: 'Alpine', command: 'sudo apk add postgresql18 postgresql18-client' },
      ];
  }
}

/** The checks that are not already told by the sections above them. */
export const openChecks = (report: DoctorReport): DoctorReport['checks'] =>
  report.checks.filter((check) => check.outcome !== 'ok');

const hourMs = 3_600_000;
/** From six hours to a month; a value of the terminal's is added where it is another. */
export const overdueChoicesMs = [6, 12, 26, 50, 7 * 24, 31 * 24].map((hours) => hours * hourMs);
