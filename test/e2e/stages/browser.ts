/** The browser door: `holdfast serve` as a process, and a tab of a real Chromium. */
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { browserMissing, launchBrowser } from '../../helpers/browser.ts';
import { serve } from '../../helpers/served.ts';
import { FolderBrowser } from '../pages/folder-browser.ts';
import type { Launched, LaunchOptions, Stage } from '../stage.ts';
import type { World } from '../world.ts';

export const browserStage: Stage = {
  name: 'browser door',
  missing: browserMissing,
  async launch(world: World, options: LaunchOptions = {}): Promise<Launched> {
    const served = await serve(world.home, { env: world.env, args: ['--schedule'] });
    const browser = await launchBrowser();
    const context = await openContext(browser, options);
    context.setDefaultTimeout(20_000);
    let page = await context.newPage();
    const { origin } = new URL(served.link);
    await page.goto(served.link);
    await page.waitForURL((url) => url.pathname === '/');
    await page.getByRole('main').waitFor();
    return {
      get page() {
        return page;
      },
      async choosePath(file, click) {
        await click();
        await new FolderBrowser(page).choose(file);
      },
      async reopen() {
        await page.close();
        page = await context.newPage();
        await page.goto(origin);
        await page.getByRole('main').waitFor();
        return page;
      },
      async close() {
        await browser.close();
        const ended = await served.end();
        if (ended.code !== 0) throw new Error(`holdfast serve ended with ${ended.code}.\n${ended.stderr}`);
      },
    };
  },
};

/** A tab as a person has it, in the language and the time zone of the specs. */
export function openContext(browser: Browser, options: LaunchOptions): Promise<BrowserContext> {
  const { theme = 'light', width = 1280, height = 800 } = options;
  return browser.newContext({
    colorScheme: theme,
    viewport: { width, height },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  });
}

/** Everything that the page complained about, for specs that want to know. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return complaints;
}
