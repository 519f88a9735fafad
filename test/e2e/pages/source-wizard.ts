/** The wizard that adds or changes a source, by role and name. */
import type { Locator, Page } from '@playwright/test';

export class SourceWizard {
  readonly page: Page;
  readonly form: Locator;

  constructor(page: Page) {
    this.page = page;
    this.form = page.getByRole('form', { name: /^(Add a source|Edit )/ });
  }

  /** Leaves what an earlier story filled in. */
  async startOver(): Promise<void> {
    if (await this.page.getByText('It goes on where you left it.').isVisible()) await this.press('Start over');
  }

  async choose(way: 'Paste a URL' | 'Read a .env file' | 'Pick a SQLite file' | 'Fill in a form'): Promise<void> {
    await this.form.getByRole('radio', { name: way }).check({ force: true });
  }

  async fill(label: string, value: string, within: Locator = this.form): Promise<void> {
    await within.getByLabel(label, { exact: true }).first().fill(value);
  }

  /** Chooses from a list under a label. */
  async pick(label: string, option: string, within: Locator = this.form): Promise<void> {
    await within
      .getByRole('button', { name: new RegExp(`${label}$`) })
      .first()
      .click();
    await this.page.getByRole('option', { name: option, exact: true }).click();
  }

  /** The button at the lower right. */
  async press(name: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name, exact: typeof name === 'string' }).click();
  }

  /** Waits until the step is shown. */
  async at(lead: RegExp): Promise<void> {
    await this.form.getByRole('heading', { level: 2, name: lead }).waitFor();
  }

  /** The steps of the test, once it says this. */
  async tested(saying: RegExp): Promise<string[]> {
    await this.form.getByText(saying).waitFor();
    return this.form.getByRole('list', { name: 'Steps of the test' }).getByRole('listitem').allInnerTexts();
  }
}
