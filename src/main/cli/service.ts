/** `holdfast service …`: plans are kept on a machine without a desktop, by a systemd service of this account. */
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Fail } from '../../shared/failure.ts';
import type { PlanCard, PlanRun } from '../../shared/plan.ts';
import { isProgram } from '../base/file.ts';
import { desktopEnvironment } from '../base/environment.ts';
import { writePrivateFile } from '../base/private-file.ts';
import { run } from '../base/run.ts';
import { wrongUsage } from './arguments.ts';
import type { Command, Context } from './command.ts';
import { iso, moment } from './format.ts';
import { runPlan } from './plan.ts';
import { unitName, unitText } from './service-unit.ts';
import { words } from './words.ts';

/** How long the service may take until it owns the data folder. */
const startMs = 30_000;
const lookMs = 200;

const install: Command = {
  name: 'service install',
  usage: '[--no-run]',
  summary: 'keep plans on this machine from its start on, without a desktop (systemd)',
  details: `Writes ~/.config/systemd/user/${unitName}, starts it, and shows that it works: its first plan is run once.
Passwords have to be kept under a passphrase in a file (HOLDFAST_PASSPHRASE_FILE): without a desktop nobody unlocks a
keychain. Lingering is switched on, so that it runs while nobody is logged in.

  --no-run   do not run a plan now`,
  options: { 'no-run': { type: 'boolean' } },
  places: { least: 0, most: 0 },
  async run(args, context) {
    const systemd = await systemdOf(context);
    const passphraseFile = await checkedPassphrase(context);
    await context.leave();
    const file = unitFile(context);
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    const { home, path: folders } = context.env;
    writePrivateFile(file, unitText({ program: context.program, home, passphraseFile, path: folders }));
    await systemd.must('daemon-reload');
    await systemd.must('enable', unitName);
    await systemd.must('restart', unitName);
    const linger = await lingering(context);
    await ownedByService(context);
    const runs = args.has('no-run') ? [] : await proveOnce(context);
    return {
      json: { unit: file, linger: linger === null, lingerProblem: linger, runs: runs.map(briefRun) },
      text: [
        words.serviceInstalled(file),
        linger === null ? words.lingers : words.lingersNot(linger),
        ...(runs.length === 0 ? [words.serviceNoRun] : runs.map((one) => `  ${runLine(one)}`)),
      ].join('\n'),
      yes: runs.every(({ outcome }) => outcome === 'succeeded'),
    };
  },
};

const status: Command = {
  name: 'service status',
  usage: '',
  summary: 'whether the service runs, and what its last runs came to',
  options: {},
  places: { least: 0, most: 0 },
  async run(_args, context) {
    const systemd = await systemdOf(context);
    const installed = existsSync(unitFile(context));
    const state = await systemd.show(unitName, ['ActiveState', 'UnitFileState', 'NRestarts']);
    const api = await context.api();
    const { scheduler } = await api.app.snapshot({});
    const cards = await api.plan.list({});
    const active = state['ActiveState'] === 'active';
    const linger = await lingerState(context);
    return {
      json: {
        installed,
        active,
        enabled: state['UnitFileState'] === 'enabled',
        restarts: Number(state['NRestarts'] ?? 0),
        linger,
        keepsPlans: scheduler.active,
        plans: cards.map((card) => ({ name: card.plan.name, next: card.next.map(iso), runs: card.runs.map(briefRun) })),
      },
      text: [
        installed ? words.serviceState(state['ActiveState'] ?? 'unknown') : words.serviceAbsent,
        scheduler.active ? words.plansKept : words.plansNotKept,
        ...cards.flatMap(planLines),
      ].join('\n'),
      yes: installed && active && scheduler.active,
    };
  },
};

const remove: Command = {
  name: 'service remove',
  usage: '',
  summary: 'stop the service and take its file away; plans and backups stay',
  options: {},
  places: { least: 0, most: 0 },
  async run(_args, context) {
    const systemd = await systemdOf(context);
    const file = unitFile(context);
    if (!existsSync(file)) throw new Fail('service.not-installed', `There is no ${file}.`);
    await systemd.must('disable', '--now', unitName);
    await rm(file, { force: true });
    await systemd.must('daemon-reload');
    return { json: { removed: file }, text: words.serviceRemoved(file) };
  },
};

const unitFile = (context: Context): string => path.join(context.env.userHome, '.config', 'systemd', 'user', unitName);

interface Systemd {
  /** @throws Fail `service.failed` with its own words */
  must(...args: string[]): Promise<void>;
  show(unit: string, properties: string[]): Promise<Record<string, string>>;
}

