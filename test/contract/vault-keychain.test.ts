import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { desktopSessionMissing, runInSession, type Findings } from '../helpers/desktop-session.ts';
import { needs } from '../helpers/needs.ts';
import { keeperPromises } from './vault.suite.ts';

const session = needs('GNOME Keyring in a session of its own', desktopSessionMissing());

describe.runIf(session)('SV-19 the OS keychain as a keeper of secrets (GNOME Keyring, its daemon restarted)', () => {
  let findings: Findings = {};
  beforeAll(async () => {
    findings = await runInSession(join(import.meta.dirname, 'vault-keychain.session.ts'));
  });
  test.for(keeperPromises)('$name', ({ name }) => {
    expect(findings[name]).toBeNull();
  });
});
