/** The window's own dialog for files and folders, where its door has none of the system. It begins at home. */
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';

export class FolderBrowser {
  readonly dialog: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog', { name: /^Choose/ });
  }

  /** Takes a file that is there by its row, and a new one by its name. The folder is home. */
  async choose(file: string): Promise<void> {
    await this.dialog.waitFor();
    const hidden = path.basename(file).startsWith('.');
    if (hidden) await this.dialog.getByText('Show hidden files').click();
    const newName = this.dialog.getByRole('textbox', { name: 'File name' });
    if (await newName.isVisible()) await newName.fill(path.basename(file));
    else await this.dialog.getByRole('row', { name: path.basename(file) }).click();
    await this.dialog.getByRole('button', { name: /^Choose/ }).click();
    await this.dialog.waitFor({ state: 'hidden' });
  }
}
