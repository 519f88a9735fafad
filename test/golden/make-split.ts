/**
 * Makes the golden backups in parts: node test/golden/make-split.ts [folder]
 *
 * Run once, when parts are released; the result is committed and never made again. It refuses to overwrite. They are two of the golden
 * sealed backups as a place lays them down that takes no file above 9 000 bytes: the same manifests, the same bytes.
 */
import { cpSync, createReadStream, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { dataKey, manifestKey } from '../../src/main/artifact/set.ts';
import { folderDestination } from '../../src/main/destination/folder.ts';
import { splitting } from '../../src/main/destination/split.ts';
import type { BackupId } from '../../src/shared/id.ts';

const from = path.join(import.meta.dirname, 'v1-sealed');
const target = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, 'v1-split'));
if (existsSync(target)) throw new Error(`${target} is there already. Golden files are never made again.`);
mkdirSync(path.join(target, 'manifests'), { recursive: true });
const place = splitting(folderDestination(target), 9_000);
for (const backupId of ['bk-20261120-135257-sealed02', 'bk-20261120-135304-sealed02'] as BackupId[]) {
  for (const name of readdirSync(path.join(from, 'data', backupId))) {
    const file = path.join(from, 'data', backupId, name);
    await place.put(dataKey(backupId, name), {
      sizeBytes: statSync(file).size,
      open: (start = 0) => createReadStream(file, { start }),
    });
  }
  const manifest = manifestKey(backupId);
  cpSync(path.join(from, manifest), path.join(target, manifest));
}
