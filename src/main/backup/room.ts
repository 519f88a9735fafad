/** Whether the data folder has room for a dump, told before the source is read, and what else can be done. */
import { bytes } from '../../shared/bytes.ts';
import { directWords, holdsFor, neededFor } from '../../shared/direct.ts';
import { Fail } from '../../shared/failure.ts';
import { freeBytesOn } from '../base/file.ts';
import type { Watch } from '../base/watch.ts';
import type { BackupOrder, BackupTools } from './order.ts';

/** The last backup's size is a floor for this one's; before the first, a part of the database's is. @throws Fail spool.full */
export async function demandRoom(order: BackupOrder, tools: BackupTools, watch: Watch): Promise<void> {
  const { spoolFolder, lastSizeBytes, source } = order;
  const { kind } = source.settings;
  // A server is not asked where the last backup tells; a file is only looked at.
  const rawBytes = lastSizeBytes === null || kind === 'sqlite' ? await rawBytesOf(order, tools, watch) : null;
  const neededBytes = neededFor({ kind, rawBytes, storedBytes: lastSizeBytes });
  if (neededBytes === null) return;
  const freeBytes = await freeBytesOn(spoolFolder);
  if (freeBytes >= neededBytes) return;
  const copied = kind === 'sqlite' ? `a copy of the file (${bytes(rawBytes ?? 0)}) and ` : '';
  const why =
    lastSizeBytes === null
      ? `a first backup of ${bytes(rawBytes ?? 0)} takes ${bytes(neededBytes)} at least`
      : `${copied}a backup as the last one (${bytes(lastSizeBytes)}) ${copied === '' ? 'takes' : 'take'} ${bytes(neededBytes)}`;
  throw new Fail('spool.full', `${spoolFolder} has ${bytes(freeBytes)} free; ${why}.`);
}

/** Null where the source says nothing: it will say what is wrong when it is dumped. */
const rawBytesOf = ({ source }: BackupOrder, { engine, secrets }: BackupTools, watch: Watch): Promise<number | null> =>
  engine.estimate({ settings: source.settings, secrets }, watch).catch(() => {
    watch.signal.throwIfAborted();
    return null;
  });

/** The same failure, with the way that needs no room. */
export async function offeringDirect(fail: Fail, order: BackupOrder, tools: BackupTools, watch: Watch): Promise<Fail> {
  const { source, destinations, lastSizeBytes, lastMs = null, spoolFolder } = order;
  const [first, ...others] = destinations;
  const holds = holdsFor({
    lastMs,
    rawBytes: lastMs === null ? await rawBytesOf(order, tools, watch) : null,
    storedBytes: lastSizeBytes,
    maxBytesPerSecond: first?.maxBytesPerSecond,
  });
  const words = directWords({
    ...holds,
    place: first?.name ?? '',
    others: others.map(({ name }) => name),
    neededBytes: lastSizeBytes,
    freeBytes: 0,
    folder: spoolFolder,
    hasRoom: false,
    holdsTransaction: source.settings.kind === 'postgres',
  });
  // A disk that filled up on the way is told without figures: what there was is known once this backup is out of it.
  const free = `${spoolFolder} has ${bytes(await freeBytesOn(spoolFolder))} free`;
  const message = fail.message.includes(' free') ? fail.message : `${fail.message} ${free}, and that was not enough.`;
  return new Fail('spool.full', message, {
    hint: `Make room there, or move the data folder with HOLDFAST_HOME. Or back up without it (holdfast backup ${source.name} --direct): ${words}`,
    cause: fail.cause,
  });
}
