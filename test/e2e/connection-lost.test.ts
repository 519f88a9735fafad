/** The way between a tab and its Holdfast: an answer that comes late, and a Holdfast that ends. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from '@playwright/test';
import { browserMissing, launchBrowser } from '../helpers/browser.ts';
import { holdfastJson } from '../helpers/holdfast.ts';
import { needs } from '../helpers/needs.ts';
import { serve, type Served } from '../helpers/served.ts';
import { HoldfastWindow } from './pages/window.ts';
import { openContext } from './stages/browser.ts';
import { makeWorld, protectShop, type World } from './world.ts';

const here = needs('a browser, for the end-to-end specs', browserMissing());

describe.runIf(here)('BS-15 a connection that is slow, then lost', () => {
  let world: World;
  let served: Served;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    world = makeWorld('connection-lost');
    await protectShop(world);
    served = await serve(world.home, { env: world.env });
    browser = await launchBrowser();
    page = await (await openContext(browser, {})).newPage();
    await page.goto(served.link);
    await page.waitForURL((url) => url.pathname === '/');
    await page.getByRole('main').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await served?.kill();
    await world?.close();
  });

  it('an answer that is overtaken by news does not take it back', async () => {
    await page.route('**/call', async (route) => {
      const { name } = route.request().postDataJSON() as { name: string };
      if (name !== 'backup.list') return route.continue();
      const response = await route.fetch();
      const late = await response.text();
      await holdfastJson(world.home, ['backup', 'shop'], { env: world.env });
      await route.fulfill({ response, body: late });
    });
    await new HoldfastWindow(page).open('backups/shop');
    await expect.poll(() => page.getByRole('listbox').getByRole('option').count()).toBe(2);
    await page.getByRole('article').getByText('Stored, not yet proven.').waitFor();
    await page.unrouteAll({ behavior: 'wait' });
  });

  it('is told over the foot of the screen, and no layout jumps', async () => {
    const window = new HoldfastWindow(page);
    await window.open('overview');
    const row = page.getByRole('rowheader', { name: /^shop/ });
    const heading = page.getByRole('heading', { level: 1 });
    const places = async () => [await heading.boundingBox(), await row.boundingBox()];
    await row.waitFor();
    const before = await places();
    await served.kill();
    const banner = page.getByText('Holdfast does not answer.').first();
    await banner.waitFor();
    expect(await places()).toEqual(before);
    const box = await banner.boundingBox();
    expect(box?.y ?? 0).toBeGreaterThan(600);
  });
});
