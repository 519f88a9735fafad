/** A real house of a data folder, in this process, through the contract's own client: what every door gets, without a door. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { answerer, client, type Client, type Wire } from '../../src/shared/channel.ts';
import { contract, type HoldfastContract } from '../../src/shared/contract.ts';
import { type JobResult } from '../../src/shared/contract/job-result.ts';
import type { JobId } from '../../src/shared/id.ts';
import { systemClock, type Clock } from '../../src/main/base/clock.ts';
import { readEnvironment, type Environment } from '../../src/main/base/environment.ts';
import { openHouse, type HouseOptions } from '../../src/main/wire.ts';
import { tempFolder } from './temp.ts';

export interface OpenedHouse {
  api: Client<HoldfastContract>;
  home: string;
  /** Every announcement so far, in order. */
  events: { name: string; payload: unknown }[];
  /** Waits for a job to its end and returns what it came to; one that failed fails the test with its own words. */
  result(asked: Promise<{ jobId: JobId }>): Promise<JobResult>;
  close(): Promise<void>;
}

/** Opens a house; the environment has no passphrase file and no agent unless `env` gives them. */
export async function realHouse(
  home = path.join(tempFolder('house'), 'home'),
  env: Partial<Environment> = {},
  clock: Clock = systemClock,
  options: HouseOptions = {},
): Promise<OpenedHouse> {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const house = await openHouse({ ...readEnvironment(), account: 'ada', ...env, home }, clock, options);
  const events: OpenedHouse['events'] = [];
  house.onEvent((name, payload) => events.push({ name, payload }));
  const answer = answerer(contract, house.handlers, (thrown, name) => house.explain(thrown, name));
  const wire: Wire = {
    invoke: (name, input) => answer(name, input, { actor: 'ada (test)', signal: new AbortController().signal }),
    on: (event, listen) => house.onEvent((name, payload) => void (name === event && listen(payload))),
  };
  const api = client(contract, wire);
  return {
    api,
    home,
    events,
    result: async (asked) => {
      const result = await api.job.wait(await asked);
      if (result.job.state !== 'succeeded')
        throw new Error(
          `The job ${result.job.kind} ended as ${result.job.state}: ${JSON.stringify(result.job.failure)}`,
        );
      return result;
    },
    close: () => house.close(),
  };
}
