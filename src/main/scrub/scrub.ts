/** Reads a share of what a place holds again, and says what does not hold any more. Nothing is written there. */
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail, toFailure } from '../../shared/failure.ts';
import type { CopyFinding, ScrubReport } from '../../shared/scrub.ts';
import type { Clock } from '../base/clock.ts';
import { journalIn, type Journal } from '../base/journal.ts';
import type { Watch } from '../base/watch.ts';
import { key } from '../destination/destination.ts';
import type { OpenPlace } from '../set/open.ts';
import { examine, type CopyToRead, type Examined } from './examine.ts';
import { together } from './finding.ts';
import type { ScrubLine } from './journal.ts';

/** What was read is written down at least this often. */
const stepBytes = 1024 * 1024 * 1024;

export interface ScrubOrder {
  kind: 'scrub';
  place: DestinationCard;
  /** In this order. */
  copies: (CopyToRead & { sizeBytes: number })[];
  /** How much is read at most, but for the rest of a range; null for everything. */
  shareBytes: number | null;
  /** Absolute path of a file that is not there yet. */
  journal: string;
}

/**
 * Reads until the share is used up or everything was read. What was found is in the journal as soon as it was, whatever
 * becomes of the job.
 * @throws Fail destination.* where the place itself cannot be read; the signal's reason.
 */
export async function scrub(order: ScrubOrder, place: OpenPlace, clock: Clock, watch: Watch): Promise<ScrubReport> {
  const journal = journalIn<ScrubLine>(order.journal);
  const report: ScrubReport = { destination: order.place.id, readBytes: 0, whole: 0, left: 0, damaged: [], unread: [] };
  watch.progress({ phase: 'Reading again', bytes: 0, totalBytes: expectedBytes(order) });
  const mountable = order.place.settings.kind === 'folder' || order.place.settings.kind === 'sftp';
  const isEnough = (): boolean => order.shareBytes !== null && report.readBytes >= order.shareBytes;
  for (const [index, copy] of order.copies.entries()) {
    if (isEnough()) {
      report.left += order.copies.length - index;
      break;
    }
    watch.progress({ table: copy.backupId });
    try {
      await readCopy(copy, { place, clock, journal, report, isEnough, mountable }, watch);
    } catch (thrown) {
      if (watch.signal.aborted || !isOfOneCopy(thrown)) throw thrown;
      watch.log.warn('a copy could not be looked at', { backupId: copy.backupId, thrown });
      const { backupId, from } = copy;
      await journal.write({ backupId, at: clock.now(), from, position: from, finding: null, unread: true });
      report.unread.push({ backupId, failure: toFailure(thrown, backupId) });
    }
  }
  return report;
}

interface Reader {
  place: OpenPlace;
  clock: Clock;
  journal: Journal<ScrubLine>;
  report: ScrubReport;
  isEnough: () => boolean;
  mountable: boolean;
}

/** In steps, so that a kill in a large copy costs a step. */
async function readCopy(copy: CopyToRead, reader: Reader, watch: Watch): Promise<void> {
  const { place, clock, journal, report, isEnough } = reader;
  const { backupId } = copy;
  const findings: CopyFinding[] = [];
  let from: number | null = copy.from;
  while (from !== null) {
    const began = report.readBytes;
    const step: Examined = await examine(
      { ...copy, from },
      {
        place,
        signal: watch.signal,
        isEnough: () => isEnough() || report.readBytes - began >= stepBytes,
        onBytes: (bytes) => {
          report.readBytes += bytes;
          watch.progress({ bytes: report.readBytes });
        },
      },
    );
    if (step.finding?.code === 'manifest.missing') await refuseEmpty(reader, watch.signal);
    await journal.write({ backupId, at: clock.now(), from, ...step, unread: false });
    if (step.finding !== null) findings.push(step.finding);
    from = step.position;
    if (from !== null && isEnough()) break;
  }
  if (from !== null) report.left += 1;
  const finding = together(findings);
  if (finding === null) {
    if (from === null) report.whole += 1;
    return;
  }
  watch.log.warn('a copy does not hold', { backupId, ...finding });
  report.damaged.push({ backupId, finding });
}

/** The mount point of a disk that is not there looks like an empty folder. That nothing is left at all is not believed of one. */
async function refuseEmpty({ place, mountable }: Reader, signal: AbortSignal): Promise<void> {
  if (!mountable) return;
  for (const part of ['manifests', 'data']) for await (const _ of place.destination.list(key(part), signal)) return;
  throw new Fail(
    'destination.unreachable',
    'Nothing at all lies there. Either its disk is not mounted, or everything was removed.',
  );
}

/** The others can still be read; a place that is gone or does not let us in has nothing to say. */
function isOfOneCopy(thrown: unknown): thrown is Fail {
  const ofOne = [
    'destination.permission',
    'destination.archived',
    'destination.changed',
    'destination.symlink',
    'destination.not-a-file',
    'manifest.newer',
  ];
  return thrown instanceof Fail && ofOne.includes(thrown.code);
}

function expectedBytes({ copies, shareBytes }: ScrubOrder): number {
  const all = copies.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return shareBytes === null ? all : Math.min(all, shareBytes);
}
