import { describe, expect, it } from 'vitest';
import type { BackupCard } from '../../../../src/shared/artifact.ts';
import type { BackupId, SourceId } from '../../../../src/shared/id.ts';
import { emptyHop, noTunnel, strictTls, type HopDraft } from '../../../../src/renderer/frame/server-draft.ts';
import { noInputs, type Inputs } from '../../../../src/renderer/restore/draft.ts';
import { lackingWay, questionOf, requestOf, type Suggested } from '../../../../src/renderer/restore/request.ts';
import {
  besideFileName,
  besideName,
  databaseNameFault,
  folderOf,
  suggestedBackup,
} from '../../../../src/renderer/restore/suggest.ts';

const backupId = 'bk-20261119-140000-abcdefgh' as BackupId;
const suggested: Suggested = {
  backupId,
  kind: 'postgres',
  databases: ['shop', 'blog'],
  besideName: 'shop_1403',
  folder: null,
};
const server: NonNullable<Inputs['server']> = {
  settings: {
    kind: 'postgres',
    host: 'db',
    port: 5432,
    user: 'ada',
    databases: ['anything'],
    password: 'vault',
  },
  tls: strictTls,
  through: noTunnel,
  draft: null,
  password: 'x',
};

const ask = (inputs: Partial<Inputs>, over: Partial<Suggested> = {}) =>
  requestOf({ ...noInputs, source: 'shop', ...inputs }, { ...suggested, ...over });

describe('JO-10 what the house is asked for a draft', () => {
  it('takes what was suggested where nothing was said', () => {
    expect(ask({})).toEqual({
      ready: true,
      request: { backup: backupId, database: 'shop', target: { kind: 'same-server', database: 'shop_1403' } },
    });
  });

  it('takes what was typed before what was suggested', () => {
    expect(ask({ besideName: 'look', database: 'blog' })).toMatchObject({
      request: { database: 'blog', target: { database: 'look' } },
    });
  });

  it('names the server of a move with the new database, which is called as before', () => {
    expect(ask({ goal: 'move', server })).toMatchObject({
      request: { target: { kind: 'database', database: 'shop', server: { host: 'db', databases: ['shop'] } } },
    });
  });

  it('looks into ~/.pgpass only where no password was given for the new server', () => {
    const passwordOf = (password: string) => {
      const asked = ask({ goal: 'move', server: { ...server, password } });
      return asked.ready && asked.request.target.kind === 'database' ? asked.request.target.server.password : null;
    };
    expect(passwordOf('x')).toBe('vault');
    expect(passwordOf('')).toBe('pgpass');
  });

  it('SV-21 tells of the authority and of the tunnel, once each of them is whole', () => {
    const fingerprint = `SHA256:${'a'.repeat(43)}`;
    const hop = { ...emptyHop, host: ' bastion ', user: 'ops', auth: 'key' as const };
    const through = (changes: Partial<HopDraft>): Partial<Inputs> => ({
      goal: 'move',
      server: {
        ...server,
        tls: { ...strictTls, caFile: '/ca.pem' },
        through: { ...noTunnel, tunnel: 'direct', server: { ...hop, ...changes } },
      },
    });
    const lacking = (changes: Partial<HopDraft>) => {
      const inputs = through(changes);
      expect(ask(inputs)).toEqual({ ready: false, missing: 'way' });
      return lackingWay(inputs.server as NonNullable<Inputs['server']>)?.message;
    };
    expect(lacking({ host: ' ' })).toContain('Where is the SSH server');
    expect(lacking({})).toContain('private key');
    expect(lacking({ keyFile: '/key' })).toContain('nobody has looked at');
    expect(lacking({ keyFile: '/key', hostKey: 'SHA256:short' })).toContain('43 more characters');
    expect(lacking({ auth: 'password', hostKey: fingerprint })).toContain('password is missing');
    expect(ask(through({ keyFile: '/key', hostKey: fingerprint }))).toMatchObject({
      request: {
        target: {
          server: {
            tls: { mode: 'verify-full', caFile: '/ca.pem' },
            tunnel: {
              server: { host: 'bastion', port: 22, user: 'ops', auth: 'key', keyFile: '/key', hostKey: fingerprint },
            },
          },
        },
      },
    });
    const named = { ...server, tls: { ...strictTls, named: '/named.pem' } };
    expect(ask({ goal: 'move', server: named })).toEqual({ ready: false, missing: 'way' });
    expect(lackingWay(named)?.message).toContain('/named.pem');
  });

  it('says what is missing, in the order of the form', () => {
    expect(ask({}, { backupId: null })).toEqual({ ready: false, missing: 'backup' });
    expect(ask({}, { databases: [] })).toEqual({ ready: false, missing: 'contents' });
    expect(ask({}, { kind: 'sqlite' })).toEqual({ ready: false, missing: 'file' });
    expect(ask({ besideName: ' ' })).toEqual({ ready: false, missing: 'name-empty' });
    expect(ask({ besideName: 'ä'.repeat(32) })).toEqual({ ready: false, missing: 'name-too-long' });
    expect(ask({ goal: 'move' })).toEqual({ ready: false, missing: 'server' });
    expect(ask({ goal: 'undo' })).toMatchObject({ ready: true, request: { target: { kind: 'original' } } });
  });

  it('makes a file beside the live one by its name, and anywhere else only where one was chosen', () => {
    const file = { kind: 'sqlite' as const, folder: '/srv/', besideName: 'shop-1403.db' };
    const targetOf = (inputs: Partial<Inputs>) => {
      const asked = ask(inputs, file);
      return asked.ready ? asked.request.target : asked.missing;
    };
    expect(targetOf({})).toEqual({ kind: 'file', file: '/srv/shop-1403.db' });
    expect(targetOf({ besideName: 'look.db' })).toEqual({ kind: 'file', file: '/srv/look.db' });
    expect(targetOf({ file: '/elsewhere/a.db', besideName: 'look.db' })).toEqual({
      kind: 'file',
      file: '/elsewhere/a.db',
    });
    for (const name of ['../shop.db', 'a/b.db', '.hidden.db', 'noending', '']) {
      expect(targetOf({ besideName: name })).toBe('file-name');
    }
  });

  it('is another question with another password', () => {
    const inputs: Inputs = { ...noInputs, goal: 'move', server };
    const asked = ask(inputs);
    if (!asked.ready) throw new Error('not ready');
    expect(questionOf(asked.request, inputs)).not.toBe(
      questionOf(asked.request, { ...inputs, server: { ...server, password: 'y' } }),
    );
  });
});

