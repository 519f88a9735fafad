import type { Page } from '@playwright/test';

/** Waits until what is drawn has been the same for a third of a second: data has arrived, nothing is on its way. */
export async function settled(page: Page): Promise<void> {
  let before = '';
  let same = 0;
  // What a running job shows changes all the time; it is looked at as it is.
  const until = performance.now() + 8_000;
  while (same < 3 && performance.now() < until) {
    const now = await page.evaluate<string>('document.body.innerHTML');
    same = now === before ? same + 1 : 0;
    before = now;
    await page.evaluate('new Promise((drawn) => setTimeout(drawn, 120))');
  }
}
