/** A backup is made, watched, proven, compared and stopped, with the pointer and with keys alone. */
import { renameSync } from 'node:fs';
import pg from 'pg';
import { beforeAll, expect, it } from 'vitest';
import { holdfastJson } from '../helpers/holdfast.ts';
import { expectShown } from './pages/shown.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage } from './stage.ts';
import { password } from './world.ts';

onEveryStage('BS-15 backups of a source', (scene) => {
  const holdfast = (...args: string[]): Promise<unknown> =>
    holdfastJson(scene.world.home, args, { env: scene.world.env });

  beforeAll(async () => {
    await holdfast('source', 'add', 'shop', '--file', scene.world.shopFile());
    await holdfast('backup', 'shop');
  });

  it('stand in a list with the newest chosen, stored and not yet proven', async () => {
    const { page } = scene;
    await new HoldfastWindow(page).open('backups/shop');
    await page.getByRole('article').getByText('Stored, not yet proven.').waitFor();
    expect(await page.getByRole('listbox').getByRole('option').count()).toBe(1);
  });

  it('are proven by a press of P, and the sentence says what was found', async () => {
    const { page } = scene;
    await page.keyboard.press('p');
    await page.getByText(/^Proven today, .* every count and digest equal\.$/).waitFor();
    await page.getByRole('option', { name: /^proven/ }).waitFor();
    await expectShown(page.getByText('All 2 tables equal'));
  });

  it('are compared with the live file: what is lost comes first', async () => {
    const { page, world } = scene;
    world.change('DELETE FROM orders WHERE id > 180; CREATE TABLE coupon (id INTEGER PRIMARY KEY)');
    await page.getByRole('button', { name: 'Compare with live' }).click();
    const table = page.getByRole('grid', { name: 'Tables and their rows' });
    await table.waitFor();
    const rows = await table.getByRole('row').allInnerTexts();
    expect(rows.map((row) => row.replaceAll(/\s+/g, ' ').trim())).toEqual([
      expect.stringContaining('Table In backup Live Difference') as string,
      'orders 200 180 − 20 fewer live',
      'coupon – 0 ∗ new live',
      '1 other 3 3 = same',
    ]);
    await page.getByText(/table has fewer rows and 1 is new\./).waitFor();
  });

  it('are compared with one another by keys alone', async () => {
    const { page } = scene;
    await holdfast('backup', 'shop');
    await page.getByRole('option').nth(1).waitFor();
    const list = page.getByRole('listbox');
    await list.focus();
    await page.keyboard.press('Home');
    await page.getByText('Stored, not yet proven.').waitFor();
    await page.keyboard.press('d');
    const dialog = page.getByRole('dialog', { name: 'Compare with another backup' });
    await dialog.getByRole('listbox').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    await expectShown(page.getByRole('grid', { name: 'Tables and their rows' }).getByText('20 more there'));
  });

  it('lead to their restore by Ctrl+Enter, and open without Holdfast by the commands shown', async () => {
    const { page } = scene;
    await page.getByRole('button', { name: 'Show the commands' }).click();
    expect(await page.getByRole('region', { name: 'Open it without Holdfast' }).last().innerText()).toMatch(
      /^zstd -dc \S+\/data\/bk-\S+\.sqlite\.zst > restored-shop\.sqlite$/m,
    );
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => page.url(), { timeout: 20_000 }).toMatch(/#\/restore\/shop\/bk-/);
  });

  it('are rows of a table too, and opened from there', async () => {
    const { page } = scene;
    await new HoldfastWindow(page).open('backups');
    await page.getByRole('button', { name: 'Table' }).click();
    await page.getByRole('grid', { name: 'Backups, newest first' }).getByRole('row').nth(2).click();
    await expectShown(page.getByRole('article'));
  });

  it('that failed stand in their day, with why and a way to the job; they come while one looks', async () => {
    const { page, world } = scene;
    await new HoldfastWindow(page).open('backups/shop');
    const file = world.shopFile();
    renameSync(file, `${file}.away`);
    await expect(holdfast('backup', 'shop')).rejects.toThrow('source.file-missing');
    await expect(holdfast('backup', 'shop')).rejects.toThrow('source.file-missing');
    renameSync(`${file}.away`, file);
    const failed = page.getByRole('option', { name: /Failed 2 times: / });
    await failed.waitFor();
    expect(await page.getByRole('option').first().innerText()).toContain('Failed 2 times');
    await page.getByRole('listbox').focus();
    await page.keyboard.press('Home');
    const attempt = page.getByRole('article', { name: /^No backup: today/ });
    await attempt.getByText('Nothing half made is listed.', { exact: false }).waitFor();
    await page.keyboard.press('ArrowDown');
    await attempt.waitFor({ state: 'detached' });
    await failed.click();
    await attempt.getByRole('link', { name: 'Show the job and its log' }).click();
    await expectShown(page.getByRole('article').getByText('Backup failed'));
  });
});

