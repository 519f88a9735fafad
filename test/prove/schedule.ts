/** Years of plans in virtual time, held against a model that finds windows in another way. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openCatalog } from '../../src/main/catalog/catalog.ts';
import type { ProofOptions } from './seed.ts';
import { Year, yearStart } from './schedule-year.ts';

export interface YearsResult {
  seed: number;
  saw: string;
  faults: string[];
}

export async function yearsOfPlans(options: ProofOptions): Promise<YearsResult> {
  // What is proven is not the disk: the catalog of every year lies in memory where there is such a place.
  const folder = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'holdfast-years-'));
  const sum = { windows: 0, begun: 0, madeUp: 0, missed: 0, looks: 0 };
  const faults: string[] = [];
  try {
    for (let n = 0; n < options.count; n += 1) {
      const seed = options.seed + n;
      const still = { now: () => yearStart, elapsed: () => 0, sleep: () => Promise.reject(new Error('No.')) };
      const file = path.join(folder, `year-${seed}.sqlite`);
      const catalog = openCatalog(file, still);
      try {
        const year = await new Year(seed, catalog).live();
        for (const key of ['windows', 'begun', 'madeUp', 'missed', 'looks'] as const) sum[key] += year[key];
        faults.push(...year.faults.slice(0, 3).map((fault) => `seed ${seed}: ${fault}`));
      } finally {
        catalog.close();
        rmSync(file, { force: true });
      }
      if ((n + 1) % 50 === 0) options.report(`${n + 1} of ${options.count} years, ${faults.length} faults`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const saw = `${options.count} years with ${sum.windows} windows of backups: ${sum.begun} runs of sources begun, ${sum.madeUp} of them for several missed windows, ${sum.missed} windows written down as missed, ${sum.looks} looks at the clock; ${faults.length} faults (a second run in a window, a window missed while it could be run longer than the grace, a run that no window asked for).`;
  return { seed: options.seed, saw, faults };
}
