/** What the glyphs say, in words. A filled seal means restored and compared; a hollow one means bytes are there. */
import { type BackupCard, type StoredState } from '../../shared/artifact.ts';
import { type Job, type JobKind } from '../../shared/job.ts';
import { type SourceStanding } from '../../shared/overview.ts';
import { type EngineKind, type Source } from '../../shared/source.ts';
import { isReadBack } from '../../shared/verify.ts';

export type GlyphName = 'proven' | 'stored' | 'working' | 'attention' | 'danger' | 'none' | 'waiting';

export const standingGlyph: Record<SourceStanding['state'], GlyphName> = {
  protected: 'stored',
  'needs-you': 'attention',
  working: 'working',
  paused: 'waiting',
  new: 'none',
};

/** Whether what would be restored was itself restored and found equal: an older backup's proof says nothing of it. */
export const isProven = ({ protectedUntil, provenUntil }: SourceStanding): boolean =>
  provenUntil !== null && provenUntil === protectedUntil;

/** A protected source carries the filled seal only where its newest backup is the proven one. */
export function glyphOfStanding(standing: SourceStanding): GlyphName {
  if (standing.state === 'protected' && standing.lastProof?.verdict === 'proven' && isProven(standing)) return 'proven';
  return standingGlyph[standing.state];
}

export function wordOfStanding(standing: SourceStanding): string {
  if (standing.state === 'protected') return glyphOfStanding(standing) === 'proven' ? 'proven' : 'protected';
  const words = { 'needs-you': 'needs you', working: 'working', paused: 'paused', new: 'not backed up yet' } as const;
  return words[standing.state];
}

export const verdictGlyph: Record<BackupCard['verdict'], GlyphName> = {
  proven: 'proven',
  partly: 'attention',
  failed: 'danger',
  unproven: 'stored',
};
export const verdictWord: Record<BackupCard['verdict'], string> = {
  proven: 'Proven',
  partly: 'Partly proven',
  failed: 'Failed its proof',
  unproven: 'Stored, not proven',
};

type OfBackup = Pick<BackupCard, 'verdict' | 'provenBy'>;
/** A backup that was read back whole has bytes that are there, and nothing that needs attention. */
export const backupGlyph = (card: OfBackup): GlyphName => (isReadBack(card) ? 'stored' : verdictGlyph[card.verdict]);
export const backupWord = (card: OfBackup): string =>
  isReadBack(card) ? 'Read back, not restored' : verdictWord[card.verdict];

export const storedGlyph: Record<StoredState['state'], GlyphName> = {
  waiting: 'waiting',
  stored: 'stored',
  failed: 'danger',
  damaged: 'danger',
};
export const storedWord: Record<StoredState['state'], string> = {
  waiting: 'waits to be copied there',
  stored: 'holds it',
  failed: 'does not hold it',
  damaged: 'holds a damaged copy',
};

export const jobGlyph: Record<Job['state'], GlyphName> = {
  queued: 'waiting',
  running: 'working',
  cancelling: 'working',
  cancelled: 'none',
  succeeded: 'stored',
  failed: 'danger',
};
export const jobWord: Record<Job['state'], string> = {
  queued: 'Waits',
  running: 'Running',
  cancelling: 'Stopping',
  cancelled: 'Stopped',
  succeeded: 'Done',
  failed: 'Failed',
};

/** The act, as a heading of a job: "Backup of shop". */
export const jobNoun: Record<JobKind, string> = {
  backup: 'Backup',
  verify: 'Proof',
  rehearse: 'Rehearsal',
  restore: 'Restore',
  diff: 'Comparison',
  probe: 'Connection test',
  sweep: 'Clean-up',
  undo: 'Undo',
  release: 'Release of the kept database',
  find: 'Search of a place',
  prune: 'Removal of old backups',
  scrub: 'Scrub',
  repair: 'Repair',
  purge: 'Purge',
  reseal: 'Sealing anew',
  carry: 'Copy to another place',
  thaw: 'Thaw',
};
/** The act, while it goes on: "Backing up". */
export const jobDoing: Record<JobKind, string> = {
  backup: 'Backing up',
  verify: 'Proving',
  rehearse: 'Rehearsing',
  restore: 'Restoring',
  diff: 'Comparing',
  probe: 'Testing the connection',
  sweep: 'Cleaning up',
  undo: 'Undoing',
  release: 'Releasing',
  find: 'Searching a place',
  prune: 'Removing old backups',
  scrub: 'Reading again',
  repair: 'Repairing a copy',
  purge: 'Purging',
  reseal: 'Sealing anew',
  carry: 'Copying',
  thaw: 'Thawing',
};

export const engineWord: Record<EngineKind, string> = { postgres: 'PostgreSQL', sqlite: 'SQLite' };

/** `PostgreSQL, production`, `SQLite, till.db`, `SQLite, sample`. */
export function sourceSubtitle(source: Source): string {
  const { settings } = source;
  const parts: string[] = [engineWord[settings.kind]];
  if (settings.kind === 'sqlite' && source.sample !== true) parts.push(settings.file.split(/[/\\]/).at(-1) ?? '');
  if (settings.kind === 'postgres' && source.production !== true) {
    parts.push(
      settings.databases.length === 1 ? (settings.databases[0] ?? '') : `${settings.databases.length} databases`,
    );
  }
  if (source.production === true) parts.push('production');
  if (source.sample === true) parts.push('sample');
  return parts.join(', ');
}
