/** BS-6 CV-4 JO-5: a restore that fails and one that is stopped say so, say what to do, and leave the live database as it was. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { RestoreWizard } from './pages/restore-wizard.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage, type Scene } from './stage.ts';
import { protectLedger } from './world.ts';

/** What is on the server: its databases, and what the live one holds. */
async function server({ world }: Scene): Promise<{ databases: unknown[]; rows: unknown }> {
  const cluster = await world.server();
  const databases = await cluster.sql('postgres', 'SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1');
  const [rows] = await cluster.sql(
    'ledger',
    'SELECT (SELECT count(*) FROM account) a, (SELECT sum(cents) FROM entry) e',
  );
  return { databases: databases.map(({ datname }) => datname), rows };
}

onEveryStage(
  'a restore that does not come to its end',
  (scene) => {
    let wizard: RestoreWizard;
    const main = () => scene.page.getByRole('main');
    const says = (text: string) => main().getByRole('alert').filter({ hasText: text }).waitFor();

    beforeEach(async () => {
      wizard = new RestoreWizard(scene.page);
      await new HoldfastWindow(scene.page).open('restore/ledger');
    });

    it('because its database was taken meanwhile leaves that one to whoever made it, and may be tried again', async () => {
      const cluster = await scene.world.server();
      const before = await server(scene);
      await wizard.goal('Restore beside');
      await wizard.proceed.click();
      await wizard.newDatabase.fill('taken');
      await wizard.rehearse.click();
      await wizard.run('taken').waitFor();
      await cluster.createDatabase('taken');
      await cluster.sql('taken', 'CREATE TABLE theirs AS SELECT 1 AS one');
      await wizard.run('taken').click();
      await wizard.lead('taken was not made. Nothing was left behind.').waitFor();
      await says('The database taken is not empty: it holds table public.theirs.');
      await says('Holdfast restores into a new or empty database only. Choose another name.');
      await main().getByText('ledger was not touched.').waitFor();
      expect(await cluster.sql('taken', 'SELECT one FROM theirs')).toEqual([{ one: 1 }]);
      expect((await server(scene)).rows).toEqual(before.rows);
      await scene.page.getByRole('button', { name: 'Back to what and where' }).click();
      expect(await wizard.newDatabase.inputValue()).toBe('taken');
      await cluster.sql('postgres', 'DROP DATABASE taken');
      await wizard.newDatabase.fill('free');
      await wizard.rehearse.click();
      await wizard.run('free').click();
      await wizard.lead('free is there, and every row is accounted for.').waitFor();
      await scene.page.getByRole('button', { name: 'Done' }).click();
    });

    it('because it was stopped takes back what it made; the live database is untouched', async () => {
      const cluster = await scene.world.server();
      const before = await server(scene);
      await wizard.goal('Undo a mistake');
      await wizard.proceed.click();
      await wizard.rehearse.click();
      await wizard.confirm('ledger');
      const letGo = await cluster.holdDatabases();
      await wizard.replace('ledger').click();
      await wizard.lead('Restoring ledger').waitFor();
      await scene.page.getByText('The live database stays as it is.').waitFor();
      await scene.page.getByRole('main').getByRole('button', { name: 'Stop' }).click();
      await letGo();
      await wizard.lead('Stopped. ledger is as it was before.').waitFor();
      await main().getByText('ledger was not touched.').waitFor();
      expect(await server(scene)).toEqual(before);
      await scene.page.getByRole('button', { name: 'Back to what and where' }).click();
      await scene.page.getByText('In the place of').waitFor();
    });

    it('because its backup was changed after the rehearsal puts no byte into place', async () => {
      const before = await server(scene);
      await wizard.rehearse.click();
      await wizard.confirm('ledger');
      changeBackups(scene.world.home);
      await wizard.replace('ledger').click();
      await wizard.lead('Not restored. ledger is as it was before.').waitFor();
      await says('is not as it was written.');
      await says('The stored bytes are not the ones written. Use another backup');
      await main().getByText('ledger was not touched.').waitFor();
      expect(await server(scene)).toEqual(before);
      await main().getByRole('button', { name: 'Choose another backup' }).click();
      await wizard.lead('What should happen?').waitFor();
    });
  },
  { before: protectLedger },
);

/** One byte in the middle of everything that is stored. */
function changeBackups(home: string): void {
  const data = path.join(home, 'backups/data');
  for (const entry of readdirSync(data, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const bytes = readFileSync(file);
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    writeFileSync(file, bytes);
  }
}
