/** What a person would have seen when a spec failed: the page's text in the log, a picture beside the build. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';

const folder = path.resolve(import.meta.dirname, '../../out/failed');
const linesAtMost = 40;
/** A page that hangs must not take the time of the next test. */
const withinMs = 5_000;

export async function tellWhatWasShown(name: string, page: Page): Promise<void> {
  const picture = path.join(folder, `${name.replaceAll(/\W+/g, '-').slice(-100)}.png`);
  mkdirSync(folder, { recursive: true });
  const text = await page
    .locator('body')
    .innerText({ timeout: withinMs })
    .catch((thrown: unknown) => `The page cannot be read: ${String(thrown)}`);
  const taken = await page.screenshot({ path: picture, timeout: withinMs }).then(
    () => picture,
    () => 'no picture could be taken',
  );
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const shown = lines.slice(0, linesAtMost).map((line) => `  | ${line}`);
  process.stderr.write(`Shown when this failed: ${name}\n  ${page.url()} (${taken})\n${shown.join('\n')}\n`);
}
