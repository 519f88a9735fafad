/** `holdfast plan …`: schedules, as a person writes them in a terminal. */
import type { Plan, PlanCard, PlanRun, PlanSettings } from '../../shared/plan.ts';
import { backupPresets, recommended } from '../../shared/plan-presets.ts';
import { Fail } from '../../shared/failure.ts';
import type { DestinationId, JobId, SourceId } from '../../shared/id.ts';
import { placeCalled } from '../../shared/place-called.ts';
import { absolute, choice, timeSpan, wrongUsage, type Arguments } from './arguments.ts';
import type { Api, Command, Context } from './command.ts';
import { followOn } from './follow.ts';
import { iso, isoOrNull, moment, table } from './format.ts';
import { words } from './words.ts';

const schedules: Record<string, string> = {
  nightly: backupPresets[0]?.cron ?? recommended.backup,
  'working-hours': '0 9-17 * * 1-5',
  hourly: '0 * * * *',
  weekly: '0 2 * * 0',
};

const add: Command = {
  name: 'plan add',
  usage: 'NAME --source SOURCE … [--schedule WHEN] [options]',
  summary: 'back sources up by a schedule',
  details: `  --source SOURCE      may be given several times
  --schedule WHEN      nightly (default, 02:00), working-hours, hourly, weekly, or five cron fields: "0 2 * * *"
  --time-zone ZONE     such as Europe/Berlin; this machine's where it is left out
  --destination PLACE  where its backups go, a known place by name or folder; may be given several times
  --verify WHAT        of every backup, as soon as it is made: read (default), restore, none
  --proof WHEN         proofs by a restore at their own times: weekly (default, Sunday 03:00), none, or cron fields
  --proof-of WHICH     latest (default) or random-older
  --make-up-within T   how old a missed run may be when it is made up: 24h (default), 90m, 7d, 0
  --jitter T           begin up to this much later
  --on-battery, --on-metered WHAT   run (default) or wait
  --replace            change the plan of this name`,
  options: {
    source: { type: 'string', multiple: true },
    schedule: { type: 'string' },
    'time-zone': { type: 'string' },
    destination: { type: 'string', multiple: true },
    verify: { type: 'string' },
    proof: { type: 'string' },
    'proof-of': { type: 'string' },
    'make-up-within': { type: 'string' },
    jitter: { type: 'string' },
    'on-battery': { type: 'string' },
    'on-metered': { type: 'string' },
    replace: { type: 'boolean' },
  },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const written = settingsOf(args);
    const names = args.texts('source');
    if (names.length === 0) throw wrongUsage('--source is needed.');
    const api = await context.api();
    const known = await sourcesOf(api);
    const sources = names.map((name) => {
      const id = [...known].find(([, other]) => other === name)?.[0];
      if (id === undefined) throw new Fail('source.unknown', `There is no source named ${name}.`);
      return id;
    });
    const destinations = await placesOf(api, context.cwd, args.texts('destination'));
    const before = (await api.plan.list({})).find(({ plan }) => plan.name === written.name);
    const replaced = args.has('replace') && before !== undefined ? { planId: before.plan.id } : {};
    const card = await api.plan.save({ ...replaced, settings: { ...written, sources, destinations } });
    return {
      json: cardJson(card, known),
      text: cardText(card, known)
        .concat(await keptText(api))
        .join('\n'),
    };
  },
};

/** A plan's places are ones that are known: they are made, and looked at, elsewhere. Each by its name or as its folder. */
async function placesOf(api: Api, cwd: string, given: readonly string[]): Promise<DestinationId[]> {
  if (given.length === 0) return [];
  const { destinations } = await api.app.snapshot({});
  return given.map((text) => {
    const folder = absolute(cwd, text);
    const known = destinations.find(({ settings }) => settings.kind === 'folder' && settings.path === folder);
    if (known !== undefined && !destinations.some(({ name }) => name === text)) return known.id;
    return placeCalled(destinations, text).id;
  });
}

function settingsOf(args: Arguments): Omit<PlanSettings, 'sources' | 'destinations'> {
  const timeZone = args.text('time-zone') ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const schedule = args.text('schedule') ?? 'nightly';
  const proof = args.text('proof') ?? 'weekly';
  const which = choice(args, 'proof-of', ['latest', 'random-older'] as const) ?? recommended.proof.which;
  const cronOfProof = proof === 'weekly' ? recommended.proof.cron : proof;
  return {
    name: args.positionals[0] as string,
    backup: { cron: schedules[schedule] ?? schedule, timeZone },
    makeUpWithinMs: timeSpan(args, 'make-up-within', recommended.makeUpWithinMs),
    jitterMs: timeSpan(args, 'jitter', recommended.jitterMs),
    verifyEach: choice(args, 'verify', ['read', 'restore', 'none'] as const) ?? recommended.verifyEach,
    proof: proof === 'none' ? null : { cron: cronOfProof, timeZone, which },
    onBattery: choice(args, 'on-battery', ['run', 'wait'] as const) ?? recommended.onBattery,
    onMetered: choice(args, 'on-metered', ['run', 'wait'] as const) ?? recommended.onMetered,
  };
}

