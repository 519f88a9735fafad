/** Small true-to-type things for the tests of the window's pure parts. */
import { type BackupCard } from '../../../src/shared/artifact.ts';
import { type BackupId, type DestinationId, type JobId, type SourceId } from '../../../src/shared/id.ts';
import { type Job } from '../../../src/shared/job.ts';
import { type SourceStanding } from '../../../src/shared/overview.ts';
import { type Source, wholeScope } from '../../../src/shared/source.ts';

const sourceId = (name: string): SourceId => `src-${name.padEnd(8, '0').toLowerCase()}` as SourceId;
const moment = (at: number): string => `20261119-${String(at).padStart(6, '0')}`;

export const source = (name: string): Source => ({
  id: sourceId(name),
  name,
  settings: { kind: 'sqlite', file: `/srv/${name}.db` },
  scope: wholeScope,
  digests: true,
  compressionLevel: 3,
  destinations: ['dst-00000001' as DestinationId],
  createdAt: 0,
});

export const card = (name: string, takenAt: number): BackupCard => ({
  backupId: `bk-${moment(takenAt)}-00000000` as BackupId,
  source: name,
  sourceId: sourceId(name),
  kind: 'sqlite',
  takenAt,
  sizeBytes: 1000,
  complete: true,
  verdict: 'unproven',
  provenAt: null,
  stored: [],
});

export const job = (name: string, state: Job['state'], queuedAt: number): Job => ({
  id: `job-${moment(queuedAt)}-00000000` as JobId,
  kind: 'backup',
  state,
  sourceId: sourceId(name),
  backupId: null,
  queuedAt,
  startedAt: null,
  endedAt: null,
  progress: null,
  failure: null,
});

export const standing = (name: string, rest: Partial<SourceStanding> = {}): SourceStanding => ({
  sourceId: sourceId(name),
  name,
  state: 'protected',
  protectedUntil: 1,
  limitMs: 26 * 3_600_000,
  lastBackup: null,
  provenUntil: null,
  lastProof: null,
  next: null,
  jobs: [],
  strip: [],
  sizes: [],
  needs: [],
  estimate: null,
  restoreMs: null,
  ...rest,
});
