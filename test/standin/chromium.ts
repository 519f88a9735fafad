/** The one Chromium behind all windows of a stand-in. It ends with this process. */
import { chromium, type Browser } from '@playwright/test';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, watch } from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';

const program = process.env['HOLDFAST_CHROMIUM'] ?? '/usr/bin/chromium';
const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-extensions',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0',
  // Beside the port: Chromium ends when this pipe is closed, also by the kill of whoever holds it.
  '--remote-debugging-pipe',
];

export const endpoint: Promise<string> = start();
export const browser: Promise<Browser> = endpoint.then((address) => chromium.connectOverCDP(address));

async function start(): Promise<string> {
  const profile = path.join(process.env['STANDIN_FOLDER'] ?? '/tmp', 'chromium');
  mkdirSync(profile, { recursive: true });
  const child = spawn(program, [...flags, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  // It must not keep this process from ending.
  child.unref();
  for (const pipe of child.stdio.slice(3)) (pipe as Socket | null)?.unref();
  process.on('exit', () => child.kill('SIGKILL'));
  const gone = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Chromium ended with ${code}.`)));
  });
  gone.catch(() => {});
  const port = await Promise.race([portIn(profile), gone]);
  return `http://127.0.0.1:${port}`;
}

/** Chromium writes its port into its profile as soon as it listens. */
function portIn(profile: string): Promise<string> {
  const file = path.join(profile, 'DevToolsActivePort');
  return new Promise((resolve) => {
    const look = (): boolean => {
      const [port, rest] = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
      if (port === undefined || rest === undefined) return false;
      resolve(port);
      return true;
    };
    if (look()) return;
    const watcher = watch(profile, () => {
      if (look()) watcher.close();
    });
  });
}
