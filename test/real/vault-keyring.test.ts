import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { desktopSessionMissing, runInSession, type Findings } from '../helpers/desktop-session.ts';
import { needs } from '../helpers/needs.ts';
import { tempFolder } from '../helpers/temp.ts';

const session = needs('GNOME Keyring in a session of its own', desktopSessionMissing());

/** Told by test/real/vault-keyring.session.ts, in this order, each on what the one before left. */
const story = [
  'without a secret service the vault opens, and says so when it is asked',
  'a keychain that comes later is used without a restart',
  'secrets survive a restart of the daemon, and nothing of them is in the data folder',
  'a collection that is locked in the middle is told as locked',
  'a collection that is locked from the start too, and is no change of keeper',
  'a daemon that is frozen does not freeze the vault',
  'with a passphrase named later, the keychain is still asked for what it keeps',
  'everything can be moved from the keychain to a vault file and be read there without a keychain',
  'another keychain of the same kind is not taken for the old one',
  'a secret that was deleted in the keychain itself is told as missing',
];

describe.runIf(session)('SV-19 a vault over GNOME Keyring', () => {
  let findings: Findings = {};
  beforeAll(async () => {
    findings = await runInSession(join(import.meta.dirname, 'vault-keyring.session.ts'));
  });
  test.for(story)('%s', (part) => {
    expect(findings[part]).toBeNull();
  });
  test('no part of the story is left out here', () => {
    expect(Object.keys(findings)).toEqual(story);
  });
});

describe('SV-19 a machine without a message bus', () => {
  test('opens the vault, keeps nothing, and does not fall back to the kernel, which forgets at a reboot', () => {
    const folder = tempFolder('no-bus');
    const script = `
      const { openVault } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/main/vault/vault.ts'))});
      const { Secret } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/main/base/secret.ts'))});
      const vault = await openVault({ folder: ${JSON.stringify(folder)}, passphraseFile: undefined });
      const put = await vault.put('source/a', new Secret('hunter2!')).then(() => 'kept', (error) => error.code);
      console.log(JSON.stringify([vault.keeper.kind, put, vault.keeper.trouble.cause.message]));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        XDG_RUNTIME_DIR: folder,
        DBUS_SESSION_BUS_ADDRESS: `unix:path=${folder}/bus`,
      },
    });
    expect(stderr).toBe('');
    // The kernel's key ring, where it is allowed, would not complain of a bus.
    expect(JSON.parse(stdout)).toEqual(['none', 'vault.unavailable', expect.stringContaining('DBus')]);
  });
});
