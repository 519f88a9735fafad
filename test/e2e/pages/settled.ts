import type { Page } from '@playwright/test';

/** Waits until what is drawn has been the same for a third of a second: data has arrived, nothing is on its way. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(quiet);
}

/** What a running job shows changes all the time: after eight seconds it is looked at as it is. */
const quiet = `new Promise((settled) => {
  const seen = new MutationObserver(() => wait());
  const end = () => { seen.disconnect(); clearTimeout(still); clearTimeout(atLast); settled(); };
  let still;
  const wait = () => { clearTimeout(still); still = setTimeout(end, 330); };
  const atLast = setTimeout(end, 8000);
  seen.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  wait();
})`;
