/** What holds for every screen: it can be reached, read by everybody, used by keyboard, and fits. */
import type { Page } from '@playwright/test';
import { beforeAll, expect, it } from 'vitest';
import { holdfastJson } from '../helpers/holdfast.ts';
import { seriousFindings } from './pages/axe.ts';
import { HoldfastWindow, screens } from './pages/window.ts';
import { settled } from './pages/settled.ts';
import { onEveryStage } from './stage.ts';
import { browserStage, complaintsOf } from './stages/browser.ts';
import { protectShop, type World } from './world.ts';

/** Every address, for a data folder in which the shop was backed up and proven. */
async function addressesOf(world: World): Promise<string[]> {
  const [backup] = await holdfastJson<{ backupId: string }[]>(world.home, ['list'], { env: world.env });
  const [job] = await holdfastJson<{ id: string }[]>(world.home, ['jobs'], { env: world.env });
  const id = backup?.backupId ?? '';
  const plain = 'overview first-run sources sources/shop sources/new sources/shop/edit backups backups/shop restore';
  const made = [
    'destinations/This%20computer',
    'destinations/This%20computer/edit',
    'destinations/This%20computer/kit',
    ...['copies', 'reading', 'protection'].map((part) => `destinations/This%20computer/${part}`),
    `backups/shop/${id}`,
    `restore/shop/${id}`,
    `activity/${job?.id ?? ''}`,
  ];
  const others =
    'activity plans plans/new retention retention/shop retention/nobody destinations destinations/new found settings nowhere/at/all sources/nobody backups/nobody plans/bpl-00000000000a destinations/nobody/kit';
  return [...plain.split(' '), ...made, ...others.split(' ')];
}

/** Where a page breaks follows from its size alone: every size on one stage, the smallest on all. */
const smallest = { size: '960 x 640 and 200 %', width: 480, height: 320 };
const larger = [
  { size: '960 x 640', width: 960, height: 640 },
  { size: '1280 x 800 and 200 %', width: 640, height: 400 },
];
/** What a page is made of is the same on every stage, too: both themes on one, the dark one on all. */
const themes = ['light', 'dark'] as const;

onEveryStage('every screen', (scene) => {
  const everything = scene.stage === browserStage;
  const sizes = everything ? [...larger, smallest] : [smallest];
  const shown = everything ? themes : (['dark'] as const);
  const complaints: string[] = [];
  /** What was found at the addresses, by theme and by size: each address is opened once and looked at in every way. */
  const serious = new Map<string, string[]>();
  const wide = new Map<string, string[]>();
  let visited = 0;

  beforeAll(async () => {
    const { world, page } = scene;
    await protectShop(world);
    complaints.push(...complaintsOf(page));
    const window = new HoldfastWindow(page);
    for (const address of await addressesOf(world)) {
      await window.open(address);
      for (const theme of shown) {
        await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
        const found = await seriousFindings(page);
        serious.set(theme, [...(serious.get(theme) ?? []), ...found.map((what) => `${address}: ${what}`)]);
      }
      for (const { size, width, height } of sizes) {
        await page.setViewportSize({ width, height });
        await drawn(page);
        const found = await page.evaluate<string[]>(sidewaysScrollers);
        wide.set(size, [...(wide.get(size) ?? []), ...found.map((what) => `${address}: ${what}`)]);
      }
      await page.setViewportSize({ width: 1280, height: 800 });
      visited += 1;
    }
  });

  it('can be reached by its name in the side, and says what it is', async () => {
    const window = new HoldfastWindow(scene.page);
    for (const screen of screens) {
      await window.goTo(screen);
      expect(await scene.page.title()).toContain(screen);
    }
  });

  it.each(shown)('has no serious finding of axe in the %s theme', (theme) => {
    expect(visited).toBeGreaterThan(25);
    expect(serious.get(theme)).toEqual([]);
  });

  it.each(sizes)('never scrolls sideways at $size', ({ size }) => {
    expect(visited).toBeGreaterThan(25);
    expect(wide.get(size)).toEqual([]);
  });

  it('shows itself in forced colours and without motion', async () => {
    const { page } = scene;
    await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
    const window = new HoldfastWindow(page);
    await window.open('overview');
    expect(await page.evaluate('document.getAnimations().filter((one) => one.playState === "running").length')).toBe(0);
    await page.emulateMedia({ forcedColors: 'none' });
  });

  it('is found by the palette, from the keyboard alone', async () => {
    const { page } = scene;
    const window = new HoldfastWindow(page);
    await window.open('overview');
    for (const screen of ['Activity', 'Settings', 'Plans']) {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.type(screen);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: screen, level: 1 }).waitFor();
    }
    await settled(page);
    expect(complaints).toEqual([]);
  });

  it('is still there after a reload, at the same address', async () => {
    const { page } = scene;
    await new HoldfastWindow(page).open('backups/shop');
    await page.reload();
    await page.getByRole('main').waitFor();
    await settled(page);
    expect(new URL(page.url()).hash).toBe('#/backups/shop');
    expect(complaints).toEqual([]);
  });
});

/** What a person would have to move sideways: the page itself, or anything in it that scrolls so, but for code that is long. */
const sidewaysScrollers = `[...document.querySelectorAll('*')]
  .filter((element) => element.scrollWidth > element.clientWidth + 1)
  .filter((element) => element === document.documentElement || ['auto', 'scroll'].includes(getComputedStyle(element).overflowX))
  .filter((element) => !element.closest('pre, code') && !element.matches('pre, code'))
  .map((element) => element.tagName.toLowerCase() + '.' + element.className + ' ' + element.scrollWidth + ' > ' + element.clientWidth)`;

/** The page has been laid out anew: whatever measures itself did so in the first of these frames. */
async function drawn(page: Page): Promise<void> {
  for (let frame = 0; frame < 3; frame++) await page.evaluate('new Promise(requestAnimationFrame)');
}
