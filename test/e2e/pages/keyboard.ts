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

/** Reaches a field by Tab and types over what is in it. */
export async function typeByKeyboard(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press('Control+a');
  await page.keyboard.type(text);
}

/** Goes down from where the focus is until this one has it. @throws where it does not come. */
export async function arrowTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < 20; presses += 1) {
    if (await target.evaluate(hasFocus)) return;
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`The arrows do not lead to ${String(target)}.`);
}

/** Opens a list of choices, goes down to one and takes it. */
export async function pickByKeyboard(page: Page, button: Locator, option: string): Promise<void> {
  await pressByKeyboard(page, button);
  await arrowTo(page, page.getByRole('option', { name: option, exact: true }));
  await page.keyboard.press('Enter');
}

/** Reaches a group of choices and goes down to one: the choice follows the focus. */
export async function chooseByKeyboard(page: Page, choice: Locator): Promise<void> {
  for (let presses = 0; presses < 80 && !(await choice.isChecked()); presses += 1) {
    const inGroup = await page.evaluate<boolean>('document.activeElement?.matches("[type=radio]") ?? false');
    await page.keyboard.press(inGroup ? 'ArrowDown' : 'Tab');
  }
}

/** Takes a file of the folder that the window's own browser shows first. */
export async function browseByKeyboard(page: Page, file: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: /^Choose/ });
  const row = dialog.getByRole('row', { name: file });
  await row.waitFor();
  await tabTo(page, dialog.getByRole('row').nth(1));
  await arrowTo(page, row);
  // Enter on a file chooses it.
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'hidden' });
}
