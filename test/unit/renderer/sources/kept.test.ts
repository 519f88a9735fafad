import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { addressWithoutSecrets } from '../../../../src/renderer/sources/address.ts';
import { emptyHop, type PasswordDraft } from '../../../../src/renderer/frame/server-draft.ts';
import { emptyServer, newWizard, type WizardState } from '../../../../src/renderer/sources/draft.ts';
import { wizardOf } from '../../../../src/renderer/sources/input.ts';
import { keptOf, KeptWizard, wizardFrom } from '../../../../src/renderer/sources/kept.ts';
import type { DraftId, SourceId } from '../../../../src/shared/id.ts';
import type { PostgresSettings } from '../../../../src/shared/source.ts';
import { z } from '../../../../src/shared/schema.ts';
import { source } from '../things.ts';

const secret = 'correct-horse';
const hop = { ...emptyHop, host: 'bastion', user: 'ann', hostKey: `SHA256:${'a'.repeat(43)}` };
const server: WizardState = {
  ...newWizard,
  step: 'finish',
  reached: 'finish',
  way: 'form',
  envFile: '/srv/app/.env',
  draft: {
    ...emptyServer,
    host: 'db.example.org',
    user: 'app',
    databases: ['shop'],
    password: { from: 'none' },
    tunnel: 'jump',
    server: hop,
    jump: hop,
  },
  aside: { postgres: null, sqlite: { kind: 'sqlite', file: '/srv/shop.db' } },
  notes: ['Its port was not named.'],
  content: { which: 'only', only: ['orders'], except: [], kept: null },
  finish: {
    name: 'shop',
    production: true,
    digests: false,
    compressionLevel: 3,
    direct: 'when-full',
    folders: ['/backups'],
    places: ['bucket'],
  },
  nameIsOwn: true,
  test: { state: 'done', report: { ok: true, steps: [], databases: [] }, at: 5 },
  found: { databases: [{ name: 'shop', sizeBytes: 8 }], tables: ['orders'], of: ['shop'] },
};
const withPasswords = (password: PasswordDraft, hops = ''): WizardState => {
  const asked = { ...hop, auth: 'password' as const, password: { from: 'typed' as const, text: hops } };
  return { ...server, draft: { ...(server.draft as typeof emptyServer), password, server: asked, jump: asked } };
};
const read: PostgresSettings = {
  kind: 'postgres',
  host: 'db',
  port: 5432,
  user: 'app',
  databases: ['shop'],
  tls: { mode: 'require' },
  password: 'vault',
};
/** As it comes back from where it was written. */
const back = (state: WizardState, first = newWizard): WizardState | null =>
  wizardFrom(z.parse(KeptWizard, JSON.parse(JSON.stringify(keptOf(state)))), first);

describe('BS-14 a window that closes in any step of the source wizard loses nothing but passwords', () => {
  it.each(['way', 'connection', 'content', 'finish'] as const)('comes back to the step %s as it was', (step) => {
    const state = { ...server, step };
    expect(back(state)).toEqual(state);
  });

  it('asks for a typed password again, in words and where it is typed', () => {
    const state = withPasswords({ from: 'typed', text: secret }, secret);
    expect(JSON.stringify(keptOf(state))).not.toContain(secret);
    expect(back(state)).toMatchObject({
      step: 'connection',
      reached: 'finish',
      draft: { host: 'db.example.org', password: { from: 'typed', text: '' } },
      test: { state: 'none' },
      faults: {
        password: { message: 'A draft is kept without its password. Type it again.' },
        'server.password': { message: 'A draft is kept without its password. Type it again.' },
        'jump.password': { message: 'A draft is kept without its password. Type it again.' },
      },
    });
  });

  it('writes no handle of a password that was found in a URL or a file', () => {
    const state = withPasswords({ from: 'draft', draft: 'drf-abcdefgh' as DraftId, read });
    expect(JSON.stringify(keptOf(state))).not.toContain('drf-');
    expect(back(state)).toMatchObject({ step: 'connection', draft: { password: { from: 'typed', text: '' } } });
  });

  it('a password put aside with its form is not written either', () => {
    const { draft } = withPasswords({ from: 'typed', text: secret }, secret);
    const state: WizardState = {
      ...server,
      draft: { kind: 'sqlite', file: '/srv/shop.db' },
      aside: { postgres: draft as typeof emptyServer, sqlite: null },
    };
    expect(JSON.stringify(keptOf(state))).not.toContain(secret);
    expect(back(state)).toMatchObject({ step: 'finish', faults: {} });
  });

  it('a change is taken up for the source that it was made of, and for no other of its name', () => {
    const shop = source('shop');
    const first = wizardOf(shop, []);
    const state = { ...first, finish: { ...first.finish, production: true } };
    expect(back(state, first)).toEqual(state);
    expect(back(state, newWizard)).toBeNull();
    expect(back(state, wizardOf({ ...shop, id: 'src-00000099' as SourceId }, []))).toBeNull();
  });

  it('a list too long to be kept is asked for again', () => {
    const tables = Array.from({ length: 2_001 }, (_, number) => `t${number}`);
    const state: WizardState = { ...server, found: { databases: [], tables, of: [] } };
    expect(back(state)?.found).toEqual({ databases: [], tables: [], of: [] });
  });
});