onEveryStage('JO-1 a job is watched and stopped', (scene) => {
  it('a backup that waits for a lock is stopped, and the one behind it says why it waits', async () => {
    const { page, world } = scene;
    const server = await world.server();
    const args = ['--url', `postgres://ada@127.0.0.1:${server.port}/ledger?sslmode=disable`, '--password-stdin'];
    await holdfastJson(world.home, ['source', 'add', 'ledger', ...args], { env: world.env, input: `${password}\n` });
    const lock = new pg.Client({ host: server.socketFolder, port: server.port, user: 'postgres', database: 'ledger' });
    await lock.connect();
    try {
      await lock.query('BEGIN; LOCK TABLE entry IN ACCESS EXCLUSIVE MODE');
      await new HoldfastWindow(page).open('sources/ledger');
      await page.getByRole('button', { name: 'Back up now' }).click();
      await page.getByRole('button', { name: 'Test connection' }).click();
      await new HoldfastWindow(page).open('backups/ledger');
      await page.getByText('The first backup is being made.').waitFor();
      await new HoldfastWindow(page).open('activity');
      await page.getByRole('option', { name: /ledger connection test, waits/ }).click();
      await page.getByText(/Waits for the backup of ledger: jobs of one source run one after the other/).waitFor();
      await page.getByRole('option', { name: /Running ledger backup/ }).click();
      await page.getByRole('log').getByText('Connecting').waitFor();
      await page.getByRole('button', { name: 'Stop', exact: true }).click();
      const dialog = page.getByRole('alertdialog');
      await dialog.getByText('Earlier backups stay as they are.', { exact: false }).waitFor();
      await dialog.getByRole('button', { name: 'Stop the backup' }).click();
      await page.getByRole('option', { name: /Stopped ledger backup, stopped/ }).waitFor();
      await expectShown(page.getByText('Stopped by a person. Nothing partial was kept.'));
    } finally {
      await lock.end();
    }
  });

  it('what failed says what happened, what is safe and what to do', async () => {
    const { page, world } = scene;
    await (await world.server()).stop();
    await new HoldfastWindow(page).open('sources/ledger');
    await page.getByRole('button', { name: 'Back up now' }).click();
    await new HoldfastWindow(page).open('activity');
    await page.getByRole('checkbox', { name: 'Only failed' }).check({ force: true });
    await page.getByRole('option', { name: /server not reached/ }).click();
    const job = page.getByRole('article');
    await job.getByText('Backup failed').waitFor();
    await job.getByText('Check host and port, and that the network or VPN is up.').waitFor();
    await job.getByText('Earlier backups are as they were.', { exact: false }).waitFor();
    await job.getByRole('button', { name: 'Original text' }).click();
    await expectShown(job.getByRole('region', { name: 'Original text' }).getByText('source.unreachable'));
  });
});
