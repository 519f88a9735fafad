/**
 * The app's own memory: one SQLite file, one writer. It is a cache where backups are concerned (manifests are the truth)
 * and the only place for sources, jobs, plans and proofs. It holds no secrets, only references to them.
 */
import type { Clock } from '../base/clock.ts';
import { backupPlansOf, type BackupPlans } from './backup-plans.ts';
import { backupsOf, type Backups } from './backups.ts';
import { destinationsOf, type Destinations } from './destinations.ts';
import { catalogFailure, guarded } from './guard.ts';
import { historyOf, type History } from './history.ts';
import { jobsOf, type Jobs } from './jobs.ts';
import { metaOf, type Meta } from './meta.ts';
import { migrations } from './migrations/all.ts';
import { openFile } from './open.ts';
import { pinsOf, type Pins } from './pins.ts';
import { plansOf, type Plans } from './plans.ts';
import { proofsOf, type Proofs } from './proofs.ts';
import { readingsOf, type Readings } from './readings.ts';
import { resealsOf, type Reseals } from './reseals.ts';
import { restoresOf, type Restores } from './restores.ts';
import { retentionOf, type RetentionRules } from './retention.ts';
import { sourcesOf, type Sources } from './sources.ts';
import { timingsOf, type Timings } from './timings.ts';

export interface Catalog {
  meta: Meta;
  sources: Sources;
  destinations: Destinations;
  backups: Backups;
  proofs: Proofs;
  jobs: Jobs;
  plans: Plans;
  restores: Restores;
  backupPlans: BackupPlans;
  timings: Timings;
  history: History;
  pins: Pins;
  retention: RetentionRules;
  /** Backups that take the place of others, sealed anew. */
  reseals: Reseals;
  /** When copies were read again, and what is wrong with them. */
  readings: Readings;
  /** Several changes that count together or not at all: when `work` throws, none of them happened. */
  together<T>(work: () => T): T;
  /** Safe to call twice. */
  close(): void;
}

/**
 * Opens the catalog, makes a new one where there is no file, and brings an older one up to date.
 * Whoever calls holds the data folder's lock: there is one writer.
 * Every call may fail with `catalog.corrupt`, `home.busy`, `home.full` or `home.unusable`, opening also with `catalog.newer`.
 * @param file absolute path; its folder exists.
 */
export function openCatalog(file: string, clock: Clock): Catalog {
  const database = openFile(file, migrations);
  try {
    const meta = guarded(file, metaOf(database));
    meta.machineId();
    return {
      meta,
      sources: guarded(file, sourcesOf(database, clock)),
      destinations: guarded(file, destinationsOf(database)),
      backups: guarded(file, backupsOf(database)),
      proofs: guarded(file, proofsOf(database)),
      jobs: guarded(file, jobsOf(database)),
      plans: guarded(file, plansOf(database)),
      restores: guarded(file, restoresOf(database)),
      backupPlans: guarded(file, backupPlansOf(database)),
      timings: guarded(file, timingsOf(database)),
      history: guarded(file, historyOf(database)),
      pins: guarded(file, pinsOf(database)),
      retention: guarded(file, retentionOf(database)),
      reseals: guarded(file, resealsOf(database)),
      readings: guarded(file, readingsOf(database)),
      together: (work) => {
        try {
          return database.transaction(work)();
        } catch (error) {
          throw catalogFailure(error, file);
        }
      },
      close: () => void database.close(),
    };
  } catch (error) {
    database.close();
    throw catalogFailure(error, file);
  }
}
