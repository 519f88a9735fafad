/**
 * The whole conversation between a door (terminal, window, browser) and the house, declared once: each noun in a file of its own in
 * `contract/`. Calls are `noun.verb`; events are in the past tense. `docs/contract.md` tells how to add one.
 */
import { app } from './contract/app.ts';
import { audit } from './contract/audit.ts';
import { backup } from './contract/backup.ts';
import { catalog } from './contract/catalog.ts';
import { destination } from './contract/destination.ts';
import { job } from './contract/job.ts';
import { kit } from './contract/kit.ts';
import { plan } from './contract/plan.ts';
import { restore } from './contract/restore.ts';
import { retention } from './contract/retention.ts';
import { sample } from './contract/sample.ts';
import { scrub } from './contract/scrub.ts';
import { settings } from './contract/settings.ts';
import { source } from './contract/source.ts';

export const contract = {
  app,
  settings,
  sample,
  source,
  backup,
  restore,
  plan,
  destination,
  kit,
  retention,
  scrub,
  job,
  audit,
  catalog,
} as const;

export type HoldfastContract = typeof contract;
