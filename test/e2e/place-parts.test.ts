/** BD-17 BS-16 SV-16 BS-10: what a place's own pages let a person do: sweep, repair, keep older versions, set a lifecycle. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from '@playwright/test';
import { expect, it } from 'vitest';
import { accessKeyId, fakeS3, secretAccessKey, type FakeS3 } from '../helpers/fake-s3.ts';
import { holdfast, holdfastJson } from '../helpers/holdfast.ts';
import { seriousFindings } from './pages/axe.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage, type Scene } from './stage.ts';
import type { World } from './world.ts';

const buckets = new WeakMap<World, FakeS3>();
const bucketOf = (world: World): FakeS3 => {
  const bucket = buckets.get(world);
  if (bucket === undefined) throw new Error('There is no bucket yet.');
  return bucket;
};
const atticOf = ({ desk }: World): string => path.join(desk, 'attic');

/** Older than the month in which another machine may be writing it. */
const abandoned = 'bk-20200101-000000-foreign00001';
const young = 'bk-20200101-000000-foreign00002';
function leaveBehind(world: World, name: string, days: number): void {
  const data = path.join(atticOf(world), 'data');
  const set = readdirSync(data).find((one) => !one.includes('foreign')) ?? '';
  const [file = ''] = readdirSync(path.join(data, set));
  mkdirSync(path.join(data, name));
  const copy = path.join(data, name, file);
  copyFileSync(path.join(data, set, file), copy);
  const then = statSync(copy).mtimeMs / 1_000 - days * 86_400;
  utimesSync(copy, then, then);
}

/** In both themes: what is only seen while a dialog is open is looked at while it is. */
async function expectReadable({ page }: Scene): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await seriousFindings(page), colorScheme).toEqual([]);
  }
}