describe('BS-5 which backup is offered', () => {
  const card = (takenAt: number, verdict: BackupCard['verdict']): BackupCard => ({
    backupId: `bk-20261119-14000${takenAt}-abcdefgh` as BackupId,
    source: 'shop',
    sourceId: 'src-abcdefgh' as SourceId,
    kind: 'postgres',
    takenAt,
    sizeBytes: 1,
    complete: true,
    verdict,
    provenAt: null,
    stored: [],
  });

  it('is the newest proven one, before newer ones that nobody restored', () => {
    expect(suggestedBackup([card(1, 'proven'), card(2, 'proven'), card(3, 'unproven')])?.takenAt).toBe(2);
    expect(suggestedBackup([card(1, 'unproven'), card(2, 'failed')])?.takenAt).toBe(1);
    expect(suggestedBackup([card(2, 'failed')])?.takenAt).toBe(2);
    expect(suggestedBackup([])).toBeUndefined();
  });
});

describe('JO-9 the name of the new place', () => {
  it('says what it is and when it was', () => {
    expect(besideName('shop', '14:03')).toBe('shop_1403');
    expect(besideFileName('/srv/data/shop.sqlite', '14:03')).toBe('shop-1403.sqlite');
    expect(besideFileName('C:\\data\\shop', '14:03')).toBe('shop-1403.sqlite');
    expect(folderOf('C:\\data\\shop')).toBe('C:\\data\\');
    expect(folderOf('shop')).toBeNull();
  });

  it('is never cut by the server, and never in the middle of a character', () => {
    const name = besideName('ü'.repeat(40), '14:03');
    expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(63);
    expect(name).toMatch(/^ü+_1403$/);
    expect(databaseNameFault(name)).toBeNull();
    expect(databaseNameFault('a\nb')).toBe('unusable');
  });
});
