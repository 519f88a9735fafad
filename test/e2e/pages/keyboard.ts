import type { Locator, Page } from '@playwright/test';

/** Runs in the page. */
const hasFocus = (element: unknown): boolean =>
  (element as { matches(selector: string): boolean }).matches(':focus-within');

/** Goes from control to control with Tab until this one has the focus. @throws where it cannot be reached so. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < 80; presses += 1) {
    if (await target.evaluate(hasFocus)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${String(target)}.`);
}

/** Reaches a button by Tab and presses it. */
export async function pressByKeyboard(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press('Enter');
}
