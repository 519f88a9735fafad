/** What stands in the way of a backup on this machine, before somebody needs one. Reads only. */
import { bytes } from '../../shared/bytes.ts';
import { access, constants, stat } from 'node:fs/promises';
import { addressOf } from '../../shared/destination.ts';
import type { DoctorCheck, DoctorReport } from '../../shared/doctor.ts';
import type { ToolSet } from '../../shared/doctor.ts';
import { installHint, newestMajor } from '../engine/postgres/install-hint.ts';
import { findToolSets } from '../engine/postgres/tool.ts';
import { freeBytesOn } from '../base/file.ts';
import { Fail } from '../../shared/failure.ts';
import { plural } from '../../shared/plural.ts';
import { freeIn } from './place-room.ts';
import { withPlace } from './place.ts';
import type { Rooms } from './rooms.ts';

export async function examine(rooms: Rooms): Promise<DoctorReport> {
  const tools = await findToolSets(rooms.env);
  const freeBytes = await freeBytesOn(rooms.folders.home);
  const { kind, detail } = rooms.vault.keeper;
  const keeper = { kind, detail };
  const checks = [
    await homeCheck(rooms),
    spaceCheck(freeBytes, rooms),
    ...toolChecks(tools),
    keeperCheck(kind, detail),
    ...(await destinationChecks(rooms)),
    await auditCheck(rooms),
  ];
  return {
    ok: checks.every((check) => check.outcome !== 'failed'),
    home: rooms.folders.home,
    freeBytes,
    tools,
    keeper,
    checks,
  };
}

async function homeCheck(rooms: Rooms): Promise<DoctorCheck> {
  const { home } = rooms.folders;
  const name = 'Data folder';
  try {
    await access(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return {
      name,
      outcome: 'failed',
      detail: `${home} cannot be written.`,
      hint: 'Set HOLDFAST_HOME to a folder of your own.',
    };
  }
  const { mode } = await stat(home);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    return { name, outcome: 'failed', detail: `Others may look into ${home}.`, hint: `Run chmod 700 ${home}.` };
  }
  return { name, outcome: 'ok', detail: `${home} is yours alone.` };
}

/** The spool takes one backup, a proof its expansion: twice the biggest last backup is little, less is too little. */
function spaceCheck(freeBytes: number, rooms: Rooms): DoctorCheck {
  const largest = Math.max(
    0,
    ...rooms.catalog.sources.list().map((source) => rooms.catalog.backups.latest(source.id)?.sizeBytes ?? 0),
  );
  const name = 'Free space';
  const detail = `${bytes(freeBytes)} free; the largest last backup takes ${bytes(largest)}.`;
  if (freeBytes < largest * 2)
    return { name, outcome: 'failed', detail, hint: 'Make room, or move the data folder with HOLDFAST_HOME.' };
  return { name, outcome: freeBytes < largest * 10 ? 'warning' : 'ok', detail };
}

function toolChecks(tools: ToolSet[]): DoctorCheck[] {
  const usable = tools.filter((set) => set.distrust === null);
  const newestWith = (program: string): ToolSet | undefined =>
    usable.filter((set) => set.programs.includes(program)).toSorted((a, b) => b.major - a.major)[0];
  const client = newestWith('pg_dump');
  const server = newestWith('postgres');
  return [
    client === undefined
      ? {
          name: 'PostgreSQL client tools',
          outcome: 'warning',
          detail: 'No pg_dump was found.',
          hint: `SQLite needs nothing; PostgreSQL does. ${installHint('client', newestMajor)}`,
        }
      : {
          name: 'PostgreSQL client tools',
          outcome: 'ok',
          detail: `${client.version} in ${client.folder}: servers up to ${client.major}.`,
        },
    server === undefined
      ? {
          name: 'Throw-away server',
          outcome: 'warning',
          detail: 'No PostgreSQL server programs were found.',
          hint: `Without one no backup of PostgreSQL can be proven by a restore. ${installHint('server', newestMajor)}`,
        }
      : { name: 'Throw-away server', outcome: 'ok', detail: `${server.version} in ${server.folder}.` },
    ...tools
      .filter((set) => set.distrust !== null)
      .map((set): DoctorCheck => ({
        name: `Programs in ${set.folder}`,
        outcome: 'warning',
        detail: set.distrust ?? '',
        hint: 'They are not used.',
      })),
  ];
}

function keeperCheck(kind: DoctorReport['keeper']['kind'], detail: string): DoctorCheck {
  if (kind !== 'none') return { name: 'Keeper of passwords', outcome: 'ok', detail };
  return {
    name: 'Keeper of passwords',
    outcome: 'warning',
    detail,
    hint: 'Name a file that holds a master passphrase in HOLDFAST_PASSPHRASE_FILE.',
  };
}

async function destinationChecks(rooms: Rooms): Promise<DoctorCheck[]> {
  const checks: DoctorCheck[] = [];
  for (const card of rooms.catalog.destinations.list()) {
    const name = `Destination ${card.name}`;
    try {
      const freeBytes = await withPlace(rooms, card, (destination) => freeIn(rooms, card, destination));
      checks.push({
        name,
        outcome: 'ok',
        detail: `${addressOf(card.settings)}: ${freeBytes === null ? 'free space is not told' : `${bytes(freeBytes)} free`}.`,
      });
    } catch (thrown) {
      if (!(thrown instanceof Fail)) throw thrown;
      checks.push({ name, outcome: 'failed', detail: thrown.message, hint: thrown.hint });
    }
  }
  return checks;
}

async function auditCheck(rooms: Rooms): Promise<DoctorCheck> {
  const state = await rooms.audit.check();
  if (state.intact)
    return { name: 'Audit trail', outcome: 'ok', detail: `${plural(state.entries, 'entry', 'entries')}, intact.` };
  return {
    name: 'Audit trail',
    outcome: 'failed',
    detail: `Line ${state.brokenAt} of ${state.entries} does not fit.`,
    hint: 'It was changed outside Holdfast. Compare it with your copies.',
  };
}
