import type { Migration } from '../migrate.ts';
import { first } from './0010-first.ts';
import { backupPlans } from './0020-backup-plans.ts';
import { history } from './0030-history.ts';
import { restores } from './0040-restores.ts';
import { provenBy } from './0050-proven-by.ts';
import { retention } from './0060-retention.ts';
import { waiting } from './0065-waiting.ts';
import { scrub } from './0070-scrub.ts';
import { planWindows } from './0085-plan-windows.ts';
import { reseals } from './0240-reseals.ts';
import { placeTally } from './0260-place-tally.ts';
import { copyTally } from './0270-copy-tally.ts';
import { weighed } from './0275-weighed.ts';
import { sealTally } from './0310-seal-tally.ts';
import { sourceChange } from './0315-source-change.ts';

/** Every step of the schema, oldest first. */
export const migrations: readonly Migration[] = [
  first,
  backupPlans,
  history,
  restores,
  provenBy,
  retention,
  waiting,
  scrub,
  planWindows,
  reseals,
  placeTally,
  copyTally,
  weighed,
  sealTally,
  sourceChange,
];
