/**
 * One file takes the place of another (docs/decisions/0070). The live file gets a second name, then the restored one
 * replaces the first: there is no instant without a file under the live name.
 */
import { link, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Fail } from '../../../shared/failure.ts';
import { syncFolder } from '../../base/file.ts';
import type { Clock } from '../../base/clock.ts';
import type { Watch } from '../../base/watch.ts';
import type { Exchange } from '../engine.ts';
import { explain } from './explain.ts';
import { closeToOthers, type Closed } from './closed.ts';
import { holdersOf, named } from './holders.ts';
import { identityOf, isTaken, moveSidecars, putAside, realPath, takeBack, withSidecars } from './live-file.ts';
import { giveBackWal, noteOf, writeNote } from './swap-note.ts';

/** For tests: told between the steps. */
export type OnExchange = (step: 'noted' | 'closed' | 'linked' | 'moved' | 'replaced' | 'opened') => void;

export async function exchangeFiles(
  exchange: Exchange,
  clock: Clock,
  watch: Watch,
  onStep: OnExchange = () => {},
): Promise<string[]> {
  watch.signal.throwIfAborted();
  if (exchange.target.kind !== 'file') throw new Fail('restore.wrong-kind', 'A SQLite backup is restored to a file.');
  const live = realPath(exchange.target.file);
  try {
    await demandTold(live, exchange);
    await refuseHolders(live);
    return await swap(live, exchange, clock, watch, onStep);
  } catch (thrown) {
    watch.signal.throwIfAborted();
    throw explain(thrown, live, 'target');
  }
}

/** @throws `restore.moved`, `restore.not-kept`, `restore.target-exists` when the disk shows something else than was told. */
async function demandTold(live: string, { identity, incoming, keepAs }: Exchange): Promise<void> {
  const now = await identityOf(live);
  if (now === null) throw new Fail('restore.moved', `${live} is not there any more.`);
  if (identity !== null && now !== identity)
    throw new Fail('restore.moved', `${live} is another file than the one that was rehearsed.`);
  if (!isTaken(incoming)) throw new Fail('restore.not-kept', `${incoming} is not there.`);
  const taken = withSidecars(keepAs).find(isTaken);
  if (taken !== undefined)
    throw new Fail('restore.target-exists', `${taken} exists already.`, {
      hint: 'Rehearse again: another name will be chosen.',
    });
}

async function refuseHolders(live: string): Promise<void> {
  const { found } = await holdersOf(withSidecars(live));
  if (found.length > 0) throw new Fail('restore.in-use', `${live} is open in ${named(found)}.`);
}

async function swap(
  live: string,
  exchange: Exchange,
  clock: Clock,
  watch: Watch,
  onStep: OnExchange,
): Promise<string[]> {
  const { incoming, keepAs, token } = exchange;
  const note = noteOf(path.dirname(live), token);
  let journalMode: Closed['journalMode'] = null;
  let release = (): void => {};
  let swapped = false;
  try {
    const closed = await closeToOthers(live, clock, watch, (mode) => {
      journalMode = mode;
      // Before the mode is changed: whoever finds the file after a kill has to know what it was.
      writeNote(note, { live, incoming, keepAs, journalMode });
      onStep('noted');
    });
    release = () => closed.release();
    onStep('closed');
    await putAside(live, keepAs, () => onStep('linked'));
    onStep('moved');
    await rename(incoming, live);
    swapped = true;
    onStep('replaced');
    await moveSidecars(incoming, live);
    await syncFolder(path.dirname(live));
    await refuseLate(live, exchange);
  } catch (thrown) {
    if (!swapped) await takeBack(live, keepAs);
    if (!(thrown instanceof Late)) throw thrown;
    swapped = false;
    throw thrown.failure;
  } finally {
    release();
    if (journalMode === 'wal') giveBackWal(swapped ? keepAs : live, watch);
    onStep('opened');
    await rm(note, { force: true });
  }
  return [];
}

class Late extends Error {
  readonly failure: Fail;
  constructor(failure: Fail) {
    super(failure.message);
    this.failure = failure;
  }
}

/**
 * A program may have opened the live file between the look and the lock. It has not written yet, because we hold the
 * lock; when we let go it would write into the kept file. So everything goes back first.
 */
async function refuseLate(live: string, { incoming, keepAs }: Exchange): Promise<void> {
  const { found } = await holdersOf(withSidecars(keepAs));
  if (found.length === 0) return;
  await link(live, incoming);
  await moveSidecars(live, incoming);
  await moveSidecars(keepAs, live);
  await rename(keepAs, live);
  await syncFolder(path.dirname(live));
  throw new Late(
    new Fail('restore.in-use', `${live} was opened by ${named(found)} while it was being replaced. It is as it was.`),
  );
}
