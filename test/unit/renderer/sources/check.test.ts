import { describe, expect, test } from 'vitest';
import { check } from '../../../../src/renderer/sources/check.ts';
import { newWizard, type WizardState } from '../../../../src/renderer/sources/draft.ts';
import { faultsOf, faultsOfReport, stepOf } from '../../../../src/renderer/sources/fault-field.ts';
import { freeName, suggestName } from '../../../../src/renderer/sources/name.ts';
import { reduce, draftFor, type WizardAction } from '../../../../src/renderer/sources/reducer.ts';
import { checkNames, contentOf, namesIn, scopeOf } from '../../../../src/renderer/sources/scope.ts';
import { failures, type FailureCode } from '../../../../src/shared/failure.ts';
import { SourceName, wholeScope } from '../../../../src/shared/source.ts';
import type { ServerDraft } from '../../../../src/renderer/sources/draft.ts';

const after = (...actions: WizardAction[]): WizardState => actions.reduce(reduce, newWizard);
const failed = (code: FailureCode) => ({ code, message: 'm', ...failures[code], ref: 'r' });

describe('BS-14 a step of the wizard says what is missing, at the field that mends it', () => {
  test('a form needs a host, a user, a port in range and a password', () => {
    const state = after({ do: 'server', change: { port: '65536' } });
    expect(Object.keys(check(state, 'connection', []))).toEqual(['host', 'port', 'user', 'password']);
    const filled = after({
      do: 'server',
      change: { host: 'db', user: 'app', password: { from: 'typed', text: 'x' } },
    });
    expect(check(filled, 'connection', [])).toEqual({});
  });

  test('a tunnel needs a pinned key for every hop, of the right form', () => {
    const state = after(
      { do: 'server', change: { host: 'db', user: 'app', password: { from: 'none' }, tunnel: 'jump' } },
      { do: 'hop', which: 'server', change: { host: 'bastion', user: 'x', hostKey: 'SHA256:short' } },
      { do: 'hop', which: 'jump', change: { host: 'jump', user: 'x', auth: 'key' } },
    );
    expect(Object.keys(check(state, 'connection', []))).toEqual(['jump.keyFile', 'jump.hostKey', 'server.hostKey']);
  });

  test('table names are exact, and checked against what the test found', () => {
    expect(checkNames(['log_*', 'public.orders', 'orders', 'nothing'], ['public.orders'])).toEqual({
      patterns: ['log_*'],
      unknown: ['nothing'],
    });
    expect(checkNames(['anything'], null)).toEqual({ patterns: [], unknown: [] });
    expect(namesIn(' a, b\nc,,a ')).toEqual(['a', 'b', 'c']);
  });

  test('a name that is taken is refused for a new source only', () => {
    const state = after({ do: 'finish', change: { name: 'shop' } });
    expect(check(state, 'finish', ['shop'])).toHaveProperty('name');
    expect(check(state, 'finish', ['other'])).toEqual({});
    expect(check(after({ do: 'finish', change: { name: '-x' } }), 'finish', [])).toHaveProperty('name');
  });

  test('a SQLite file cannot be backed up without its tables', () => {
    const state = after({ do: 'file', path: '/a.db' }, { do: 'content', change: { which: 'data' } });
    expect(check(state, 'content', [])).toHaveProperty('tables');
  });
});

describe('BS-14 a failure stands at the field that can mend it', () => {
  test('a refused password at the password, an unknown SSH key at the key, a full disk nowhere', () => {
    expect(Object.keys(faultsOf(failed('source.auth-failed')).faults)).toEqual(['password']);
    expect(Object.keys(faultsOf(failed('tunnel.host-key-changed')).faults)).toEqual(['server.hostKey']);
    expect(faultsOf(failed('home.full'))).toMatchObject({ faults: {}, failure: { code: 'home.full' } });
  });

  test('what is wrong with a file that was asked for stands where it was asked', () => {
    expect(Object.keys(faultsOf(failed('source.file-missing'), 'envFile').faults)).toEqual(['envFile']);
    expect(Object.keys(faultsOf(failed('source.file-missing')).faults)).toEqual(['file']);
  });

  test('a tunnel through two servers says which of them', () => {
    const draft = draftFor(
      after(
        { do: 'server', change: { tunnel: 'jump' } },
        { do: 'hop', which: 'jump', change: { host: 'outer' } },
        { do: 'hop', which: 'server', change: { host: 'inner' } },
      ),
      'postgres',
    ) as ServerDraft;
    const report = (detail: string) => ({
      ok: false,
      steps: [{ step: 'tunnel', outcome: 'failed' as const, detail, code: 'tunnel.auth-failed' }],
      databases: [],
    });
    expect(Object.keys(faultsOfReport(report('outer refused this login.'), draft))).toEqual(['jump.user']);
    expect(Object.keys(faultsOfReport(report('inner refused this login.'), draft))).toEqual(['server.user']);
  });

  test('every field stands on a step', () => {
    expect(stepOf('tables')).toBe('content');
    expect(stepOf('jump.hostKey')).toBe('connection');
    expect(stepOf('url')).toBe('way');
    expect(stepOf('folders')).toBe('finish');
  });
});

describe('BS-14 names and scopes', () => {
  test.each([
    [{ kind: 'sqlite' as const, file: '/srv/Grüße till.sqlite3' }, 'Gr-e-till'],
    [{ kind: 'sqlite' as const, file: String.raw`C:\data\till.db` }, 'till'],
    [{ kind: 'sqlite' as const, file: '/srv/.db' }, ''],
  ])('%o is called %s', (draft, name) => {
    expect(suggestName(draft)).toBe(name);
    expect(name === '' || SourceName.safeParse(name).success).toBe(true);
  });

  test('a server with one database is called like it, and else like its host', () => {
    const named = (databases: string[], host = 'db.example.com') =>
      suggestName(draftFor(after({ do: 'server', change: { host, databases } }), 'postgres'));
    expect(named(['shop'])).toBe('shop');
    expect(named(['postgres'])).toBe('db');
    expect(named(['shop', 'blog'])).toBe('db');
    expect(named([], '10.0.0.7')).toBe('10.0.0.7');
  });

  test('a name that is taken gets a number', () => {
    expect(freeName('shop', ['shop', 'shop-2'])).toBe('shop-3');
    expect(freeName('shop', [])).toBe('shop');
  });

  test('a scope goes into the form and comes out as it was, also one that the form cannot say', () => {
    const scopes = [
      wholeScope,
      { ...wholeScope, part: 'schema' as const },
      { ...wholeScope, tables: ['a'] },
      { ...wholeScope, excludeTables: ['b', 'c'] },
      { ...wholeScope, schemas: ['sales'] },
      { part: 'schema' as const, schemas: [], tables: [], excludeTables: ['b'] },
    ];
    for (const scope of scopes) expect(scopeOf(contentOf(scope))).toEqual(scope);
  });
});
