/** A manifest of one SQLite database, as true as it can be without one. */
import { rangeSizeBytes, type ArtifactFacts, type ManifestBody } from '../../../src/shared/artifact.ts';
import type { BackupId, MachineId, SourceId } from '../../../src/shared/id.ts';
import { wholeScope } from '../../../src/shared/source.ts';

export const backupId = 'bk-20261120-123028-0123abcd' as BackupId;
export const otherBackupId = 'bk-20261121-000000-89efghjk' as BackupId;

export function artifactFacts(change: Partial<ArtifactFacts> = {}): ArtifactFacts {
  return {
    name: '01-app.sqlite.zst',
    content: 'sqlite-file',
    coding: ['zstd'],
    sizeBytes: 1000,
    rawSizeBytes: 8192,
    rangeSizeBytes,
    ranges: ['ab'.repeat(32)],
    ...change,
  };
}

export function manifestBody(change: Partial<ManifestBody> = {}): ManifestBody {
  return {
    format: 'holdfast.backup',
    version: 1,
    backupId,
    machine: { id: 'mac-0123456789ab' as MachineId, name: 'Grüße ✓' },
    source: { id: 'src-0123456789ab' as SourceId, name: 'app', kind: 'sqlite' },
    takenAt: 1_763_641_828_000,
    finishedAt: 1_763_641_829_000,
    holdfast: '0.1.0',
    complete: true,
    missing: [],
    artifacts: [artifactFacts()],
    inventory: {
      form: 'plain',
      content: {
        databases: [
          {
            name: 'app.db',
            artifact: '01-app.sqlite.zst',
            engine: {
              kind: 'sqlite',
              libraryVersion: '3.53.0',
              pageSizeBytes: 4096,
              pageCount: 2,
              encoding: 'UTF-8',
              journalMode: 'wal',
              userVersion: 0,
              applicationId: 0,
              autoVacuum: 0,
              method: 'held-snapshot',
              writersWaitedMs: 0,
            },
            scope: wholeScope,
            tables: [{ name: 'a "quoted"\nname', rows: 3, digest: '12345' }],
            sequences: [],
            objects: [],
            largeObjects: null,
            omissions: [],
            digest: { method: 'test', probe: '1' },
            liveSizeBytes: 8192,
          },
        ],
        globals: null,
      },
    },
    sealing: null,
    ...change,
  };
}
