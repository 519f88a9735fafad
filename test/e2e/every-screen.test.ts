/** What holds for every screen: it can be reached, read by everybody, used by keyboard, and fits. */
import { AxeBuilder } from '@axe-core/playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { holdfastJson } from '../helpers/holdfast.ts';
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
    `backups/shop/${id}`,
    `restore/shop/${id}`,
    `activity/${job?.id ?? ''}`,
  ];
  const others =
    'activity plans plans/new retention retention/shop retention/nobody destinations destinations/new found settings nowhere/at/all sources/nobody backups/nobody plans/bpl-00000000000a destinations/nobody/kit';
  return [...plain.split(' '), ...made, ...others.split(' ')];
}

onEveryStage('every screen', (scene) => {
  let addresses: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    const { world, page } = scene;
    await protectShop(world);
    addresses = await addressesOf(world);
    complaints.push(...complaintsOf(page));
  });

  it('can be reached by its name in the side, and says what it is', async () => {
    const window = new HoldfastWindow(scene.page);
    for (const screen of screens) {
      await window.goTo(screen);
      expect(await scene.page.title()).toContain(screen);
    }
  });

  describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
    it('has no serious finding of axe', async () => {
      const { page } = scene;
      const window = new HoldfastWindow(page);
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      const found: string[] = [];
      for (const address of addresses) {
        await window.open(address);
        const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
        for (const { id, impact, nodes } of violations) {
          if (impact !== 'serious' && impact !== 'critical') continue;
          found.push(`${address}: ${id} (${impact}): ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
        }
      }
      expect(found).toEqual([]);
    });
  });

  // Where a page breaks follows from its size alone: every size on one stage, the smallest on all.
  const smallest = ['at 960 x 640 and 200 %', 480, 320] as const;
  const larger = [
    ['at 960 x 640', 960, 640],
    ['at 1280 x 800 and 200 %', 640, 400],
  ] as const;
  it.each(scene.stage === browserStage ? [...larger, smallest] : [smallest])(
    'never scrolls sideways %s',
    async (_how, width, height) => {
      const { page } = scene;
      const window = new HoldfastWindow(page);
      await page.setViewportSize({ width, height });
      const wide: string[] = [];
      for (const address of addresses) {
        await window.open(address);
        wide.push(...(await page.evaluate<string[]>(sidewaysScrollers)).map((what) => `${address}: ${what}`));
      }
      await page.setViewportSize({ width: 1280, height: 800 });
      expect(wide).toEqual([]);
    },
  );

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
