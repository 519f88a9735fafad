/** The Holdfast behind a tab ends: that is told, and nothing on the screen moves for it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from '@playwright/test';
import { buildWindow } from '../../scripts/build-window.mjs';
import { browserMissing, launchBrowser } from '../helpers/browser.ts';
import { needs } from '../helpers/needs.ts';
import { serve, type Served } from '../helpers/served.ts';
import { HoldfastWindow } from './pages/window.ts';
import { openContext } from './stages/browser.ts';
import { makeWorld, protectShop, type World } from './world.ts';

const here = needs('a browser, for the end-to-end specs', browserMissing());

describe.runIf(here)('a connection that is lost', () => {
  let world: World;
  let served: Served;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    buildWindow();
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
