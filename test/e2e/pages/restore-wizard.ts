/** The five steps of a restore, by role and name. */
import type { Locator, Page } from '@playwright/test';

export class RestoreWizard {
  readonly page: Page;
  readonly proceed: Locator;
  readonly rehearse: Locator;
  readonly back: Locator;
  readonly newFile: Locator;
  readonly newDatabase: Locator;

  constructor(page: Page) {
    this.page = page;
    const main = page.getByRole('main');
    this.proceed = main.getByRole('button', { name: 'Continue' });
    this.rehearse = main.getByRole('button', { name: 'Rehearse', exact: true });
    this.back = main.getByRole('button', { name: 'Back', exact: true });
    this.newFile = main.getByRole('textbox', { name: 'The new file' });
    this.newDatabase = main.getByRole('textbox', { name: 'Name of the new database' });
  }

  run(target: string): Locator {
    return this.page.getByRole('main').getByRole('button', { name: `Restore to ${target}` });
  }

  /** Chooses what should happen, by the beginning of its name. */
  async goal(name: string): Promise<void> {
    const choice = this.page.getByRole('main').getByRole('radio', { name: new RegExp(`^${name}`) });
    await choice.check({ force: true });
  }

  /** Types what has to be typed for a restore in the original's place. */
  async confirm(name: string): Promise<void> {
    await this.page.getByRole('textbox', { name: `Type ${name} to restore` }).fill(name);
  }

  replace(target: string): Locator {
    return this.page.getByRole('main').getByRole('button', { name: new RegExp(`^Restore ${target} as of`) });
  }

  /** The sentence that the screen leads with. */
  lead(text: string | RegExp): Locator {
    return this.page.getByRole('main').getByRole('heading', { level: 2, name: text });
  }
}
