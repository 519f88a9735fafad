/** Which pictures are taken, and what is done before each. */
import * as openpgp from 'openpgp';
import type { Page } from '@playwright/test';
import type { History } from './history.ts';
import { PlaceWizard } from './pages/place-wizard.ts';
import { restorePictures, restoring, sourcePictures, tourPictures, watched } from './picture-stories.ts';

export interface Picture {
  name: string;
  /** Without `#/`. */
  route: string;
  /** Also taken at 960 x 640. */
  narrow?: boolean;
  /** Shows something that goes on: taken at once, not when nothing changes any more. */
  moving?: boolean;
  prepare?(page: Page): Promise<void>;
  after?(page: Page): Promise<void>;
}

/** Before anything is protected. */
export const welcome: readonly Picture[] = [
  { name: 'first-run', route: 'first-run' },
  { name: 'overview-empty', route: 'overview' },
  { name: 'sources-empty', route: 'sources' },
  { name: 'plans-empty', route: 'plans' },
  { name: 'retention-empty', route: 'retention' },
  { name: 'found', route: 'found' },
  ...tourPictures,
];

/** After two weeks. */
export async function picturesOf(history: History): Promise<readonly Picture[]> {
  const { door } = history;
  const [shop] = await door.api.backup.list({ name: 'Shop', limit: 1, verdict: 'proven' });
  const [till] = await door.api.backup.list({ name: 'Till', limit: 1 });
  const [archive] = await door.api.backup.list({ name: 'Archive', limit: 1 });
  const jobs = await door.api.job.list({ limit: 200 });
  const proof = jobs.find(({ kind }) => kind === 'verify');
  const failed = jobs.find(({ state }) => state === 'failed');
  return [
    { name: 'overview', route: 'overview', narrow: true },
    { name: 'sources', route: 'sources' },
    { name: 'source', route: 'sources/Shop' },
    { name: 'source-new', route: 'sources/new', narrow: true },
    { name: 'backups', route: 'backups', narrow: true },
    { name: 'backups-of-a-source', route: 'backups/Shop' },
    {
      name: 'backup',
      route: `backups/Shop/${shop?.backupId ?? ''}`,
      narrow: true,
      async prepare(page) {
        // The second where it was counted before, which is found out in a moment.
        await page
          .getByRole('button', { name: /^(Compare with live|Count again)$/ })
          .first()
          .click();
        await page.getByRole('grid', { name: 'Tables and their rows' }).waitFor();
      },
    },
    { name: 'restore', route: 'restore' },
    { name: 'restore-goal', route: `restore/Till/${till?.backupId ?? ''}`, narrow: true },
    { name: 'activity', route: 'activity', narrow: true },
    { name: 'activity-proof', route: `activity/${proof?.id ?? ''}` },
    { name: 'activity-failed', route: `activity/${failed?.id ?? ''}` },
    { name: 'plans', route: 'plans' },
    { name: 'plan-new', route: 'plans/new' },
    {
      name: 'retention',
      route: 'retention/Shop',
      narrow: true,
      async prepare(page) {
        await page.reload();
        await page.getByRole('button', { name: /Preset/ }).click();
        await page.getByRole('option', { name: /^7 daily/ }).click();
        const daily = page.getByRole('textbox', { name: /^Daily/ });
        await daily.fill('5');
        await daily.press('Enter');
        await page.getByText('With the rules as typed').waitFor();
      },
    },
    { name: 'destinations', route: 'destinations', narrow: true },
    { name: 'destination', route: 'destinations/Bucket' },
    addingKey,
    { name: 'destination-copies', route: 'destinations/Office%20disk/copies', narrow: true },
    { name: 'destination-reading', route: 'destinations/Bucket/reading' },
    {
      name: 'destination-protection',
      route: 'destinations/Bucket/protection',
      async prepare(page) {
        await page.getByRole('button', { name: 'Try it', exact: true }).click();
        await page.getByRole('grid', { name: 'Rights' }).waitFor();
      },
    },
    {
      name: 'destination-lifecycle',
      route: 'destinations/Bucket/protection',
      async prepare(page) {
        await page.getByRole('button', { name: 'Lifecycle of Bucket' }).click();
        await page.getByLabel('Data is deleted after, in days').fill('10');
        await page.getByRole('button', { name: 'Preview' }).click();
        await page.getByRole('button', { name: 'Back' }).waitFor();
      },
      after: (page) => page.keyboard.press('Escape'),
    },
    { name: 'destination-new', route: 'destinations/new' },
    {
      name: 'destination-azure',
      route: 'destinations/new',
      async prepare(page) {
        await page.evaluate('localStorage.clear()');
        await page.reload();
        const wizard = new PlaceWizard(page);
        await wizard.choose('Azure container');
        await wizard.write({ 'Storage account': 'brightwater', Container: 'backups' });
      },
      after: (page) => page.evaluate('localStorage.clear()'),
    },
    { name: 'kit', route: 'destinations/Bucket/kit' },
    { name: 'settings', route: 'settings' },
    ...overlays,
    ...sourcePictures(history),
    ...restorePictures(history, till?.backupId ?? ''),
    restoring(history, archive?.backupId ?? ''),
    watched(history),
  ];
}

const addingKey: Picture = {
  name: 'destination-key',
  route: 'destinations/Bucket',
  async prepare(page) {
    const { publicKey } = await openpgp.generateKey({
      userIDs: [{ name: 'Mara Okafor', email: 'mara@example.org' }],
      keyExpirationTime: 2 * 365 * 24 * 3600,
    });
    await page.getByRole('button', { name: 'Add a public key…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill(publicKey);
    await dialog.getByText('Mara Okafor').first().waitFor();
  },
  after: async (page) => {
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  },
};

const overlays: readonly Picture[] = [
  {
    name: 'palette',
    route: 'overview',
    async prepare(page) {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.type('sh');
    },
    // The first Escape empties the field, the second closes it.
    after: async (page) => {
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
    },
  },
  {
    name: 'shortcuts',
    route: 'overview',
    async prepare(page) {
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
    after: (page) => page.keyboard.press('Escape'),
  },
];
