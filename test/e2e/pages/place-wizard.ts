/** The wizard that adds or changes a destination, by role and name. */
import type { Locator, Page } from '@playwright/test';

export class PlaceWizard {
  readonly page: Page;
  readonly form: Locator;

  constructor(page: Page) {
    this.page = page;
    this.form = page.getByRole('form', { name: /^(Add a destination|Edit )/ });
  }

  async choose(kind: 'Folder, disk or share' | 'S3 bucket' | 'SFTP server' | 'Azure container'): Promise<void> {
    await this.form.getByRole('radio', { name: kind }).check({ force: true });
    await this.press('Continue');
  }

  async write(values: Readonly<Record<string, string>>): Promise<void> {
    for (const [label, value] of Object.entries(values))
      await this.form.getByLabel(label, { exact: true }).first().fill(value);
  }

  /** Chooses from a list under a label. */
  async pick(label: string, option: string): Promise<void> {
    await this.form
      .getByRole('button', { name: new RegExp(`${label}$`) })
      .first()
      .click();
    await this.page.getByRole('option', { name: option, exact: true }).click();
  }

  /** A button of the foot, or of the form. */
  async press(name: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name, exact: typeof name === 'string' }).click();
  }

  /** Waits until the last step is shown: the test has passed. */
  async passed(): Promise<void> {
    await this.form.getByRole('heading', { level: 2, name: /^What is it called/ }).waitFor();
  }
}
