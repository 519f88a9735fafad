/** A restore into the original's place, step by step, over the house's own calls. */
import Database from 'better-sqlite3';
import type { RestorePlan, RestoreRecord, RestoreReport } from '../../src/shared/restore.ts';
import type { Job } from '../../src/shared/job.ts';
import type { JobResult } from '../../src/shared/contract/job-result.ts';
import type { OpenedHouse } from './house.ts';
import type { JobId, RestoreId } from '../../src/shared/id.ts';

type Api = OpenedHouse['api'];

export async function ended(api: Api, asked: Promise<{ jobId: JobId }>): Promise<JobResult> {
  return api.job.wait(await asked);
}

/** The failure's code, or the state where there is none. */
export const came = ({ state, failure }: Job): string => failure?.code ?? state;

export async function rehearseInPlace(api: Api, source: string, database?: string): Promise<RestorePlan> {
  const asked = api.restore.rehearse({
    backup: `${source}@latest`,
    target: { kind: 'original' },
    secrets: {},
    ...(database === undefined ? {} : { database }),
  });
  const { rehearse, job } = await ended(api, asked);
  if (rehearse === null) throw new Error(`The rehearsal ended as ${came(job)}: ${job.failure?.message ?? ''}`);
  return rehearse;
}

export async function runPlan(api: Api, plan: RestorePlan): Promise<RestoreReport> {
  const confirm = plan.replaces?.confirm;
  const asked = api.restore.run({ planId: plan.planId, secrets: {}, ...(confirm === undefined ? {} : { confirm }) });
  const { restore, job } = await ended(api, asked);
  if (restore === null) throw new Error(`The restore ended as ${came(job)}: ${job.failure?.message ?? ''}`);
  return restore;
}

export async function restoreInPlace(api: Api, source: string): Promise<RestoreReport> {
  return runPlan(api, await rehearseInPlace(api, source));
}

export async function recordOf(api: Api, restoreId: RestoreId): Promise<RestoreRecord | undefined> {
  return (await api.restore.list({})).find((record) => record.restoreId === restoreId);
}

/** All rows of a table of a SQLite file, as one text; closed again so that nothing is left beside it. */
export function contentOf(file: string, table = 'item'): string {
  const database = new Database(file, { fileMustExist: true });
  try {
    return JSON.stringify(database.prepare(`SELECT * FROM "${table}" ORDER BY 1`).all());
  } finally {
    database.close();
  }
}
