import { describe, expect, test } from 'vitest';
import { check } from '../../../../src/renderer/sources/check.ts';
import { newWizard, wizardSteps, type ServerDraft, type WizardState } from '../../../../src/renderer/sources/draft.ts';
import { draftFor, knownTables, reduce, type WizardAction } from '../../../../src/renderer/sources/reducer.ts';
import { withoutPassword } from '../../../../src/renderer/sources/address.ts';
import { stepsIn } from '../../../../src/renderer/sources/test-state.ts';
import type { DraftId, JobId } from '../../../../src/shared/id.ts';
import type { SourceDraft } from '../../../../src/shared/source.ts';

const after = (...actions: WizardAction[]): WizardState => actions.reduce(reduce, newWizard);
const server = (state: WizardState): ServerDraft => draftFor(state, 'postgres') as ServerDraft;
const jobId = 'job-20261119-140000-abcdefgh' as JobId;

const read = (settings: SourceDraft['settings'], passwordFound = true): SourceDraft => ({
  draft: 'drf-abcdefgh' as DraftId,
  settings,
  name: 'shop',
  passwordFound,
  databaseNamed: true,
  notes: ['The URL names no port; 5432 is taken.'],
});
const shop: SourceDraft['settings'] = {
  kind: 'postgres',
  host: 'db.example.com',
  port: 5432,
  user: 'app',
  databases: ['shop'],
  tls: { mode: 'verify-full' },
  password: 'vault',
};

describe('BS-14 the source wizard', () => {
  test('going back, and to another way in, loses nothing that was filled in', () => {
    const filled = after(
      { do: 'way', way: 'form' },
      { do: 'server', change: { host: 'db.example.com', user: 'app', password: { from: 'typed', text: 'geheim' } } },
      { do: 'hop', which: 'server', change: { host: 'bastion', hostKey: 'SHA256:x' } },
      { do: 'content', change: { which: 'except', except: ['log'] } },
      { do: 'finish', change: { name: 'mine' } },
    );
    let state = filled;
    for (const step of wizardSteps.toReversed()) state = reduce(state, { do: 'step', step });
    state = [
      { do: 'way', way: 'file' } as const,
      { do: 'file', path: '/srv/till.db' } as const,
      { do: 'way', way: 'form' } as const,
      { do: 'server', change: {} } as const,
    ].reduce<WizardState>(reduce, state);
    expect(server(state)).toEqual(server(filled));
    expect(state.content).toEqual(filled.content);
    expect(state.finish.name).toBe('mine');
    expect(draftFor(state, 'sqlite')).toEqual({ kind: 'sqlite', file: '/srv/till.db' });
  });

  test('the furthest step stays reached when somebody goes back', () => {
    const state = after({ do: 'step', step: 'content' }, { do: 'step', step: 'way' });
    expect(state).toMatchObject({ step: 'way', reached: 'content' });
  });

  test('what was read fills the form, keeps the tunnel, and leaves no password in the window', () => {
    const url = 'postgres://app:geheim@db.example.com/shop?sslmode=verify-full';
    const state = after(
      { do: 'hop', which: 'server', change: { host: 'bastion' } },
      { do: 'url', text: url },
      { do: 'read', read: read(shop) },
    );
    expect(server(state)).toMatchObject({
      host: 'db.example.com',
      databases: ['shop'],
      password: { from: 'draft' },
      server: { host: 'bastion' },
    });
    expect(state.finish.name).toBe('shop');
    expect(JSON.stringify(state)).not.toContain('geheim');
  });

  test.each([
    ['postgres://app:geheim@db/shop', 'postgres://app@db/shop'],
    ['postgres://app:geh%40im@db/shop@2', 'postgres://app@db/shop@2'],
    ['postgres://app@db/shop?password=geheim&sslmode=require', 'postgres://app@db/shop?sslmode=require'],
    ['postgres://app@db/shop?sslmode=require&password=geheim', 'postgres://app@db/shop?sslmode=require'],
    ['postgres://app@db:5433/shop', 'postgres://app@db:5433/shop'],
  ])('%s is left in its field as %s', (url, left) => {
    expect(withoutPassword(url)).toBe(left);
  });

  test('a database that nobody named is not chosen, only tested', () => {
    const state = after({ do: 'read', read: { ...read({ ...shop, databases: ['postgres'] }), databaseNamed: false } });
    expect(server(state).databases).toEqual([]);
  });

  test('a URL that is read again without its password keeps the one that was found, for the same login only', () => {
    const again = (settings: SourceDraft['settings']) =>
      server(after({ do: 'read', read: read(shop) }, { do: 'read', read: read(settings, false) })).password;
    expect(again(shop)).toEqual({ from: 'draft', draft: 'drf-abcdefgh', read: shop });
    expect(again({ ...shop, password: 'none' })).toEqual({ from: 'draft', draft: 'drf-abcdefgh', read: shop });
    expect(again({ ...shop, host: 'elsewhere.example.com' })).toEqual({ from: 'typed', text: '' });
  });

  test('a path in an address is named and not sent; one in a chosen file is sent', () => {
    const file = read({ kind: 'sqlite', file: '/srv/till.db' });
    const typed = after({ do: 'way', way: 'url' }, { do: 'read', read: file });
    expect(typed.draft).toEqual({ kind: 'sqlite', file: '', named: '/srv/till.db' });
    expect(check(typed, 'connection', []).file?.message).toContain('/srv/till.db');
    const chosen = reduce(typed, { do: 'file', path: '/srv/till.db' });
    expect(chosen.draft).toEqual({ kind: 'sqlite', file: '/srv/till.db' });
    expect(check(chosen, 'connection', [])).toEqual({});
    expect(after({ do: 'way', way: 'env' }, { do: 'read', read: file }).draft).toEqual(chosen.draft);
    const authority = read({ ...shop, tls: { mode: 'verify-ca', caFile: '/srv/ca.pem' } });
    const named = after({ do: 'way', way: 'url' }, { do: 'read', read: authority });
    expect(server(named).tls).toMatchObject({ caFile: '', named: '/srv/ca.pem' });
    expect(check(named, 'connection', []).caFile?.message).toContain('/srv/ca.pem');
  });

  test('a name that a person wrote is not changed by what is read later', () => {
    const state = after({ do: 'finish', change: { name: 'mine' } }, { do: 'read', read: read(shop) });
    expect(state.finish.name).toBe('mine');
  });

  test('a pinned key goes when the host or the port is another', () => {
    const pinned = after({ do: 'hop', which: 'server', change: { host: 'a', hostKey: 'SHA256:k' } });
    expect(server(reduce(pinned, { do: 'hop', which: 'server', change: { user: 'x' } })).server.hostKey).toBe(
      'SHA256:k',
    );
    expect(server(reduce(pinned, { do: 'hop', which: 'server', change: { host: 'b' } })).server.hostKey).toBe('');
    expect(server(reduce(pinned, { do: 'hop', which: 'server', change: { port: '2222' } })).server.hostKey).toBe('');
  });

  test('TLS follows the host until a person chooses', () => {
    expect(server(after({ do: 'server', change: { host: '127.0.0.1' } })).tls.mode).toBe('disable');
    expect(server(after({ do: 'server', change: { host: 'db.example.com' } })).tls.mode).toBe('verify-full');
    const chosen = after(
      { do: 'server', change: { tls: { mode: 'require', caFile: '', own: true } } },
      { do: 'server', change: { host: 'localhost' } },
    );
    expect(server(chosen).tls.mode).toBe('require');
  });

  test('whoever mends a field no longer sees its fault, but still sees the others', () => {
    const state = after(
      { do: 'faults', faults: { host: { message: 'h' }, password: { message: 'p' } } },
      { do: 'server', change: { host: 'x' } },
    );
    expect(state.faults).toEqual({ password: { message: 'p' } });
  });
});

