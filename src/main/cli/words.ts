/** Every sentence of the terminal door. Facts, in the field's own terms; no exclamation marks. */
import type { BackupCard } from '../../shared/artifact.ts';
import { addressOf, type DestinationCard, type PlaceReport } from '../../shared/destination.ts';
import type { FoundReport } from '../../shared/found.ts';
import type { Job } from '../../shared/job.ts';
import type { Pin } from '../../shared/pin.ts';
import type { SourceStanding } from '../../shared/overview.ts';
import type { RepairReport } from '../../shared/scrub.ts';
import type { Source } from '../../shared/source.ts';
import type { VerifyReport } from '../../shared/verify.ts';
import { bytes } from '../../shared/bytes.ts';
import type { DirectChoice } from '../../shared/direct.ts';
import { count, plural } from '../../shared/plural.ts';
import { moment } from './format.ts';

const passwords: Record<string, string> = {
  'password-stdin': 'Password of the database',
  'ssh-password-stdin': 'Password of the SSH server',
  'ssh-jump-password-stdin': 'Password of the SSH jump host',
};

export const words = {
  tagline: 'Holdfast: backups you can prove, restores you can undo.',
  moreHelp: 'holdfast COMMAND --help says more. --json prints one JSON document and nothing else.',
  exitCodes: 'Exit codes: 0 done, 1 the answer is no, 2 wrong usage, 3 failed, 130 interrupted.',
  unknownCommand: 'There is no such command.',
  noCommand: 'Which command?',
  helpHint: 'holdfast --help lists the commands.',
  commandHint: (name: string): string => `holdfast ${name} --help shows how it is written.`,

  standing: {
    protected: 'protected',
    'needs-you': 'needs you',
    working: 'working',
    paused: 'paused',
    new: 'not backed up yet',
  } satisfies Record<SourceStanding['state'], string>,
  proveKit: (name: string): string => `holdfast kit print ${name} --to kit.html, then holdfast kit prove ${name}.`,
  kit: ({ name, seal, recovery }: DestinationCard): string =>
    [
      `Key of ${name}: ${recovery?.keyId ?? 'none'}. ${seal === true ? 'What goes there is sealed.' : 'What goes there is not sealed now.'}`,
      recovery === undefined || recovery.provenAt === null
        ? 'Its recovery kit was never proven.'
        : `Its recovery kit was proven on ${moment(recovery.provenAt)}.`,
    ].join('\n'),
  kitRotated: ({ name, recovery }: DestinationCard): string =>
    [
      `What goes to ${name} is sealed with the new key ${recovery?.keyId ?? ''} from now on.`,
      'Keep the earlier kit: it opens what was sealed before.',
      `The new kit was never proven: ${words.proveKit(name)}`,
    ].join('\n'),
  behind: (name: string, backups: number, sizeBytes: number): string =>
    backups === 0
      ? `Every backup in ${name} is sealed as the place is sealed now.`
      : `${plural(backups, 'backup')} in ${name} (${bytes(sizeBytes)}) ${backups === 1 ? 'is' : 'are'} not sealed as the place is sealed now.`,
  behindWhy: {
    'earlier-key': 'sealed with an earlier key',
    'key-added': 'not sealed for a key that was added',
    'key-removed': 'sealed for a key that was removed',
    open: 'not sealed',
  },
  resealStep: {
    queued: 'waits for its turn',
    sealing: 'is being sealed anew',
    storing: 'the new one is not in every place yet',
    proving: 'the new one is being proven',
    removing: 'the earlier one is being removed',
    held: 'both stay: the earlier one is held',
    stays: 'the earlier one stays',
  },
  insteadOf: (earlier: string): string => `sealed anew from ${earlier}, which is still there`,
  resealed: (done: number): string => `${plural(done, 'backup')} sealed anew.`,
  resealStopped: (name: string, going: number): string =>
    going === 0
      ? `Nothing more of ${name} is sealed anew.`
      : `Nothing more of ${name} is begun; ${plural(going, 'backup')} that ${going === 1 ? 'has its' : 'have their'} new one ${going === 1 ? 'is' : 'are'} carried to the end.`,
  kitPrinted: (name: string, file: string): string =>
    `The recovery kit of ${name} is in ${file}. Print it, delete the file, and then: holdfast kit prove ${name}`,
  sealed: ({ name, seal, recovery }: DestinationCard): string => {
    if (seal !== true) return `What goes to ${name} is not sealed from now on. Earlier sealed backups stay sealed.`;
    const now = `What goes to ${name} is sealed from now on (key ${recovery?.keyId ?? 'unknown'}).`;
    if (recovery !== undefined && recovery.provenAt !== null) return now;
    return `${now}\nIts recovery kit was never proven: without it a lost computer is a lost backup.`;
  },

  askPurge: (wanted: string): string => `This cannot be undone. Type this to destroy them: ${wanted}`,
  purgeRecorded: (file: string): string => `The record is in ${file}. Print it, or keep it where your records are.`,

  placeWell: 'Nothing to do.',
  lifecycleAsk: 'Nothing was changed. --yes sets it.',
  lockAsk: 'Nothing was changed. --accept sets it.',
  sweepable: (orphans: number, unfinished: number): string =>
    orphans + unfinished === 0
      ? 'Nothing that could be removed.'
      : `${plural(orphans, 'orphan')} and ${plural(unfinished, 'unfinished upload')} can be removed: --yes does it.`,
  nothingToScrub: 'No place holds a backup yet.',
  repairHint: (name: string): string =>
    `holdfast scrub state ${name} shows where a good copy is; holdfast scrub repair BACKUP --in ${name} brings it here.`,
  repaired: (name: string, { replaced, copiedBytes, remains }: RepairReport): string =>
    [
      replaced.length === 0
        ? `Nothing had to be replaced in ${name}: the copy was read whole.`
        : `${plural(replaced.length, 'object')} replaced in ${name} (${bytes(copiedBytes)}), and the whole copy read back.`,
      ...remains,
    ].join('\n'),
  askKit: 'The 64 digits of the recovery kit (empty: nothing there is sealed): ',
  foundBackups: ({ backups, added, destination }: FoundReport): string =>
    `${plural(backups, 'backup')} in ${destination.name}${added === backups ? '' : `, ${count(added)} of them new here`}.`,
  foundClosed: (backups: number, keyId: string): string =>
    `${plural(backups, 'more backup')} ${backups === 1 ? 'is' : 'are'} sealed for others (${keyId}), and not listed.`,
  foundWithoutManifest: (backups: number): string =>
    `The data of ${plural(backups, 'backup')} lies there without a manifest: still being stored, left behind, or not listed.`,
  foundSkipped: (key: string, why: string): string => `Not a whole backup: ${key}: ${why}`,
  foundMoreSkipped: (more: number): string =>
    `And ${plural(more, 'more file')} that ${more === 1 ? 'is' : 'are'} no whole backup.`,
  foundNext: 'Nothing of this was read yet: holdfast verify SOURCE@latest proves one. holdfast list shows all.',

  askPlaceSecret: (address: string): string => `Secret of ${address}: `,
  askDeletionSecret: (login: string): string => `Secret of ${login}, for deletions: `,
  noPlaces: 'No destination yet. Backups go to the data folder; holdfast destination add names another place.',
  placeRemoved: (name: string): string => `${name} is forgotten. What lies there stays.`,
  goesDirect: (when: DirectChoice): string =>
    when === 'always'
      ? 'Straight to its first place: nothing is kept in the data folder, and what breaks off begins anew'
      : 'Straight to its first place where the data folder has no room',
  placeLimits: ({ maxBytesPerSecond, maxFileBytes }: DestinationCard): string[] => [
    ...(maxBytesPerSecond === undefined ? [] : [`At most ${bytes(maxBytesPerSecond)} a second go there.`]),
    ...(maxFileBytes === undefined ? [] : [`Files above ${bytes(maxFileBytes)} lie there in numbered parts.`]),
  ],
  placeChanged: (card: DestinationCard): string => {
    const { name, settings, sealKeys = [], keysAlone } = card;
    return [
      `${name} is changed: ${addressOf(settings)}`,
      ...words.placeLimits(card),
      ...sealKeys.map(
        ({ fingerprint, label, expiresAt }) =>
          `Sealed for ${label} (key-${fingerprint})${expiresAt === null ? '' : `, until that key ends on ${moment(expiresAt)}`}.`,
      ),
      ...(keysAlone === true ? [words.unauthenticated] : []),
    ].join('\n');
  },
  unauthenticated:
    'Unauthenticated: sealed for public keys alone. This computer cannot open it, and nobody can say who wrote it.',
  placeKept: (card: DestinationCard): string => {
    const { name, seal, settings } = card;
    const kept = [`${name} is kept: ${addressOf(settings)}`, ...words.placeLimits(card)].join('\n');
    if (seal !== true) return settings.kind === 'folder' ? kept : `${kept}\nWhat goes there is NOT sealed.`;
    return `${kept}\nWhat goes there is sealed. Its recovery kit was never proven: without it a lost computer is a lost backup.`;
  },
  placeTested: (
    { steps, oneWinner, mayOverwrite, mayRemove, backups }: PlaceReport,
    policy: string | null,
    notes: readonly string[],
  ): string => {
    const says = { put: 'store', read: 'read back', range: 'read a part', list: 'list', refuse: 'refuse to replace' };
    const lines = steps.map(
      ({ what, outcome, message }) =>
        `${outcome === 'ok' ? 'ok    ' : 'FAILED'}  ${says[what]}${message === '' ? '' : `: ${message}`}`,
    );
    if (oneWinner === false) lines.push('Of two machines that store the same name at once, the later may win here.');
    if (mayRemove || mayOverwrite)
      lines.push(
        `The key on this computer could destroy ${backups ?? 'all'} backups there (${[mayRemove ? 'remove' : '', mayOverwrite ? 'overwrite' : ''].filter(Boolean).join(', ')}).`,
      );
    lines.push(...notes);
    if (policy !== null)
      lines.push(`Rights without the one to remove, where what is overwritten is kept by versions:\n${policy}`);
    if (mayRemove) lines.push('Another login can remove instead: holdfast destination change NAME --deletion-login …');
    return lines.join('\n');
  },

  cancelling: 'Cancelling. Press Ctrl-C once more to stop at once.',
  stopping: 'Stopping. Press Ctrl-C once more to stop at once.',
  cancelled: 'Cancelled. Nothing partial was kept.',
  cancelledElsewhere: 'The job was cancelled from another terminal. Nothing partial was kept.',
  queued: 'Waiting for another job to end',
  windowAt: (role: 'owner' | 'guest', home: string): string =>
    role === 'owner'
      ? `Holdfast is open in the browser, with the data folder ${home}.`
      : `Holdfast is open in the browser, beside the Holdfast that owns ${home} already.`,
  link: (url: string): string => `\n  ${url}\n`,
  linkOpened: 'The browser opens by itself; the link is for another one. It works once.',
  linkHow: (why: string): string => `${why} Open this link in a browser of this computer. It works once.`,
  linkMore: 'Press Enter for a new link, Ctrl-C to end.',
  linkUsed: 'A browser came in. The next link, for another one:',
  closingWindow: 'Closing. Press Ctrl-C once more to stop at once.',
  windowClosed: 'Closed.',
  finishing: 'Finishing a job of another terminal …',

  hostKeyHint: 'Print it on the server: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
  passwordFor: (option: string): string => passwords[option] ?? 'Password',
  askPassword: (user: string, host: string): string => `Password of ${user} on ${host} (empty for none): `,

  sourceKept: (source: Source): string =>
    `Saved ${source.name}: ${describeSource(source)}. holdfast backup ${source.name} makes its first backup.`,
  sourceRemoved: (name: string): string => `Removed ${name}. Its backups stay where they are.`,
  noSources: 'No sources yet. holdfast source add NAME --file FILE adds a SQLite file, --url URL a PostgreSQL server.',
  allDatabases: (names: readonly string[]): string => `All databases of the server: ${names.join(', ')}.`,

  backupMade: (card: BackupCard, took: string, tables: number, rows: number): string =>
    `${card.backupId}: ${plural(tables, 'table')}, ${plural(rows, 'row')}, ${bytes(card.sizeBytes)} in ${took}.`,
  notComplete: 'Not complete. It leaves out:',
  proveIt: (id: string): string => `holdfast verify ${id} proves that it restores.`,
  notStored: (place: string, why: string): string => `Not stored in ${place}: ${why}`,
  placeWaits: (place: string, why: string): string =>
    `${place} does not have it yet; it is brought there later.${why === '' ? '' : ` ${why}`}`,
  nothingWaits: 'Nothing waits: every dump is in its places.',
  nothingToCarry: 'Nothing to bring: no place waits.',
  carried: (id: string, place: string): string => `${id} is in ${place}.`,
  carryDetails: `Without a backup: whatever waits, or waits for the place of --to. With one: into every place that waits for it
or gave it up, or into the place of --to. --missing also brings what was never to be in that place.
A dump that is kept in the data folder goes from there; anything else is copied from a place that has it.`,
  discardDetails: `The dump is nowhere else: once it is removed, what it holds can only be dumped again. What is on its way is stopped and
taken back. A backup that some place has is never removed by this; holdfast carry BACKUP tries its places again at once.
  --confirm BACKUP  for scripts: its id once more`,
  askDiscard: (id: string, source: string, taken: string, size: string): string =>
    `${id} of ${source}, taken ${taken}, ${size}, is nowhere else. Type its id to remove it for good:`,
  discarded: (id: string): string => `${id} is gone.`,
  leftOfDiscarded: (place: string): string =>
    `${place} could not be asked: what is left of it there goes with holdfast destination sweep ${place}.`,
  noBackups: 'No backups yet.',
  pinned: (id: string, pin: Pin): string =>
    `${id} stays, ${pin.hold ? 'held' : pin.until === null ? 'pinned' : `pinned until ${moment(pin.until)}`}: ${pin.reason}`,
  pinBeaten: (place: string, at: number, rule: string): string =>
    `${place} deletes its copy ${moment(at)} all the same, by its own rule ${rule}, which knows no pin: give that rule more days, or carry the backup to another place.`,
  unpinned: (id: string): string => `${id} is not pinned any more. From now on the rules decide.`,
  noRules: 'No rules: every backup is kept. holdfast retention set makes one.',
  ruleOf: (name: string, rule: string): string => `${name} keeps ${rule}.`,
  lineOf: (source: string, place: string, rules: readonly string[], applied: boolean): string =>
    `${source} in ${place} keeps ${rules.length === 0 ? 'everything' : rules.join(', and ')}.${applied ? ' Applied.' : ' Not applied yet.'}`,
  wouldGo: (backups: string, size: string, preview: string): string =>
    `${backups} would go, ${size}. Nothing was deleted. holdfast retention apply ${preview} deletes them.`,
  nothingGoes: (preview: string): string =>
    `Nothing would go now. holdfast retention apply ${preview} lets the rule work after every backup of a plan.`,
  pruned: (backups: number, sizeBytes: number): string => `Removed ${plural(backups, 'backup')}, ${bytes(sizeBytes)}.`,

  verdicts: {
    proven: 'Proven: everything that the manifest promises was restored and found equal.',
    partly: 'Partly: nothing wrong was found, but not everything could be checked.',
    failed: 'Failed: something is wrong or missing.',
  } satisfies Record<VerifyReport['verdict'], string>,
  readOnly: 'Every stored byte was read. A restore is what proves: holdfast verify --level restore.',
  restored: {
    equal: 'Equal: every count and digest of the manifest was found again.',
    different: 'Different: the data is there, but not the same.',
    failed: 'Failed: the data did not come back equal. The live database is as it was.',
  },
  blocked: 'The rehearsal found something that blocks this restore.',
  replaces: (lost: number, back: number): string =>
    `${plural(lost, 'row')} of the live database ${lost === 1 ? 'disappears' : 'disappear'}, ${plural(back, 'row')} ${back === 1 ? 'comes' : 'come'} back.`,
  replacesUncounted: 'The live database could not be counted. Nobody can say what disappears.',
  keptAs: (name: string, until: string): string => `What is live now stays as ${name}, until ${until} at least.`,
  wasKeptAs: (name: string, until: string): string => `What was live is kept as ${name}, until ${until} at least.`,
  askReplace: (confirm: string): string => `To replace it, type its name: ${confirm}`,
  undone: (keptAs: string, target: string): string => `${keptAs} is the ${target} again.`,
  undoCost: (lost: number, back: number): string =>
    `${plural(lost, 'row')} written since ${lost === 1 ? 'is' : 'are'} not in it, ${plural(back, 'row')} ${back === 1 ? 'is' : 'are'} back.`,
  undoIt: (id: string): string => `holdfast restore undo ${id} brings the earlier one back.`,
  askRelease: (keptAs: string): string =>
    `It cannot be brought back afterwards. To remove it, type its name: ${keptAs}`,
  released: (keptAs: string): string => `Removed ${keptAs}.`,
  noRestores: 'No restore in place yet.',
  fromBackup: (row: number | null): string => (row === null ? '-' : count(row)),

  noDifference: 'No table differs.',
  someDiffer: (differing: number): string => `${plural(differing, 'table')} ${differing === 1 ? 'differs' : 'differ'}.`,
  noPlans: 'No plans yet. holdfast plan add NAME --source SOURCE makes one.',
  planRemoved: (name: string): string => `Removed the plan ${name}. Its backups stay where they are.`,
  planWaits: (detail: string): string => `Due, and waiting: ${detail}`,
  plansNotKept:
    'Nobody keeps plans on this data folder now: holdfast serve --schedule does, or the app while it is open.',
  plansKept: 'Plans are kept.',
  keepsPlans: (home: string): string => `Keeping the plans of ${home}. Ctrl-C ends it, after what runs.`,
  waitsForOwner: 'Another Holdfast owns this data folder. Plans are kept here as soon as it leaves.',
  serviceInstalled: (file: string): string => `Installed ${file}. Plans are kept from the start of this machine on.`,
  serviceNoRun: 'No plan was run. holdfast plan add makes one, holdfast plan run runs it.',
  serviceState: (state: string): string => `The service is ${state}.`,
  serviceAbsent: 'The service is not installed.',
  serviceRemoved: (file: string): string =>
    `Stopped the service and removed ${file}. Plans and backups stay; so does lingering: loginctl disable-linger ends it.`,
  lingers: 'It runs while nobody is logged in (lingering is on).',
  lingersNot: (why: string): string =>
    `It runs only while you are logged in: ${why} An administrator can run loginctl enable-linger for you.`,
  removedSource: '(removed)',
  pausedUntil: (until: number | null): string =>
    until === null ? 'Paused until it is resumed.' : `Paused until ${moment(until)}.`,
  resumed: 'Resumed. What was due meanwhile is made up as one run.',

  protectedBy: (id: string): string => `Backed up: ${id}.`,
  proofHeld: (level: 'read' | 'restore'): string =>
    level === 'restore' ? 'Proven by a restore.' : 'Every stored byte was read.',
  proofDidNotHold: (verdict: VerifyReport['verdict']): string =>
    `The proof came to “${verdict}”. Nothing of the command was run.`,
  commandNotRun: 'Nothing of the command was run.',
  notStarted: (program: string): string => `${program} could not be started.`,
  commandFailed: (program: string, code: number): string =>
    `${program} ended with ${code}. The backup from before restores with:`,

  noJobs: 'No jobs yet.',
  noLog: 'This job wrote no log.',
  jobCancelled: (job: Job): string => `${job.id}: ${job.state}.`,
  rebuilt: (backups: number, skipped: number): string =>
    `The catalog was made again from ${plural(backups, 'manifest')}.${skipped === 0 ? '' : ` ${plural(skipped, 'file')} could not be read:`}`,
  doctorOk: 'Everything that Holdfast needs is here.',
  doctorNot: 'Something stands in the way of a backup.',
  auditIntact: (entries: number): string => `${plural(entries, 'entry', 'entries')}, none changed.`,
  auditBroken: (at: number | null): string => `The trail was changed outside Holdfast, at line ${at ?? '?'}.`,
  noAudit: 'The trail is empty.',
};

/** `SQLite file /srv/shop.db`, `PostgreSQL ada@db.example.com:5432, databases shop, blog`. */
export function describeSource(source: Source): string {
  const { settings } = source;
  if (settings.kind === 'sqlite') return `SQLite file ${settings.file}`;
  const many = settings.databases.length > 1;
  return `PostgreSQL ${settings.user}@${settings.host}:${settings.port}, database${many ? 's' : ''} ${settings.databases.join(', ')}`;
}
