import { describe, expect, test } from 'vitest';
import { newWizard, type WizardState } from '../../../../src/renderer/sources/draft.ts';
import { check } from '../../../../src/renderer/sources/check.ts';
import { addInput, testInput, wizardOf } from '../../../../src/renderer/sources/input.ts';
import { reduce, type WizardAction } from '../../../../src/renderer/sources/reducer.ts';
import { contract } from '../../../../src/shared/contract.ts';
import type { DestinationCard } from '../../../../src/shared/destination.ts';
import type { DestinationId, DraftId, SourceId } from '../../../../src/shared/id.ts';
import { type PostgresSettings, wholeScope, type Source } from '../../../../src/shared/source.ts';

const after = (...actions: WizardAction[]): WizardState => actions.reduce(reduce, newWizard);
const key = `SHA256:${'a'.repeat(43)}`;
const place: DestinationCard = {
  id: 'dst-abcdefgh' as DestinationId,
  name: 'backups',
  settings: { kind: 'folder', path: '/srv/backups' },
};
const source: Source = {
  id: 'src-abcdefgh' as SourceId,
  name: 'shop',
  settings: {
    kind: 'postgres',
    host: 'db.example.com',
    port: 5432,
    user: 'app',
    databases: ['shop', 'blog'],
    tls: { mode: 'verify-ca', caFile: '/etc/ca.pem' },
    tunnel: { server: { host: 'bastion', port: 22, user: 'ada', auth: 'password', hostKey: key } },
    password: 'vault',
  },
  scope: { ...wholeScope, excludeTables: ['log'] },
  digests: false,
  compressionLevel: 7,
  destinations: [place.id],
  createdAt: 1,
  production: true,
};

describe('BS-14 what the wizard sends', () => {
  test('a new source with a tunnel is what the contract takes; every secret travels beside the settings', () => {
    const state = after(
      { do: 'server', change: { host: ' db.example.com ', user: 'app', databases: ['shop'], tunnel: 'jump' } },
      { do: 'server', change: { password: { from: 'typed', text: 'one' } } },
      {
        do: 'hop',
        which: 'server',
        change: {
          host: 'inner',
          user: 'ada',
          auth: 'password',
          password: { from: 'typed', text: 'two' },
          hostKey: key,
        },
      },
      { do: 'hop', which: 'jump', change: { host: 'outer', user: 'ada', auth: 'key', keyFile: '/k', hostKey: key } },
    );
    const input = addInput(state);
    expect(contract.source.add.input.safeParse(input).success).toBe(true);
    expect(input?.secrets).toEqual({ database: 'one', tunnel: 'two' });
    expect(JSON.stringify(input?.settings)).not.toMatch(/"(one|two)"/);
    expect(contract.source.test.input.safeParse(testInput(state)).success).toBe(true);
  });

  test('a password that was found in a URL is named, never sent', () => {
    const draft = 'drf-abcdefgh' as DraftId;
    const read = {
      ...(source.settings as PostgresSettings),
      host: 'h',
      port: 5432,
      user: 'u',
      tls: { mode: 'require' as const },
    };
    delete read.tunnel;
    const given = { host: 'h', user: 'u', password: { from: 'draft' as const, draft, read } };
    const state = after({ do: 'server', change: given });
    expect(addInput(state)?.secrets).toEqual({ draft });
    expect(testInput(state)).toMatchObject({ secrets: { draft } });
    const moved = reduce(state, { do: 'server', change: { host: 'evil.example.com' } });
    expect(testInput(moved)).toBe('again');
    expect(check(moved, 'connection', [])).toMatchObject({
      password: { message: expect.stringContaining('another server') },
    });
    const back = reduce(moved, { do: 'server', change: { host: 'h' } });
    expect(check(back, 'connection', [])).toEqual({});
  });

  test('an unchanged source is saved as it was', () => {
    const input = addInput(wizardOf(source, [place]));
    expect(input).toEqual({
      name: 'shop',
      settings: source.settings,
      scope: source.scope,
      digests: false,
      compressionLevel: 7,
      folders: ['/srv/backups'],
      destinations: [],
      secrets: {},
      replace: true,
      production: true,
      direct: null,
    });
  });

  test('it keeps its bucket beside its folder', () => {
    const bucket = {
      ...place,
      id: 'dst-00000000000b',
      name: 'bucket',
      settings: { kind: 's3' },
    } as unknown as typeof place;
    const both = { ...source, destinations: [place.id, bucket.id] };
    expect(addInput(wizardOf(both, [place, bucket]))).toMatchObject({
      folders: ['/srv/backups'],
      destinations: ['bucket'],
    });
  });

  test('a saved password is tested only where it was saved for; elsewhere it has to be typed again', () => {
    const unchanged = wizardOf(source, [place]);
    expect(testInput(unchanged)).toEqual({ name: 'shop' });
    const other = reduce(unchanged, { do: 'server', change: { databases: ['blog'] } });
    expect(testInput(other)).toMatchObject({ saved: 'shop', settings: { databases: ['blog'] }, secrets: {} });
    expect(contract.source.test.input.safeParse(testInput(other)).success).toBe(true);
    const moved = reduce(unchanged, { do: 'server', change: { host: 'evil.example.com' } });
    expect(testInput(moved)).toBe('again');
    expect(Object.keys(check(moved, 'connection', []))).toEqual(['password']);
    const typed = [
      { do: 'server', change: { password: { from: 'typed', text: 'x' } } } as const,
      { do: 'hop', which: 'server', change: { password: { from: 'typed', text: 'y' } } } as const,
    ].reduce<WizardState>(reduce, moved);
    expect(testInput(typed)).toMatchObject({ secrets: { database: 'x', tunnel: 'y' } });
  });

  test('nothing is sent before it is known what it is', () => {
    expect(addInput(newWizard)).toBeNull();
    expect(testInput(newWizard)).toBeNull();
  });
});