/** @throws Fail `service.no-systemd` where none runs for this account. */
async function systemdOf(context: Context): Promise<Systemd> {
  const program = programNamed(context, 'systemctl');
  if (program === undefined) throw new Fail('service.no-systemd', 'There is no systemctl here.');
  const ask = (...args: string[]) => run(program, ['--user', ...args], { env: desktopEnvironment() });
  const answered = await ask('show', '--property=Version', '--value');
  if (answered.code !== 0 || answered.stdout.trim() === '') {
    const why = answered.stderr.trim().split('\n')[0] ?? '';
    throw new Fail('service.no-systemd', `No systemd answers for ${context.env.account}. ${why}`.trim());
  }
  return {
    must: async (...args) => {
      const { code, stderr } = await ask(...args);
      if (code !== 0) throw new Fail('service.failed', `systemctl --user ${args.join(' ')}: ${stderr.trim()}`);
    },
    show: async (unit, properties) => {
      const { stdout } = await ask('show', unit, ...properties.map((name) => `--property=${name}`));
      return Object.fromEntries(
        stdout.split('\n').map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
      );
    },
  };
}

const programNamed = (context: Context, name: string): string | undefined =>
  context.env.path.map((folder) => path.join(folder, name)).find(isProgram);

/** The service opens the vault with nobody there: it has to be one that a passphrase in a file opens, and does. */
async function checkedPassphrase(context: Context): Promise<string> {
  const { passphraseFile } = context.env;
  if (passphraseFile === undefined) throw new Fail('service.no-passphrase', 'HOLDFAST_PASSPHRASE_FILE is not set.');
  if (!path.isAbsolute(passphraseFile)) throw wrongUsage('HOLDFAST_PASSPHRASE_FILE has to be an absolute path.');
  // Opening the house opens the vault: a wrong passphrase ends here.
  const { keeper } = await (await context.api()).app.doctor({});
  if (keeper.kind !== 'passphrase')
    throw new Fail('service.no-passphrase', `Passwords are kept elsewhere: ${keeper.detail}`);
  return passphraseFile;
}

/** @returns why lingering could not be switched on; null where it is on. */
async function lingering(context: Context): Promise<string | null> {
  if ((await lingerState(context)) === true) return null;
  const program = programNamed(context, 'loginctl');
  if (program === undefined) return 'There is no loginctl here.';
  const { code, stderr } = await run(program, ['enable-linger', context.env.account], { env: desktopEnvironment() });
  return code === 0 ? null : stderr.trim() || `loginctl ended with ${code}.`;
}

async function lingerState(context: Context): Promise<boolean | null> {
  const program = programNamed(context, 'loginctl');
  if (program === undefined) return null;
  const args = ['show-user', context.env.account, '--property=Linger', '--value'];
  const { code, stdout } = await run(program, args, { env: desktopEnvironment() });
  return code === 0 ? stdout.trim() === 'yes' : null;
}

/** Only then is this command its guest; before, it would take the data folder for itself. */
async function ownedByService(context: Context): Promise<void> {
  const until = context.clock.elapsed() + startMs;
  while (!existsSync(path.join(context.env.home, 'owner.json'))) {
    if (context.clock.elapsed() > until)
      throw new Fail('service.failed', 'The service was started and does not own the data folder.');
    await context.clock.sleep(lookMs);
  }
}

/** The first plan, run by the service. */
async function proveOnce(context: Context): Promise<PlanRun[]> {
  const api = await context.api();
  const { scheduler } = await api.app.snapshot({});
  if (!scheduler.active) throw new Fail('service.failed', 'The service runs and keeps no plans.');
  const [first] = await api.plan.list({});
  return first === undefined ? [] : runPlan(api, first.plan, context);
}

const briefRun = ({ what, dueAt, outcome, failure }: PlanRun): Record<string, unknown> => ({
  what,
  dueAt: iso(dueAt),
  outcome,
  failure,
});

const runLine = ({ what, dueAt, outcome, failure }: PlanRun): string =>
  `${moment(dueAt)}  ${what}: ${outcome}.${failure === null ? '' : ` ${failure.message}`}`;

const planLines = ({ plan, next, runs }: PlanCard): string[] => [
  `${plan.name}: ${next[0] === undefined ? 'no next run' : `next ${moment(next[0])}`}`,
  ...runs.map((one) => `  ${runLine(one)}`),
];

export const serviceCommands: Command[] = [install, status, remove];
