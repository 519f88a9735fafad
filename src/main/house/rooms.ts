import type { JobId, MachineId } from '../../shared/id.ts';
import type { Announcer } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import type { Audit } from '../audit/audit.ts';
import type { Clock } from '../base/clock.ts';
import type { Environment } from '../base/environment.ts';
import type { Log } from '../base/log.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Queue } from '../job/queue.ts';
import type { PruneOrder } from '../prune/prune.ts';
import type { Vault } from '../vault/vault.ts';
import type { Carrier } from './carrier.ts';
import type { Drafts } from './drafts.ts';
import type { KeptDumps } from './kept-dumps.ts';
import type { Lanes } from './lanes.ts';
import type { Planner } from './planner.ts';
import type { RoomKeeper } from './place-room.ts';
import type { Resealer } from './resealer.ts';
import type { ScrubKeeper } from './scrub-keeper.ts';
import type { AskedOrder } from './settle.ts';

/** Everything that the handlers of the contract stand on: one house, one data folder. */
export interface Rooms {
  env: Environment;
  clock: Clock;
  log: Log;
  catalog: Catalog;
  audit: Audit;
  vault: Vault;
  drafts: Drafts;
  queue: Queue;
  planner: Planner;
  scrubs: ScrubKeeper;
  kept: KeptDumps;
  carrier: Carrier;
  lanes: Lanes;
  /** Null in a door that is gone as soon as its job has ended. */
  room: RoomKeeper | null;
  resealer: Resealer;
  announce: Announcer<HoldfastContract>;
  machine: { id: MachineId; name: string };
  /** This program's version. */
  version: string;
  folders: Folders;
  /** Queues the removal of what a killed restore left half built. */
  sweepAfter(killed: AskedOrder): void;
  /** A prune as its job gets it, after every rule was read again. @throws Fail `retention.moved` */
  renewPrune(jobId: JobId, order: PruneOrder): PruneOrder;
}

/** The parts of a data folder, as absolute paths. Each is 0700. */
export interface Folders {
  home: string;
  backups: string;
  spool: string;
  work: string;
  scratch: string;
  logs: string;
}