const list: Command = {
  name: 'plan list',
  usage: '',
  summary: 'the plans, and when they run next',
  options: {},
  places: { least: 0, most: 0 },
  async run(_args, context) {
    const api = await context.api();
    const known = await sourcesOf(api);
    const cards = await api.plan.list({});
    const rows = cards.map((card) => [
      card.plan.name,
      sourceNames(card.plan, known),
      `${card.words} (${card.plan.backup.timeZone})`,
      card.next[0] === undefined ? whyNot(card) : moment(card.next[0]),
      lastOf(card),
    ]);
    const titles = ['PLAN', 'SOURCES', 'SCHEDULE', 'NEXT', 'LAST RUN'].map((title) => ({ title }));
    const text = rows.length === 0 ? words.noPlans : [table(titles, rows), ...(await keptText(api))].join('\n');
    return { json: cards.map((card) => cardJson(card, known)), text };
  },
};

const show: Command = {
  name: 'plan show',
  usage: 'NAME',
  summary: 'one plan: its schedule, its next runs, what the last ones came to',
  options: {},
  places: { least: 1, most: 1 },
  async run(args, context) {
    const api = await context.api();
    const known = await sourcesOf(api);
    const card = await cardNamed(api, args);
    return {
      json: cardJson(card, known),
      text: cardText(card, known)
        .concat(await keptText(api))
        .join('\n'),
    };
  },
};

const remove: Command = {
  name: 'plan remove',
  usage: 'NAME',
  summary: 'forget a plan; its backups stay',
  options: {},
  places: { least: 1, most: 1 },
  async run(args, context) {
    const api = await context.api();
    const { plan } = await cardNamed(api, args);
    await api.plan.remove({ planId: plan.id });
    return { json: { removed: plan.name }, text: words.planRemoved(plan.name) };
  },
};

const pause: Command = {
  name: 'plan pause',
  usage: '(NAME | --all) [--for 2h]',
  summary: 'run nothing of a plan, or of all, until it is resumed or the time is over',
  options: { all: { type: 'boolean' }, for: { type: 'string' } },
  places: { least: 0, most: 1 },
  async run(args, context) {
    const ms = timeSpan(args, 'for', 0);
    const until = ms === 0 ? null : context.clock.now() + ms;
    refuseBoth(args);
    const api = await context.api();
    if (args.has('all')) {
      const { paused } = await api.plan.pauseAll({ until });
      return { json: { paused: true, until: isoOrNull(paused?.until ?? null) }, text: words.pausedUntil(until) };
    }
    const { plan } = await cardNamed(api, args);
    const card = await api.plan.pause({ planId: plan.id, until });
    return { json: cardJson(card, await sourcesOf(api)), text: words.pausedUntil(until) };
  },
};

const resume: Command = {
  name: 'plan resume',
  usage: '(NAME | --all)',
  summary: 'end a pause; what was due meanwhile is made up as one run',
  options: { all: { type: 'boolean' } },
  places: { least: 0, most: 1 },
  async run(args, context) {
    refuseBoth(args);
    const api = await context.api();
    if (args.has('all')) {
      await api.plan.resumeAll({});
      return { json: { paused: false }, text: words.resumed };
    }
    const { plan } = await cardNamed(api, args);
    const card = await api.plan.resume({ planId: plan.id });
    return { json: cardJson(card, await sourcesOf(api)), text: words.resumed };
  },
};

function refuseBoth(args: Arguments): void {
  if (args.has('all') === args.positionals.length > 0) throw wrongUsage('It takes either a NAME or --all.');
}

const runNow: Command = {
  name: 'plan run',
  usage: 'NAME',
  summary: 'run a plan now, whatever its schedule says, and wait for it',
  options: {},
  places: { least: 1, most: 1 },
  async run(args, context) {
    const api = await context.api();
    const { plan } = await cardNamed(api, args);
    const runs = await runPlan(api, plan, context);
    const known = await sourcesOf(api);
    return {
      json: runs.map((run) => runJson(run, known)),
      text: runs.map((run) => runText(run, known)).join('\n'),
      yes: runs.every(({ outcome }) => outcome === 'succeeded'),
    };
  },
};

