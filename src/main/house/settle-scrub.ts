/** What a reading or a repair of stored bytes came to, written down: the state of copies, the trail, the alarm. */
import type { StoredState } from '../../shared/artifact.ts';
import type { BackupId, DestinationId } from '../../shared/id.ts';
import type { Job, JobKind } from '../../shared/job.ts';
import type { CopyFinding, RepairReport } from '../../shared/scrub.ts';
import { readJournal, removeJournal } from '../base/journal.ts';
import type { JobEnd } from '../job/message.ts';
import { ScrubLine } from '../scrub/journal.ts';
import type { Rooms } from './rooms.ts';
import type { AskedOrder } from './settle.ts';
import { audit } from './trail.ts';

/** Jobs that take copies away: what they are about to remove is not damaged. */
const removing: ReadonlySet<JobKind> = new Set<JobKind>(['prune', 'purge']);

/** However the job ended: what it had read by then is in its journal. */
export async function settleScrub(rooms: Rooms, job: Job, { order, actor }: AskedOrder, end: JobEnd): Promise<void> {
  if (order.kind !== 'scrub') return;
  const lines = await readJournal(order.journal, ScrubLine);
  const known = new Map(order.copies.map(({ backupId, manifestSha256 }) => [backupId, manifestSha256]));
  for (const line of lines) {
    // Another manifest by now (sealed anew meanwhile): what was found speaks of one that is gone.
    if (rooms.catalog.backups.manifestSha256(line.backupId) !== known.get(line.backupId)) continue;
    note(rooms, order.place.id, line, actor);
  }
  const last = lines.at(-1);
  if (last !== undefined) rooms.catalog.readings.ended(order.place.id, last.at);
  if (end.kind === 'done') rooms.catalog.jobs.putResult(job.id, JSON.stringify(end.result));
  await removeJournal(order.journal);
}

function note(rooms: Rooms, destination: DestinationId, line: ScrubLine, actor: string): void {
  const { readings } = rooms.catalog;
  if (stateIn(rooms, line.backupId, destination) === undefined) return;
  if (line.unread) return readings.tried(destination, line.backupId, line.at);
  if (line.finding?.kind === 'missing' && isBeingRemoved(rooms)) return;
  keep(rooms, destination, line.backupId, readings.note(destination, line), actor);
}

const isBeingRemoved = ({ catalog }: Rooms): boolean =>
  catalog.jobs.unfinished().some(({ kind }) => removing.has(kind));

/** What the place was said to hold: a copy that is waited for, or was never stored, is none that can be damaged. */
function stateIn({ catalog }: Rooms, backupId: BackupId, destination: DestinationId): StoredState | undefined {
  const state = catalog.backups.card(backupId)?.stored.find((one) => one.destination === destination);
  return state?.state === 'stored' || state?.state === 'damaged' ? state : undefined;
}

/** Brings the state of a copy in line with what is known of it; says so where that is news. */
function keep(
  rooms: Rooms,
  destination: DestinationId,
  backupId: BackupId,
  finding: CopyFinding | null,
  actor: string,
): void {
  const before = stateIn(rooms, backupId, destination);
  const card = rooms.catalog.backups.card(backupId);
  if (before === undefined || card === undefined) return;
  const after = stateOf(destination, finding);
  if (before.state === after.state && before.message === after.message) return;
  const stored = card.stored.map((one) => (one.destination === destination ? after : one));
  rooms.catalog.backups.setStored(backupId, stored);
  if (finding !== null)
    audit(rooms, 'copy.damaged', actor, backupId, {
      destination,
      kind: finding.kind,
      code: finding.code,
      objects: finding.objects.join(', '),
    });
  else if (before.state === 'damaged') audit(rooms, 'copy.whole', actor, backupId, { destination });
  rooms.announce.backup.changed({ card: { ...card, stored } });
}

const stateOf = (destination: DestinationId, finding: CopyFinding | null): StoredState =>
  finding === null
    ? { destination, state: 'stored', message: null }
    : { destination, state: 'damaged', message: finding.message };

export function settleRepair(rooms: Rooms, job: Job, { order, actor }: AskedOrder, end: JobEnd): void {
  if (order.kind !== 'repair' || end.kind !== 'done') return;
  const report = end.result as RepairReport;
  const { backupId } = order.set;
  const at = rooms.clock.now();
  const { readings } = rooms.catalog;
  rooms.catalog.jobs.putResult(job.id, JSON.stringify(report));
  if (report.replaced.length > 0) readings.repaired(report.destination, backupId, at);
  const finding = readings.note(report.destination, { backupId, at, from: 0, position: null, finding: null });
  audit(rooms, 'copy.repaired', actor, backupId, {
    destination: report.destination,
    from: report.from,
    objects: report.replaced.join(', '),
    copiedBytes: report.copiedBytes,
  });
  keep(rooms, report.destination, backupId, finding, actor);
}

/** After the list of backups was read again from manifests, which know nothing of damage. */
export function recallDamage(rooms: Pick<Rooms, 'catalog'>): void {
  const { backups, readings } = rooms.catalog;
  for (const { backupId, destination, finding } of readings.everyDamaged()) {
    const card = backups.card(backupId);
    if (card === undefined) continue;
    backups.setStored(
      backupId,
      card.stored.map((one) =>
        one.destination === destination && one.state === 'stored' ? stateOf(destination, finding) : one,
      ),
    );
  }
}

/** A proof that read every byte of every place is as good as a scrub of each. */
export function noteReadProof(rooms: Rooms, backupId: BackupId, places: readonly DestinationId[]): void {
  const at = rooms.clock.now();
  for (const destination of places) {
    if (stateIn(rooms, backupId, destination) === undefined) continue;
    rooms.catalog.readings.note(destination, { backupId, at, from: 0, position: null, finding: null });
  }
}