onEveryStage(
  'the parts of a place',
  (scene) => {
    const dialog = (name: string | RegExp): Locator => scene.page.getByRole('dialog', { name });
    const alert = (name: string): Locator => scene.page.getByRole('alertdialog', { name });
    const region = (name: string): Locator => scene.page.getByRole('region', { name, exact: true });

    it('BS-16 what belongs to no backup is removed after a question, and what may still be written stays', async () => {
      const { page, world } = scene;
      leaveBehind(world, abandoned, 40);
      leaveBehind(world, young, 10);
      await new HoldfastWindow(page).open('destinations/attic/copies');
      await region('What belongs to no backup').getByRole('button', { name: 'Look again' }).click();
      const heaps = page.getByRole('grid', { name: 'Data without a manifest' });
      await heaps.getByRole('row', { name: abandoned }).getByText('May be removed').waitFor();
      await heaps
        .getByRole('row', { name: young })
        .getByText(/Another machine may be writing it/)
        .waitFor();
      await page.getByRole('button', { name: 'Remove 1…' }).click();
      const question = alert('Remove what belongs to no backup?');
      expect(await question.innerText()).toMatch(
        /1.backup that nobody finished, [\d.]+.kB\. Each is looked at once more before/,
      );
      await expectReadable(scene);
      await page.keyboard.press('Escape');
      await question.waitFor({ state: 'hidden' });
      expect(readdirSync(path.join(atticOf(world), 'data'))).toContain(abandoned);
      await page.getByRole('button', { name: 'Remove 1…' }).click();
      await question.getByRole('button', { name: 'Remove', exact: true }).click();
      await page
        .getByText(/^1.unfinished backup was removed\.$/)
        .first()
        .waitFor();
      await heaps.getByRole('row', { name: abandoned }).waitFor({ state: 'hidden' });
      expect(readdirSync(path.join(atticOf(world), 'data')).toSorted()).toEqual(
        expect.arrayContaining([young, expect.not.stringContaining('foreign')]),
      );
      expect(readdirSync(path.join(atticOf(world), 'data'))).toHaveLength(2);
    });

    it('BD-17 a copy that does not hold is repaired from the page of its place', async () => {
      const { page, world } = scene;
      const data = path.join(atticOf(world), 'data');
      const set = readdirSync(data).find((one) => one !== young) ?? '';
      const [file = ''] = readdirSync(path.join(data, set));
      const whole = readFileSync(path.join(data, set, file));
      const rotten = Buffer.from(whole);
      rotten[rotten.length >> 1] = (rotten[rotten.length >> 1] ?? 0) ^ 1;
      writeFileSync(path.join(data, set, file), rotten);
      expect((await holdfast(world.home, ['scrub', 'attic', '--all'], { env: world.env })).code).toBe(1);
      await new HoldfastWindow(page).open('destinations/attic');
      await page
        .getByRole('navigation', { name: 'Parts of this destination' })
        .getByRole('link', { name: 'Reading again 1' })
        .click();
      const bad = page.getByRole('grid', { name: 'Copies that do not hold' });
      await bad.getByRole('row', { name: /^shop/ }).getByText('Damaged').waitFor();
      await expectReadable(scene);
      await bad.getByRole('button', { name: 'Repair from vault (shop)' }).click();
      await bad.waitFor({ state: 'hidden' });
      expect(readFileSync(path.join(data, set, file)).equals(whole)).toBe(true);
      await page.getByText(/^1 of 1.copy were read|^1 of 1.copies were read/).waitFor();
    });

    it('BS-16 older versions are kept from the day on which a person says so', async () => {
      const { page, world } = scene;
      await new HoldfastWindow(page).open('destinations/vault/protection');
      const facts = region('How the place is set up');
      await facts.getByRole('button', { name: 'Keep older versions…' }).click();
      const question = alert('Keep older versions in vault?');
      await question.getByText(/cannot take versions back, only suspend them/).waitFor();
      await expectReadable(scene);
      await question.getByRole('button', { name: 'Cancel' }).click();
      await question.waitFor({ state: 'hidden' });
      expect(bucketOf(world).setup.versioning).toBe('');
      await facts.getByRole('button', { name: 'Keep older versions…' }).click();
      await question.getByRole('button', { name: 'Keep older versions' }).click();
      await page.getByText('vault keeps older versions.').first().waitFor();
      await facts.getByRole('button', { name: 'Keep older versions…' }).waitFor({ state: 'hidden' });
      expect(bucketOf(world).setup.versioning).toBe('Enabled');
    });

    it('SV-22 what is stored from now on is locked, once a person has read what that means', async () => {
      const { page, world } = scene;
      const bucket = bucketOf(world);
      const facts = region('How the place is set up');
      expect(await facts.getByRole('button', { name: 'Lock what is stored…' }).count()).toBe(0);
      bucket.setup.lock = 'without-default';
      await facts.getByRole('button', { name: 'Look again' }).click();
      await facts.getByRole('button', { name: 'Lock what is stored…' }).click();
      const form = dialog('Object lock of vault');
      await form.getByRole('radio', { name: /^Compliance/ }).check({ force: true });
      await form.getByLabel('Locked for, in days').fill('0');
      await form.getByText('From 1 to 36 500 days.').waitFor();
      expect(await form.getByRole('button', { name: 'Preview' }).isDisabled()).toBe(true);
      await form.getByLabel('Locked for, in days').fill('30');
      await expectReadable(scene);
      await form.getByRole('button', { name: 'Preview' }).click();
      await form.getByText(/Compliance gives way to nobody/).waitFor();
      expect(await form.getByRole('button', { name: 'Set it' }).isDisabled()).toBe(true);
      await expectReadable(scene);
      await form.getByRole('button', { name: 'Back' }).click();
      await form.getByRole('radio', { name: /^Governance/ }).check({ force: true });
      await form.getByRole('button', { name: 'Preview' }).click();
      await form.getByText(/Governance gives way to whoever may bypass it/).waitFor();
      expect(bucket.setup.lock).toBe('without-default');
      await form.getByRole('checkbox', { name: 'I have read what it means' }).check({ force: true });
      await form.getByRole('button', { name: 'Set it' }).click();
      await page.getByText('The object lock of vault was set.').first().waitFor();
      await facts.getByText(/What is stored is locked for 30 days/).waitFor();
      expect(bucket.setup.lock).toEqual({ mode: 'GOVERNANCE', days: 30 });
    });

    it('SV-16 a lifecycle is seen before it is set, and accepted where it beats a rule', async () => {
      const { page, world } = scene;
      await page.getByRole('button', { name: 'Change… (Lifecycle of vault)' }).click();
      const form = dialog('Lifecycle of vault');
      await form.getByLabel('Data goes cold after, in days').fill('soon');
      await form.getByText('From 1 to 36 500 days.').waitFor();
      expect(await form.getByRole('button', { name: 'Preview' }).isDisabled()).toBe(true);
      await form.getByLabel('Data goes cold after, in days').fill('30');
      await form.getByLabel('Data is deleted after, in days').fill('365');
      await expectReadable(scene);
      await form.getByRole('button', { name: 'Preview' }).click();
      await form.getByRole('heading', { name: 'What it takes away' }).waitFor();
      const set = form.getByRole('button', { name: 'Set it' });
      expect(await set.isDisabled()).toBe(true);
      expect(bucketOf(world).setup.lifecycle).toBeNull();
      await expectReadable(scene);
      await form.getByRole('checkbox', { name: 'I have read what it takes away' }).check({ force: true });
      await set.click();
      await page.getByText('The lifecycle of vault was set.').first().waitFor();
      await region('Lifecycle').getByText('after 365 days').waitFor();
      const kept = bucketOf(world).setup.lifecycle ?? '';
      expect(kept).toContain('<Days>365</Days>');
      expect(kept).toContain('data/');
      expect(kept).not.toContain('manifests');
    });

    it('SV-16 an expiry that would take the last backup within a day is refused, and nothing changes', async () => {
      const { page, world } = scene;
      const before = bucketOf(world).setup.lifecycle;
      await page.getByRole('button', { name: 'Change… (Lifecycle of vault)' }).click();
      const form = dialog('Lifecycle of vault');
      await form.getByLabel('Data goes cold after, in days').fill('');
      await form.getByLabel('Data is deleted after, in days').fill('1');
      await form.getByRole('button', { name: 'Preview' }).click();
      await form.getByText('It is not set: it would take away what must stay.').waitFor();
      await form
        .getByText(/last backup/)
        .first()
        .waitFor();
      expect(await form.getByRole('button', { name: 'Set it' }).isDisabled()).toBe(true);
      expect(await form.getByRole('checkbox').count()).toBe(0);
      await expectReadable(scene);
      await form.getByRole('button', { name: 'Back' }).click();
      expect(await form.getByLabel('Data is deleted after, in days').inputValue()).toBe('1');
      await form.getByRole('button', { name: 'Cancel' }).click();
      await form.waitFor({ state: 'hidden' });
      expect(bucketOf(world).setup.lifecycle).toBe(before);
    });
  },
  {
    async before(world) {
      const bucket = await fakeS3();
      buckets.set(world, bucket);
      mkdirSync(atticOf(world));
      const run = (args: string[], input?: string) =>
        holdfastJson(world.home, args, { env: world.env, ...(input === undefined ? {} : { input }) });
      const where = ['--s3', 'backups', '--region', 'eu-test-1', '--endpoint', bucket.endpoint, '--path-style'];
      const login = ['--access-key-id', accessKeyId, '--secret-stdin'];
      await run(['destination', 'add', 'vault', ...where, ...login], `${secretAccessKey}\n`);
      await run(['destination', 'add', 'attic', '--folder', atticOf(world)]);
      const places = ['--destination', 'vault', '--destination', 'attic'];
      await run(['source', 'add', 'shop', '--file', world.shopFile(), ...places]);
      await run(['backup', 'shop']);
      return () => bucket.stop();
    },
  },
);
