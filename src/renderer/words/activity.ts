/** What the screen Activity says. */
import type { Failure } from '../../shared/failure.ts';
import type { Job, JobKind } from '../../shared/job.ts';
import { isReadBack, type Verdict } from '../../shared/verify.ts';
import type { Came, Wait } from '../activity/rows.ts';
import { counted, percent, percentText, roughly, sizeOf } from './number.ts';
import { jobNoun } from './state.ts';

export const activity = {
  title: 'Activity',
  summary(running: number, waiting: number): string {
    if (running + waiting === 0) return 'Nothing runs';
    return [running > 0 ? `${running} running` : '', waiting > 0 ? `${waiting} waiting` : '']
      .filter(Boolean)
      .join(', ');
  },
  list: 'Jobs',
  columns: { job: 'Job', by: 'By', started: 'Started', took: 'Took' },
  filter: 'Show',
  filters: { all: 'All', backups: 'Backups', proofs: 'Proofs', restores: 'Restores', others: 'Others' },
  anySource: 'Any source',
  source: 'Source',
  onlyFailed: 'Only failed',
  now: 'Now',
  loading: 'Loading jobs',
  notLoaded: 'The jobs could not be read.',
  tryAgain: 'Try again',
  empty: {
    title: 'Nothing has run yet.',
    text: 'Each backup, proof, comparison and restore is a job. What runs shows here with its log; what is over stays, with what came of it.',
    act: 'Go to the sources',
    filtered: 'No job matches.',
    showAll: 'Show all',
  },
  pick: 'Choose a job to see what it did.',
  gone: 'There is no such job.',

  schedule: 'schedule',
  byHand: 'by hand',
  removedSource: 'Removed source',
  noSource: 'New source',
  noun: {
    backup: 'backup',
    verify: 'proof',
    rehearse: 'rehearsal',
    restore: 'restore',
    diff: 'comparison',
    probe: 'connection test',
    sweep: 'clean-up after a restore',
    undo: 'undo of a restore',
    release: 'release of a kept database',
    prune: 'removal of old backups',
    scrub: 'scrub',
    repair: 'repair of a copy',
    find: 'search of a place',
    purge: 'purge',
    reseal: 'sealing anew',
    carry: 'copy to another place',
    thaw: 'thaw of archived data',
  } satisfies Record<JobKind, string>,

  /** After the name of the source: "backup, 61 %", "proof, failed: password refused". */
  what(job: Job): string {
    const noun = activity.noun[job.kind];
    const part = job.progress === null ? null : percent(job.progress.bytes, job.progress.totalBytes);
    switch (job.state) {
      case 'queued':
        return `${noun}, waits`;
      case 'running':
        return part === null
          ? `${noun}${job.progress === null ? '' : `, ${job.progress.phase.toLowerCase()}`}`
          : `${noun}, ${percentText(part)}`;
      case 'cancelling':
        return `${noun}, stopping`;
      case 'cancelled':
        return `${noun}, stopped`;
      case 'succeeded':
        return noun;
      case 'failed':
        return `${noun}: ${job.failure === null ? 'failed' : (activity.short[job.failure.code] ?? 'failed')}`;
    }
  },
  /** Failures that a line of the list has room for. */
  short: {
    'source.auth-failed': 'password refused',
    'source.unreachable': 'server not reached',
    'source.file-missing': 'file missing',
    'source.no-rights': 'no right to read',
    'source.locked': 'file locked',
    'source.tls-refused': 'no TLS offered',
    'source.tls-untrusted': 'certificate not trusted',
    'source.connection-lost': 'connection lost',
    'tunnel.unreachable': 'SSH server not reached',
    'tunnel.auth-failed': 'SSH login refused',
    'tunnel.host-key-changed': 'SSH key changed',
    'tool.missing': 'programs missing',
    'tool.too-old': 'programs too old',
    'home.full': 'disk full',
    'spool.full': 'disk full',
    'destination.full': 'place full',
    'destination.unreachable': 'place not reached',
    'home.owner-left': 'Holdfast was ended',
    'job.crashed': 'process ended',
    'scratch.unavailable': 'no place to prove it',
  } as Partial<Record<Failure['code'], string>>,
  cameTo: (came: NonNullable<Came>) =>
    came.kind === 'size' ? sizeOf(came.sizeBytes) : isReadBack(came) ? 'read back' : activity.verdict[came.verdict],
  verdict: { proven: 'proven', partly: 'partly proven', failed: 'does not hold' } satisfies Record<Verdict, string>,
  left: (ms: number) => `${roughly(ms)} left`,
  none: '–',
  asked: (moment: string) => `Asked for ${moment}.`,
  tookSentence: (took: string) => ` Took ${took}.`,
  toSource: (name: string) => `Show ${name}`,
  asAgain: 'It runs again',
  since: (moment: string) => `since ${moment}`,

  wait(wait: Wait, nameOf: (job: Job) => string): string {
    if (wait.kind === 'same-source')
      return `Waits for the ${activity.noun[wait.job.kind]} of ${nameOf(wait.job)}: jobs of one source run one after the other.`;
    return wait.running === 0
      ? 'Waits for its turn.'
      : `Waits for its turn: ${counted(wait.running, 'other job runs', 'other jobs run')}, and two run at once.`;
  },
  stop: 'Stop',
  stopping: 'Stopping…',
  stopTitle: (noun: string, name: string) => `Stop the ${noun} of ${name}?`,
  /** What a cancel means. */
  stopText: {
    backup: 'What it has written so far is removed. Earlier backups stay as they are.',
    verify: 'The throw-away copy is removed. The backup stays as it is, with the proof it had.',
    rehearse: 'Nothing was changed and nothing will be.',
    restore: 'What it has made so far is taken back. The backup stays as it is.',
    diff: 'Nothing is changed by a comparison. There will be no result.',
    probe: 'Nothing is changed by a test.',
    sweep: 'What a restore left behind stays until the next start.',
    undo: 'What is live stays live.',
    release: 'The kept database may stay, or be gone already.',
    find: 'Nothing is changed by a search. The place is not remembered.',
    prune: 'What it has removed so far is gone. Everything else stays.',
    scrub: 'What was read so far is remembered. The next run goes on there.',
    repair:
      'What was copied whole stays, and nothing is left half. The copy counts as damaged until a repair has ended.',
    purge: 'What it has destroyed so far is gone and is on the record. The rest stays.',
    reseal:
      'The earlier backup is untouched. What this one had written is removed, and no further backup is sealed anew.',
    carry: 'What has arrived stays there, and the rest follows later. The backup is not in that place yet.',
    thaw: 'What was asked for comes all the same, and is billed. Nobody waits for it any more.',
  } satisfies Record<JobKind, string>,
  keepRunning: 'Let it run',
  stopAct: (noun: string) => `Stop the ${noun}`,

  state: 'State',
  figures: {
    of: (part: string, whole: string) => `${part} of ${whole}`,
    read: 'read',
    rows: 'rows',
    rate: 'a second',
    left: 'left, about',
    took: 'took',
    table: 'now at',
    waiting: 'waiting',
  },
  phases: 'Phases',
  progress: 'Progress',
  log: 'Log',
  follow: 'Follow',
  copyLog: 'Copy log',
  logEmpty: 'Nothing was written yet.',
  logNone: 'This job wrote no log.',
  logFailed: 'The log could not be read.',

  came: {
    backup: 'Show the backup',
    reseal: 'Show the backup',
    verify: 'Show the proof',
    diff: 'Show the comparison',
    rehearse: 'Go on with the restore',
    restore: 'Show the backup it came from',
  } as Partial<Record<JobKind, string>>,
  succeeded: {
    backup: 'The backup is stored.',
    verify: 'The proof was made.',
    rehearse: 'The rehearsal came to a plan. Nothing was changed.',
    restore: 'The restore is done.',
    diff: 'The tables were compared.',
    probe: 'The connection was tested.',
    sweep: 'What a restore had left behind was removed.',
    undo: 'The earlier database is live again.',
    release: 'The kept database was removed.',
    find: 'The place was searched. What was found is among the backups.',
    prune: 'The backups that no rule keeps were removed.',
    scrub: 'The stored bytes were read again.',
    repair: 'The copy was replaced by a good one and read back whole.',
    purge: 'What was asked for was destroyed. The record says what, where, and what stays.',
    reseal: 'The backup is sealed anew. The earlier one goes once this one is proven.',
    carry: 'The backup lies there now.',
    thaw: 'The archived data can be read now.',
  } satisfies Record<JobKind, string>,
  prunedIn: (place: string, backups: number, sizeBytes: number) =>
    `${counted(backups, 'backup', 'backups')} in ${place}, ${sizeOf(sizeBytes)} freed.`,
  notPruned: (place: string, why: string) => `${place} keeps what it has: ${why}`,
  toRetention: 'What is kept',
  stopped: 'Stopped by a person. Nothing partial was kept.',
  failed: (kind: JobKind) => `${jobNoun[kind]} failed`,
  /** What a failure left untouched. */
  safe: {
    backup: 'Earlier backups are as they were. What this one had written was removed.',
    verify: 'The backup itself was only read.',
    rehearse: 'Nothing was changed.',
    restore:
      'What the restore had made was taken back, as far as its log does not say otherwise. The backup was only read.',
    diff: 'Nothing was changed.',
    probe: 'Nothing was changed.',
    sweep: 'Nothing that is whole was removed.',
    undo: 'Both databases are still there.',
    release: 'What is live was not touched.',
    find: 'Nothing was written in the place, and nothing is remembered of it.',
    prune: 'Every backup that is listed is whole.',
    scrub: 'Stored backups are only read.',
    repair: 'The good copy was only read. The bad one is as it was, or its objects are whole.',
    purge: 'What was not destroyed is as it was, or says that it is not whole.',
    reseal: 'The earlier backup was only read. What this one had written was removed.',
    carry: 'The backup is as safe as before: where it was, or in the data folder. It is tried again.',
    thaw: 'The backup lies where it was. What was asked for before comes all the same.',
  } satisfies Record<JobKind, string>,
  retry: {
    backup: 'Back up again',
    verify: 'Prove again',
  } as Partial<Record<JobKind, string>>,
};
