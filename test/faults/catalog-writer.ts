/** A process that writes to a catalog until it is killed, and says after each backup that it was kept. */
import { openCatalog } from '../../src/main/catalog/catalog.ts';
import { systemClock } from '../../src/main/base/clock.ts';
import * as sample from '../unit/catalog/samples.ts';

const [file = '', from = '0'] = process.argv.slice(2);
const catalog = openCatalog(file, systemClock);
for (let n = Number(from); ; n += 1) {
  catalog.together(() => {
    const manifest = sample.manifest(n, sample.source(1), 1_795_000_000_000 + n);
    catalog.backups.put({ manifest, manifestSha256: sample.sha256(n), stored: [] });
    catalog.jobs.insert(sample.job(n), '{}');
  });
  process.stdout.write(`${n}\n`);
}
