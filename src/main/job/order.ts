/** Everything that a job process is told. It arrives as the first message of its private channel, never in argv or env. */
import type { DestinationCard } from '../../shared/destination.ts';
import type { DestinationId } from '../../shared/id.ts';
import type { SourceSettings } from '../../shared/source.ts';
import type { BackupOrder } from '../backup/order.ts';
import type { CarryOrder } from '../carry/carry.ts';
import type { ResealOrder } from '../backup/reseal.ts';
import type { DiffOrder } from '../diff/diff.ts';
import type { Surroundings } from '../engine/engine.ts';
import type { FindOrder } from '../find/find.ts';
import type { PruneOrder } from '../prune/prune.ts';
import type { PurgeOrder } from '../purge/purge.ts';
import type { RehearseOrder } from '../restore/rehearse.ts';
import type { RestoreOrder } from '../restore/bring-back.ts';
import type { SweepOrder } from '../restore/sweep.ts';
import type { ReleaseOrder, UndoOrder } from '../restore/undo.ts';
import type { RepairOrder } from '../scrub/repair.ts';
import type { ScrubOrder } from '../scrub/scrub.ts';
import type { ThawOrder } from '../thaw/thaw.ts';
import type { VerifyOrder } from '../verify/verify.ts';

/** Passwords in the clear: they exist only in this message and in the memory of the two processes. */
export interface OrderSecrets {
  database?: string;
  tunnel?: string;
  jump?: string;
  /** Of every place in the order, by its id and the secret's name. */
  places?: Record<DestinationId, Record<string, string>>;
  /**
   * Recovery secrets by the place they belong to. For a backup: of the places that want sealing. Otherwise: whatever may
   * open the sets of the order, also of places that are not in it.
   */
  recovery?: Record<DestinationId, string>;
  /** An armored private key of somebody's own, for this one job. */
  privateKey?: string;
}

export interface ProbeOrder {
  kind: 'probe';
  settings: SourceSettings;
}

type Order =
  | BackupOrder
  | VerifyOrder
  | RehearseOrder
  | RestoreOrder
  | DiffOrder
  | ProbeOrder
  | SweepOrder
  | UndoOrder
  | ReleaseOrder
  | PruneOrder
  | ScrubOrder
  | RepairOrder
  | FindOrder
  | PurgeOrder
  | CarryOrder
  | ThawOrder
  | ResealOrder;

export type JobOrder = Order & {
  /** What the job has to know of the machine, read once by the owner. */
  surroundings: Omit<Surroundings, 'clock'>;
  secrets: OrderSecrets;
};

/** Every place that a job reads or writes. */
export function placesOf(order: Order): DestinationCard[] {
  if (order.kind === 'backup') return order.destinations;
  if (order.kind === 'find') return [order.place];
  if (order.kind === 'prune' || order.kind === 'purge') return order.places.map(({ card }) => card);
  if (order.kind === 'scrub') return [order.place];
  if (order.kind === 'carry' || order.kind === 'reseal') return [...order.destinations, ...order.set.destinations];
  if (order.kind === 'diff')
    return [order.set, ...(order.against === 'live' ? [] : [order.against])].flatMap((set) => set.destinations);
  return 'set' in order ? order.set.destinations : [];
}
