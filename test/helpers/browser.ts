/** A real browser, where this computer has one. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from '@playwright/test';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const program = places.find((place) => existsSync(place));

export const browserMissing = (): string | undefined =>
  program === undefined ? 'no Chromium of the system was found' : undefined;

/** Headless, without the network traffic of its own that Chromium begins with. `env` comes on top of this process's. */
export function launchBrowser(env: Record<string, string> = {}): Promise<Browser> {
  if (program === undefined) throw new Error('There is no browser here.');
  return chromium.launch({
    executablePath: program,
    env: { ...process.env, ...env },
    // Chromium has no sandbox for root, as which tests run in containers; they open pages of their own only.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