describe('BS-14 the live test of a connection', () => {
  const report = {
    ok: true,
    steps: [{ step: 'connect', outcome: 'ok' as const, detail: 'app is let in to shop.' }],
    databases: [{ name: 'shop', sizeBytes: 4_000 }],
    tables: ['public.orders'],
  };

  test('shows each step as it comes and keeps what it found to choose from', () => {
    const asked = after(
      { do: 'test', happening: { kind: 'asked' } },
      { do: 'test', happening: { kind: 'started', jobId } },
    );
    const moved = reduce(asked, {
      do: 'test',
      happening: { kind: 'moved', jobId, phase: 'version', steps: report.steps },
    });
    expect(moved.test).toMatchObject({ state: 'running', phase: 'version', steps: report.steps });
    const done = reduce(moved, { do: 'test', happening: { kind: 'done', jobId, report, at: 5 } });
    expect(done.test).toMatchObject({ state: 'done', at: 5 });
    expect(done.found).toEqual({ databases: report.databases, tables: report.tables, of: [] });
  });

  test('names the tables of the databases that were tested, and of no others', () => {
    const of = (...databases: string[]): WizardAction => ({ do: 'server', change: { databases }, keepTest: true });
    const done = after(
      of('shop'),
      { do: 'test', happening: { kind: 'asked' } },
      { do: 'test', happening: { kind: 'started', jobId } },
      { do: 'test', happening: { kind: 'done', jobId, report, at: 5 } },
    );
    expect(knownTables(done)).toEqual(report.tables);
    expect(knownTables(reduce(done, of('shop', 'blog')))).toBeNull();
    expect(reduce(done, of('shop', 'blog')).test.state).toBe('done');
    expect(knownTables(reduce(reduce(done, of('blog')), of('shop')))).toEqual(report.tables);
  });

  test('says nothing of a connection that was changed while it ran', () => {
    const changed = after(
      { do: 'server', change: { host: 'a' } },
      { do: 'test', happening: { kind: 'asked' } },
      { do: 'test', happening: { kind: 'started', jobId } },
      { do: 'server', change: { host: 'b' } },
    );
    expect(changed.test.state).toBe('none');
    const late = reduce(changed, { do: 'test', happening: { kind: 'done', jobId, report, at: 5 } });
    expect(late.test.state).toBe('none');
    expect(late.found).toBeNull();
  });

  test('reads its steps out of the log, and takes no other line for one', () => {
    const line = (message: string, facts: Record<string, unknown>) => ({
      at: 1,
      level: 'info' as const,
      message,
      facts,
    });
    const lines = [
      line('started', { kind: 'probe' }),
      line('step', { ...report.steps[0] }),
      line('step', { step: 'forged', outcome: 'perfect', detail: '' }),
    ];
    expect(stepsIn(lines)).toEqual(report.steps);
  });
});
