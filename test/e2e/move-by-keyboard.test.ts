/** JO-10 SV-21 BS-15: a restore to another server, checked by its authority and through an SSH server, typed by keyboard alone. */
import { chmodSync, copyFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from '@playwright/test';
import { expect, it } from 'vitest';
import { makeAuthority } from '../helpers/certificates.ts';
import { needs } from '../helpers/needs.ts';
import { startCluster, type Cluster } from '../helpers/postgres.ts';
import { sshdMissing, type SshServer } from '../helpers/sshd.ts';
import { seriousFindings } from './pages/axe.ts';
import {
  browseByKeyboard,
  chooseByKeyboard,
  pickByKeyboard,
  pressByKeyboard,
  typeByKeyboard,
} from './pages/keyboard.ts';
import { RestoreWizard } from './pages/restore-wizard.ts';
import { HoldfastWindow } from './pages/window.ts';
import { onEveryStage } from './stage.ts';
import { password, protectLedger } from './world.ts';

const sshd = needs('sshd', sshdMissing());
let other: Cluster;
let ssh: SshServer;

onEveryStage(
  'a restore to another server is typed by keyboard alone',
  (scene) => {
    const main = (): Locator => scene.page.getByRole('main');
    const button = (name: string | RegExp, within = main()): Locator =>
      within.getByRole('button', { name, exact: typeof name === 'string' });
    const press = (name: string, within?: Locator): Promise<void> => pressByKeyboard(scene.page, button(name, within));
    const type = (label: string, text: string, within = main()): Promise<void> =>
      typeByKeyboard(scene.page, within.getByLabel(label, { exact: true }).first(), text);
    const pick = (label: string, option: string, within?: Locator): Promise<void> =>
      pickByKeyboard(scene.page, button(new RegExp(`${label}$`), within).first(), option);
    const hop = (): Locator => scene.page.getByRole('group', { name: 'SSH server' });

    it.runIf(sshd)('and its draft outlives the window without the password', async () => {
      const { page, world } = scene;
      await new HoldfastWindow(page).open('restore/ledger');
      const wizard = new RestoreWizard(page);
      await chooseByKeyboard(page, main().getByRole('radio', { name: /^Move to another server/ }));
      await press('Continue');
      await press('Fill it in by hand');
      await type('Host or socket folder', '127.0.0.1');
      await type('Port', String(other.port));
      await type('User', 'ada');
      await type('Password', password);
      await press('Choose…', page.getByRole('group', { name: 'Certificate of the authority' }));
      await browseByKeyboard(page, 'ca.crt');
      await pick('SSH tunnel', 'Through an SSH server');
      // What is missing is said beside the button, and it cannot be gone on.
      await main().getByText('Where is the SSH server?').waitFor();
      expect(await wizard.rehearse.isDisabled()).toBe(true);
      await type('Server', ssh.host, hop());
      await type('Port', String(ssh.port), hop());
      await type('User', ssh.user, hop());
      await pick('Proves who you are with', 'A key file', hop());
      await press('Choose…', hop());
      await browseByKeyboard(page, 'id_ed25519');
      await press('Ask for its key', hop());
      await hop().getByText(ssh.fingerprint).waitFor();
      await press('This is its key', hop());

      expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain(password);
      await page.reload();
      await hop().getByText(ssh.fingerprint).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await type('Password', password);
      await press('Rehearse');
      await wizard.run('ledger').waitFor();
      await pressByKeyboard(page, wizard.run('ledger'));
      await wizard.lead('ledger is there, and every row is accounted for.').waitFor();
      expect(await other.sql('ledger', 'SELECT count(*)::int AS entries FROM entry')).toEqual([{ entries: 500 }]);
      // The plan that was rehearsed and run, as the house gave it.
      const kept = JSON.parse(await page.evaluate<string>("localStorage.getItem('holdfast.restore')")) as object;
      expect(kept).toMatchObject({
        plan: {
          target: {
            server: {
              tls: { mode: 'verify-full', caFile: path.join(world.desk, 'ca.crt') },
              tunnel: { server: { auth: 'key', hostKey: ssh.fingerprint, port: ssh.port } },
            },
          },
        },
      });
    });
  },
  {
    on: 'browser door',
    async before(world) {
      const authority = makeAuthority('the other server');
      copyFileSync(authority.caFile, path.join(world.desk, 'ca.crt'));
      other = await startCluster({ auth: 'scram', ssl: authority.issue('IP:127.0.0.1') });
      await other.sql('postgres', `CREATE ROLE ada LOGIN CREATEDB PASSWORD '${password}'`);
      if (sshd) {
        ssh = await world.ssh();
        const key = path.join(world.desk, 'id_ed25519');
        copyFileSync(ssh.keyFile, key);
        chmodSync(key, 0o600);
      }
      await protectLedger(world);
      return () => other.stop();
    },
  },
);
