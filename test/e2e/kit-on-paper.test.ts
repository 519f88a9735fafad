/** JO-13 SV-20: the recovery kit is one page of paper, also where the place has a long address. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from '@playwright/test';
import { kitPage } from '../../src/main/kit/page.ts';
import type { DestinationSettings } from '../../src/shared/destination.ts';
import type { DestinationId } from '../../src/shared/id.ts';
import { browserMissing, launchBrowser } from '../helpers/browser.ts';
import { needs } from '../helpers/needs.ts';

const endpoint = 'https://s3.eu-central-003.backblazeb2.com';
const prefix = 'production/of-the-whole-team/europe';
const places: DestinationSettings[] = [
  { kind: 'folder', path: '/media/ada/The disk in the drawer of the office/backups' },
  {
    kind: 's3',
    endpoint,
    region: 'eu-central-003',
    bucket: 'b'.repeat(60),
    prefix,
    pathStyle: true,
    accessKeyId: 'A'.repeat(32),
  },
  {
    kind: 'sftp',
    host: 'backup-of-the-team.example.org',
    port: 2222,
    user: 'ada-of-the-team',
    hostKey: `SHA256:${'a'.repeat(43)}`,
    auth: 'key',
    keyFile: '/home/ada/.ssh/id_ed25519_of_the_backups',
    path: '/srv/backups/of/the/team',
  },
];

describe.runIf(needs('a browser, for the kit on paper', browserMissing()))('JO-13 SV-20 the kit on paper', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it.each(places)('is one page for a $kind', async (settings) => {
    const page = await browser.newPage();
    await page.setContent(
      kitPage({
        card: { id: 'dst-aaaaaaaaaaaa' as DestinationId, name: "the team's place for everything", settings },
        keyId: 'secret-0123456789abcdef',
        secret: '0123456789abcdef'.repeat(4),
        madeOn: '2026-11-25',
        printedOn: '2026-11-25',
        contact: 'Ada Lovelace, ada@example.org, +43 1 234 567 89; or Grace Hopper, +43 1 987 654 32',
      }),
    );
    const pdf = (await page.pdf({ format: 'A4', preferCSSPageSize: true })).toString('latin1');
    expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
    await page.close();
  });
});
