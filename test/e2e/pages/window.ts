/** The frame around every screen, by role and name. */
import type { Locator, Page } from '@playwright/test';
import { settled } from './settled.ts';

export const screens = [
  'Overview',
  'Sources',
  'Backups',
  'Restore',
  'Plans',
  'Retention',
  'Destinations',
  'Activity',
  'Settings',
] as const;
export type ScreenName = (typeof screens)[number];

export class HoldfastWindow {
  readonly page: Page;
  readonly main: Locator;

  constructor(page: Page) {
    this.page = page;
    this.main = page.getByRole('main');
  }

  /** By the link in the side. */
  async goTo(screen: ScreenName): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name: screen, exact: true }).first().click();
    await this.page.getByRole('heading', { name: screen, level: 1 }).waitFor();
  }

  /** By its address, without the first `#/`. */
  async open(route: string): Promise<void> {
    await this.page.evaluate(`location.hash = ${JSON.stringify(`#/${route}`)}`);
    await this.main.waitFor();
    await settled(this.page);
  }
}
