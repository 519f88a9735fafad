/** The window's own dialog for files and folders, where its door has none of the system. */
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';

export class FolderBrowser {
  readonly dialog: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog');
  }

  /** Opens folder after folder from home, then takes the name. */
  async choose(file: string): Promise<void> {
    await this.dialog.getByRole('row', { name: path.basename(file) }).click();
    await this.dialog.getByRole('button', { name: /^Choose/ }).click();
  }
}