/** Runs a plan and waits for the backups and for the proofs that it asks for. */
export async function runPlan(api: Api, plan: Plan, context: Context): Promise<PlanRun[]> {
  const { jobIds } = await api.plan.runNow({ planId: plan.id });
  const ended: PlanRun[] = [];
  for (const jobId of jobIds) ended.push(await followRun(api, plan, jobId, context));
  return ended;
}

/** A failed job is an answer here: the run says so. */
async function followRun(api: Api, plan: Plan, first: JobId, context: Context): Promise<PlanRun> {
  for (let jobId: JobId | null = first; jobId !== null;) {
    const followed: JobId = jobId;
    await followOn(context, api, async () => ({ jobId: followed })).catch((thrown: unknown) => {
      if (!(thrown instanceof Fail)) throw thrown;
    });
    const run = await runOf(api, plan, followed);
    if (run.outcome !== 'running' || run.jobId === followed) return run;
    jobId = run.jobId;
  }
  throw new Error('A run came to nothing');
}

async function runOf(api: Api, plan: Plan, jobId: JobId): Promise<PlanRun> {
  const card = (await api.plan.list({})).find((one) => one.plan.id === plan.id);
  const run = card?.runs.find(({ attempts }) => attempts?.some((attempt) => attempt.jobId === jobId) === true);
  if (run === undefined) throw new Fail('plan.gone', `The plan ${plan.name} was removed.`);
  return run;
}

async function cardNamed(api: Api, args: Arguments): Promise<PlanCard> {
  const name = args.positionals[0] as string;
  const card = (await api.plan.list({})).find(({ plan }) => plan.name === name);
  if (card === undefined) throw new Fail('plan.gone', `There is no plan named ${name}.`);
  return card;
}

type Names = Map<SourceId, string>;

const sourcesOf = async (api: Api): Promise<Names> =>
  new Map((await api.source.list({})).map(({ id, name }) => [id, name]));

const sourceNames = (plan: Plan, known: Names): string =>
  plan.sources.map((id) => known.get(id) ?? words.removedSource).join(', ');

function cardJson(card: PlanCard, known: Names): Record<string, unknown> {
  const { plan, next, nextProof, waiting, runs } = card;
  return {
    ...plan,
    createdAt: iso(plan.createdAt),
    paused: plan.paused === null ? null : { since: iso(plan.paused.since), until: isoOrNull(plan.paused.until) },
    sources: plan.sources.map((id) => known.get(id) ?? null),
    words: card.words,
    next: next.map(iso),
    nextProof: isoOrNull(nextProof),
    waiting: waiting === null ? null : { ...waiting, since: iso(waiting.since) },
    runs: runs.map((run) => runJson(run, known)),
  };
}

function runJson(run: PlanRun, known: Names): Record<string, unknown> {
  const { sourceId, what, dueAt, startedAt, standsFor, outcome, jobId, failure } = run;
  return {
    source: known.get(sourceId) ?? null,
    what,
    dueAt: iso(dueAt),
    startedAt: isoOrNull(startedAt),
    standsFor,
    outcome,
    jobId,
    failure,
    attempts: run.attempts?.length ?? 0,
  };
}

function cardText(card: PlanCard, known: Names): string[] {
  const { plan } = card;
  return [
    `${plan.name}: ${card.words} (${plan.backup.timeZone}), ${sourceNames(plan, known)}`,
    card.next[0] === undefined ? whyNot(card) : `Next: ${card.next.map(moment).join(', ')}`,
    ...(card.nextProof === null ? [] : [`Next proof by a restore: ${moment(card.nextProof)}`]),
    ...(card.waiting === null ? [] : [words.planWaits(card.waiting.detail)]),
    ...card.runs.map((run) => runText(run, known)),
  ];
}

function runText(run: PlanRun, known: Names): string {
  const name = known.get(run.sourceId) ?? words.removedSource;
  const many = run.standsFor > 1 ? ` (stands for ${run.standsFor})` : '';
  const why = run.failure === null ? '' : ` ${run.failure.message}`;
  return `${moment(run.dueAt)}  ${run.what} of ${name}${many}: ${run.outcome}.${why}`;
}

function lastOf(card: PlanCard): string {
  const last = card.runs.toSorted((a, b) => b.dueAt - a.dueAt)[0];
  return last === undefined ? '' : `${moment(last.dueAt)} ${last.outcome}`;
}

const whyNot = (card: PlanCard): string =>
  card.waiting === null ? words.pausedUntil(card.plan.paused?.until ?? null) : card.waiting.detail;

/** A plan that nobody keeps looks like one that is kept, so it is said. */
async function keptText(api: Api): Promise<string[]> {
  const { scheduler } = await api.app.snapshot({});
  return scheduler.active ? [] : [words.plansNotKept];
}

export const planCommands: Command[] = [add, list, show, remove, pause, resume, runNow];