describe('SV-8 an address is written down without what may be secret', () => {
  test.each([
    ['', ''],
    ['/srv/shop.db', '/srv/shop.db'],
    ['sqlite:////srv/shop.db', 'sqlite:////srv/shop.db'],
    ['postgres://db.example.org/shop', 'postgres://db.example.org/shop'],
    ['postgres://app@db:5433/shop?sslmode=require', 'postgres://app@db:5433/shop?sslmode=require'],
    ['postgres://app@[::1]:5433/shop', 'postgres://app@[::1]:5433/shop'],
    ['postgres://[::1]:5433/shop', 'postgres://[::1]:5433/shop'],
  ])('%s is kept whole', (url, text) => {
    expect(addressWithoutSecrets(url, null)).toEqual({ text, whole: true });
  });

  test.each([
    ['postgres://app:geheim@db/shop', 'postgres://app'],
    ['postgres://app:gehe', 'postgres://app'],
    ['postgres://app:1234', 'postgres://app'],
    ['postgres://app:ge/he@im@db/shop', 'postgres://app'],
    ['postgres://app:ge@he', 'postgres://app'],
    ['postgres://app@tenant:geheim@db/shop', 'postgres://app'],
    ['postgres://app@tenant:geheim', 'postgres://app@tenant'],
    ['postgres://app@db/shop?sslmode=require&password=geheim', 'postgres://app@db/shop?sslmode=require'],
    ['postgres://app@db/shop?pass%77ord=geheim', 'postgres://app@db/shop'],
    ['postgres://app:geh?eim@db/shop', 'postgres://app'],
    ['postgres://app@db/shop#geheim', 'postgres://app@db/shop'],
    ['host=db password=geheim', ''],
    ['app:geheim@db', ''],
  ])('%s becomes %s, and that is told', (url, text) => {
    expect(addressWithoutSecrets(url, null)).toEqual({ text, whole: false });
  });

  test('what stands before the first colon is a host where the house has read it as one', () => {
    expect(addressWithoutSecrets('postgres://db:5433/shop', 'db')).toEqual({
      text: 'postgres://db:5433/shop',
      whole: true,
    });
    expect(addressWithoutSecrets('postgres://app:5433', 'db').text).toBe('postgres://app');
  });

  test('whatever a password is made of, and however far it is typed, it is never among it', () => {
    const part = fc.string({
      minLength: 4,
      maxLength: 12,
      unit: fc.constantFrom('X', 'Y', 'Z', ':', '@', '/', '?', '#', '&', '=', '%', '[', ']'),
    });
    fc.assert(
      fc.property(part, fc.nat(80), (password, length) => {
        const url = `postgres://app:${password}@db.example.org:5432/shop?sslmode=require`.slice(0, length);
        expect(addressWithoutSecrets(url, null).text).not.toMatch(/[XYZ]/);
      }),
      { numRuns: 2_000 },
    );
  });
});
