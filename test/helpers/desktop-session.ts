/**
 * A desktop session of its own: a message bus, a home folder, and a secret service that is started, locked, frozen and
 * ended at will. `runInSession` is for the test; the rest is for the script that runs inside.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from './temp.ts';

const daemonProgram = '/usr/bin/gnome-keyring-daemon';
const busProgram = '/usr/bin/dbus-run-session';
const gdbusProgram = '/usr/bin/gdbus';

/** What is missing for a session, as `needs` wants it. */
export function desktopSessionMissing(): string | undefined {
  const absent = [daemonProgram, busProgram, gdbusProgram].filter((program) => !existsSync(program));
  return absent.length === 0
    ? undefined
    : `${absent.join(', ')} not installed (Debian: gnome-keyring dbus libglib2.0-bin)`;
}

/** What became of each part of the script: undefined where it held, else what went wrong. */
export type Findings = Record<string, string | null>;

/** Runs a script of named parts (see {@link tell}) in a new session and returns what it told. */
export async function runInSession(script: string): Promise<Findings> {
  const home = tempFolder('session');
  const runtime = join(home, 'run');
  mkdirSync(runtime, { mode: 0o700 });
  const config = join(home, 'bus.conf');
  // No activation: a service runs where the script starts it, and nowhere else.
  writeFileSync(
    config,
    `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
     <busconfig><type>session</type><listen>unix:dir=${runtime}</listen><auth>EXTERNAL</auth>
     <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`,
  );
  const child = spawn(busProgram, [`--config-file=${config}`, '--', process.execPath, script], {
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      XDG_RUNTIME_DIR: runtime,
      XDG_DATA_HOME: join(home, 'data'),
      LC_ALL: 'C.UTF-8',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  const last = out.trimEnd().split('\n').at(-1) ?? '';
  if (code !== 0 || !last.startsWith('{'))
    throw new Error(`The script in the session ended with ${String(code)}:\n${out}${err}`);
  return JSON.parse(last) as Findings;
}

/** Inside: runs the parts one after the other and tells what became of them. */
export async function tell(parts: Record<string, () => Promise<void>>): Promise<void> {
  const findings: Findings = {};
  for (const [name, part] of Object.entries(parts)) {
    try {
      await part();
      findings[name] = null;
    } catch (error) {
      findings[name] = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
  }
  process.stdout.write(`${JSON.stringify(findings)}\n`);
}

let daemon: ChildProcess | undefined;
// A script that fails takes its daemon along.
process.once('exit', () => daemon?.kill('SIGKILL'));

/** Inside: starts GNOME Keyring; its login collection is open with a password and locked without. */
export async function startDaemon(password: string | undefined): Promise<void> {
  const args = password === undefined ? ['--start'] : ['--unlock'];
  daemon = spawn(daemonProgram, [...args, '--components=secrets', '--foreground'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  daemon.stdin?.end(password ?? '');
  await ask('wait', '--session', '--timeout', '20', 'org.freedesktop.secrets');
}

/** Inside: ends the daemon and waits until it is gone. */
export async function stopDaemon(): Promise<void> {
  const ending = daemon;
  daemon = undefined;
  if (ending === undefined || ending.exitCode !== null) return;
  const gone = new Promise((resolve) => ending.once('exit', resolve));
  ending.kill('SIGKILL');
  await gone;
}

/** Inside: the daemon neither answers nor ends. */
export function freezeDaemon(): void {
  daemon?.kill('SIGSTOP');
}

/** Inside: locks the login collection, as a screen lock can. */
export async function lockCollection(): Promise<void> {
  const secrets = ['--session', '--dest', 'org.freedesktop.secrets', '--object-path', '/org/freedesktop/secrets'];
  const collections = "['/org/freedesktop/secrets/collection/login']";
  await ask('call', ...secrets, '--method', 'org.freedesktop.Secret.Service.Lock', collections);
}

async function ask(...args: string[]): Promise<void> {
  const asking = spawn(gdbusProgram, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  asking.stderr.on('data', (text: Buffer) => (words += text.toString()));
  const code = await new Promise((resolve) => asking.once('close', resolve));
  if (code !== 0) throw new Error(`gdbus ${args[0]} ended with ${String(code)}: ${words}`);
}
