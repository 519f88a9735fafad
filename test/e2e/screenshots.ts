/**
 * `npm run screenshots`: every screen, in light and dark, from real data, into docs/screens.
 *
 *     npm run screenshots                 all
 *     npm run screenshots -- overview     those whose name begins so
 *     npm run screenshots -- --to FOLDER  into another folder
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { buildWindow } from '../../scripts/build-window.mjs';
import { launchBrowser } from '../helpers/browser.ts';
import { openTab } from '../helpers/browser-door.ts';
import { tempFolder } from '../helpers/temp.ts';
import { liveTwoWeeks, noDayYet, timeZone, today, type History } from './history.ts';
import { settled } from './pages/settled.ts';
import { picturesOf, welcome, type Picture } from './pictures.ts';

const root = path.resolve(import.meta.dirname, '../..');
const { only, folder } = readArguments(process.argv.slice(2));

// Times in names of files are local too.
process.env['TZ'] = timeZone;
buildWindow();
mkdirSync(folder, { recursive: true });
const browser = await launchBrowser(interAsSystemFont());
try {
  await withWindow(await noDayYet(), async (link) => takeAll(browser, link, welcome));
  await withWindow(await liveTwoWeeks(), async (link, history) => takeAll(browser, link, await picturesOf(history)));
} finally {
  await browser.close();
}

async function withWindow(
  history: History,
  work: (link: () => string, history: History) => Promise<void>,
): Promise<void> {
  try {
    const { door, env, clock } = history;
    const tab = await openTab({ door, env, clock, files: path.join(root, 'out/renderer') });
    try {
      await work(() => tab.newLink(), history);
    } finally {
      await tab.close();
    }
  } finally {
    await history.close();
  }
}

async function takeAll(from: Browser, link: () => string, pictures: readonly Picture[]): Promise<void> {
  const looks = [
    { suffix: '', colorScheme: 'light', width: 1280, height: 800 },
    { suffix: '-dark', colorScheme: 'dark', width: 1280, height: 800 },
    { suffix: '-narrow', colorScheme: 'light', width: 960, height: 640 },
  ] as const;
  for (const { suffix, colorScheme, width, height } of looks) {
    const context = await from.newContext({
      colorScheme,
      viewport: { width, height },
      locale: 'en-GB',
      timezoneId: timeZone,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    await page.clock.setFixedTime(today);
    await page.goto(link());
    await page.waitForURL((url) => url.pathname === '/');
    const wanted = pictures.filter(
      ({ name, narrow = false }) => name.startsWith(only) && (suffix !== '-narrow' || narrow),
    );
    for (const picture of wanted) await take(page, picture, `${picture.name}${suffix}`);
    await context.close();
  }
}

async function take(page: Page, picture: Picture, name: string): Promise<void> {
  const file = path.join(folder, `${name}.png`);
  try {
    await page.goto(`${new URL(page.url()).origin}/#/${picture.route}`);
    await page.getByRole('main').waitFor();
    await picture.prepare?.(page);
    // Nothing on its way any more: what a screen asks for when it opens has been answered and drawn.
    await page.waitForLoadState('load');
    if (picture.moving !== true) await page.mouse.move(0, 0);
    if (picture.moving !== true) await settled(page);
    await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
    fewerColours(file);
    console.log(path.relative(root, file));
    await picture.after?.(page);
  } catch (thrown) {
    process.exitCode = 1;
    console.error(`${name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}

/**
 * 256 colours where ImageMagick is at hand: a third of the size, and nobody sees it. Never dithered: noise on a plain ground
 * is what makes a dark picture large.
 */
function fewerColours(file: string): void {
  const { error, status } = spawnSync('convert', [file, '-dither', 'None', '-colors', '256', `PNG8:${file}`]);
  if ((error ?? null) === null && status !== 0) throw new Error(`${path.basename(file)} could not be packed.`);
}

/** The widest face there is stands in for the system's on Debian; Inter, where it is installed, is near those of desktops. */
function interAsSystemFont(): Record<string, string> {
  if (!existsSync('/usr/share/fonts/opentype/inter')) return {};
  const file = path.join(tempFolder('fonts'), 'fonts.conf');
  const asInter = ['system-ui', 'sans', 'sans-serif', 'DejaVu Sans'].map(
    (family) => `<match target="pattern"><test qual="any" name="family" compare="eq"><string>${family}</string></test>
      <edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match>`,
  );
  const head = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">';
  writeFileSync(file, `${head}<fontconfig><include>/etc/fonts/fonts.conf</include>${asInter.join('')}</fontconfig>`);
  return { FONTCONFIG_FILE: file };
}

function readArguments(args: string[]): { only: string; folder: string } {
  const at = args.indexOf('--to');
  const to = at === -1 ? path.join(root, 'docs/screens') : path.resolve(args[at + 1] ?? '.');
  const rest = at === -1 ? args : args.toSpliced(at, 2);
  return { only: rest[0] ?? '', folder: to };
}
