/** The processes of one job: remembered while they run, ended when the job has. */
import { Fail } from '../../shared/failure.ts';
import type { JobId } from '../../shared/id.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { ChildEvent } from './message.ts';
import { killOrphan } from './orphan.ts';
import type { JobProcess, JobStore } from './store.ts';

export interface FamilyOptions {
  store: JobStore;
  clock: Clock;
  log: Log;
}

/** Keeps the store's record of a running job's processes. */
export class Family {
  readonly #id: JobId;
  readonly #options: FamilyOptions;
  readonly #children = new Map<number, JobProcess['children'][number]>();
  #parent: { pid: number; startTime: string } | undefined;

  constructor(id: JobId, options: FamilyOptions) {
    this.#id = id;
    this.#options = options;
  }

  /** @param startTime null where the process was gone before it could be asked. */
  parent(pid: number, startTime: string | null): void {
    if (startTime === null) return;
    this.#parent = { pid, startTime };
    this.#write();
  }

  child(event: ChildEvent): void {
    if (event.event === 'ended') this.#children.delete(event.pid);
    else if (event.startTime !== null) {
      this.#children.set(event.pid, { pid: event.pid, startTime: event.startTime, program: event.program });
    }
    this.#write();
  }

  #write(): void {
    if (this.#parent === undefined) return;
    try {
      this.#options.store.putProcess(this.#id, { ...this.#parent, children: [...this.#children.values()] });
    } catch (thrown) {
      // The job goes on: what is not written down is still ended with the job's group.
      this.#options.log.warn('The processes of a job could not be written down.', { jobId: this.#id, thrown });
    }
  }
}

/**
 * Kills what still runs of a job; first the job process, so that it starts nothing more.
 * @throws Fail `job.crashed` when a process does not go.
 */
export async function endFamily(id: JobId, options: FamilyOptions): Promise<void> {
  const left = options.store.process(id);
  if (left === undefined) return;
  const parent = { pid: left.pid, startTime: left.startTime, program: 'the job process' };
  for (const fact of [parent, ...left.children]) {
    const outcome = await killOrphan(fact, options.clock);
    if (outcome !== 'absent') options.log.warn('A process of a job was left over.', { jobId: id, ...fact, outcome });
    if (outcome === 'alive') throw new Fail('job.crashed', `A process of the job ${id} (${fact.pid}) does not end.`);
  }
  options.store.putProcess(id, null);
}
