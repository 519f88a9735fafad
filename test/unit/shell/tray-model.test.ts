import { describe, expect, it } from 'vitest';
import type { JobId, SourceId } from '../../../src/shared/id.ts';
import type { Job, Progress } from '../../../src/shared/job.ts';
import type { Need, SourceStanding } from '../../../src/shared/overview.ts';
import { trayModel, type TrayFacts } from '../../../src/main/shell/tray-model.ts';
import { trayMenu } from '../../../src/main/shell/tray.ts';
import { vi } from 'vitest';

vi.mock('electron', () => ({}));

const now = Date.UTC(2026, 10, 19, 13, 8);
const at = (day: number, hour: number, minute = 0): number => Date.UTC(2026, 10, day, hour - 1, minute);

function standing(name: string, changes: Partial<SourceStanding> = {}): SourceStanding {
  return {
    sourceId: `src-${name.toLowerCase()}` as SourceId,
    name,
    state: 'protected',
    protectedUntil: at(19, 14, 5),
    provenUntil: at(19, 14, 5),
    limitMs: 26 * 3_600_000,
    lastBackup: null,
    lastProof: {
      backupId: 'bk-20261115-000000-aaaaaaaa' as never,
      at: at(15, 3, 10),
      verdict: 'proven',
      tables: 4,
      equalTables: 4,
      durationMs: 1,
    },
    next: null,
    jobs: [],
    strip: [],
    sizes: [],
    needs: [],
    estimate: null,
    restoreMs: null,
    ...changes,
  };
}

function facts(sources: SourceStanding[] | null, changes: Partial<TrayFacts> = {}): TrayFacts {
  return {
    overview: sources === null ? null : { at: now, sources, agenda: [] },
    scheduler: { active: true, paused: null },
    running: [],
    progress: new Map(),
    results: [],
    leaving: false,
    now,
    timeZone: 'Europe/Berlin',
    ...changes,
  };
}

const overdue: Need = {
  code: 'overdue',
  grade: 'attention',
  title: 'No backup for 26 h.',
  detail: '',
  action: 'back-up',
  jobId: null,
  failure: null,
};
const running = (source: string): Job =>
  ({ id: 'job-1' as JobId, kind: 'backup', sourceId: `src-${source}`, state: 'running', progress: null }) as Job;

describe('the tray says where every source stands, and which is too old (BS-17)', () => {
  it('one line for each source: until when it is protected, and when that was proven', () => {
    const { sources } = trayModel(facts([standing('Shop'), standing('Till', { lastProof: null })]));
    expect(sources.map(({ text }) => text)).toEqual([
      'Shop: protected to 14:05, proven Sunday',
      'Till: protected to 14:05, not proven yet',
    ]);
  });

  it('says up to when it is proven, where a later backup is not', () => {
    const [source] = trayModel(facts([standing('Shop', { provenUntil: at(15, 2, 0) })])).sources;
    expect(source?.text).toBe('Shop: protected to 14:05, proven to Sunday, 02:00');
  });

  it.each([
    ['partly', 'Shop: protected to 14:05, partly proven Sunday'],
    ['failed', 'Shop: protected to 14:05, proof failed Sunday'],
  ] as const)('never calls a proof that ended %s proven', (verdict, text) => {
    const source = standing('Shop');
    const lastProof = source.lastProof === null ? null : { ...source.lastProof, verdict };
    expect(trayModel(facts([{ ...source, lastProof }])).sources[0]?.text).toBe(text);
  });

  it('calls a backup that was only read back nothing but that', () => {
    const source = standing('Shop', { lastProof: null, lastRead: standing('Shop').lastProof?.at ?? 0 });
    expect(trayModel(facts([source])).sources[0]?.text).toBe('Shop: protected to 14:05, read back Sunday');
  });

  it('says what is wrong with one that needs a person, and what it is still protected to', () => {
    const needy = standing('Certificates', { state: 'needs-you', protectedUntil: at(18, 12, 2), needs: [overdue] });
    const model = trayModel(facts([needy, standing('Shop'), standing('Till')]));
    expect(model.lead).toBe('Certificates needs you. 2 are protected');
    expect(model.sources[0]?.text).toBe('Certificates: protected to yesterday, 12:02. No backup for 26 h');
    expect(model.image).toBe('needs-you');
  });

  it.each([
    [null, 'Looking at what is protected'],
    [[], 'Nothing is protected yet'],
    [[standing('Shop')], 'Shop is protected'],
    [[standing('Shop'), standing('Till')], 'All 2 sources are protected'],
    [[standing('Shop', { state: 'new', protectedUntil: null })], 'Nothing is backed up yet'],
    [[standing('Shop'), standing('Till', { state: 'new', protectedUntil: null })], '1 is protected, 1 not yet'],
    [[standing('Shop', { state: 'needs-you', protectedUntil: null, needs: [overdue] })], 'Shop needs you'],
  ])('leads with the one sentence that matters (%#)', (sources, lead) => {
    expect(trayModel(facts(sources)).lead).toBe(lead);
  });

  it('shows what runs and how far it is, and never that it is done', () => {
    const progress = new Map([['job-1' as JobId, { bytes: 999, totalBytes: 1_000 } as Progress]]);
    const model = trayModel(facts([standing('Shop')], { running: [running('shop')], progress }));
    expect(model.sources[0]?.text).toBe('Shop: backing up, 99 %');
    expect(model.image).toBe('working');
    expect(trayModel(facts([standing('Shop')], { running: [running('shop')] })).sources[0]?.text).toBe(
      'Shop: backing up',
    );
  });

  it('keeps asking for a person while something runs', () => {
    const needy = standing('Till', { state: 'needs-you', needs: [overdue] });
    expect(trayModel(facts([needy, standing('Shop')], { running: [running('shop')] })).image).toBe('needs-you');
  });

  it('offers to pause only where somebody keeps schedules, and says until when they rest', () => {
    expect(trayModel(facts([], { scheduler: { active: false, paused: null } })).schedules).toBeNull();
    const until = at(19, 15, 8);
    const paused = trayModel(facts([], { scheduler: { active: true, paused: { since: now, until } } })).schedules;
    expect(paused).toEqual({ paused: true, text: 'Resume schedules (paused to 15:08)' });
  });
});

describe('the menu of the tray', () => {
  const actions = new Proxy({}, { get: () => () => {} }) as Parameters<typeof trayMenu>[1];
  const labels = (given: TrayFacts): unknown[] =>
    trayMenu(trayModel(given), actions).map(({ label, type }) => label ?? type);

  it('has no entry that leads nowhere', () => {
    expect(labels(facts([], { scheduler: { active: false, paused: null } }))).toEqual([
      'Nothing is protected yet',
      'separator',
      'Open Holdfast',
      'Quit Holdfast',
    ]);
  });

  it('offers restore, backups and pauses where there is a source', () => {
    expect(labels(facts([standing('Shop')]))).toEqual([
      'Shop is protected',
      'Shop: protected to 14:05, proven Sunday',
      'separator',
      'Restore…',
      'Back up now',
      'Pause schedules',
      'separator',
      'Open Holdfast',
      'Quit Holdfast',
    ]);
  });
});
