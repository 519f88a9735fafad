import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Drafts } from '../../../src/main/house/drafts.ts';
import type { PostgresSettings } from '../../../src/shared/source.ts';
import { turningClock } from '../job/turning-clock.ts';

const minute = 60_000;
const app: PostgresSettings = {
  kind: 'postgres',
  host: 'db.example.org',
  port: 5432,
  user: 'app',
  databases: ['shop'],
  tls: { mode: 'require' },
  password: 'vault',
};
const gone = expect.objectContaining({ code: 'source.draft-gone' });

describe('a password that was read', () => {
  test('is filled in where none was given by name, as often as it is tested', () => {
    const drafts = new Drafts(turningClock());
    const draft = drafts.keep('hunter22', app);
    expect(drafts.reveal({ draft, tunnel: 'x' }, app)).toEqual({ database: 'hunter22', tunnel: 'x' });
    expect(drafts.reveal({ draft }, app)).toEqual({ database: 'hunter22' });
    expect(drafts.reveal({ draft, database: 'typed' }, app)).toEqual({ database: 'typed' });
    expect(drafts.reveal({ database: 'typed' }, app)).toEqual({ database: 'typed' });
    expect(drafts.reveal({ draft: drafts.keep(undefined, app) }, app)).toEqual({});
  });

  test('is gone after half an hour, and as soon as it was saved', async () => {
    const clock = turningClock();
    const drafts = new Drafts(clock);
    const [early, saved] = [drafts.keep('a', app), drafts.keep('b', app)];
    await clock.turn(29 * minute);
    expect(drafts.reveal({ draft: early }, app)).toEqual({ database: 'a' });
    drafts.forget(saved);
    expect(() => drafts.reveal({ draft: saved }, app)).toThrow(gone);
    await clock.turn(minute);
    expect(() => drafts.reveal({ draft: early }, app)).toThrow(gone);
    expect(drafts.reveal({ draft: early, database: 'typed' }, app)).toEqual({ database: 'typed' });
  });

  test('cannot be guessed into, printed, or pile up without end', () => {
    const drafts = new Drafts(turningClock());
    const kept = Array.from({ length: 60 }, (_, index) => drafts.keep(`hunter-${index}`, app));
    expect(inspect(drafts, { depth: 9 }) + JSON.stringify(drafts)).not.toContain('hunter');
    expect(() => drafts.reveal({ draft: kept[0] }, app)).toThrow(gone);
    expect(drafts.reveal({ draft: kept[59] }, app)).toEqual({ database: 'hunter-59' });
    expect(new Set(kept).size).toBe(60);
  });

  test('SV-8 goes to the server it was read for, and to no other that the settings were turned to', () => {
    const drafts = new Drafts(turningClock());
    const draft = drafts.keep('hunter22', app);
    const hop = { host: 'bastion', port: 22, user: 'ann', auth: 'agent' as const, hostKey: `SHA256:${'a'.repeat(43)}` };
    const elsewhere: Partial<PostgresSettings>[] = [
      { host: 'db.example.com' },
      { port: 5433 },
      { user: 'postgres' },
      { tls: { mode: 'disable' } },
      { tunnel: { server: hop } },
    ];
    for (const change of elsewhere) {
      expect(() => drafts.reveal({ draft }, { ...app, ...change })).toThrow(
        expect.objectContaining({ code: 'vault.saved-elsewhere' }),
      );
      expect(drafts.reveal({ draft, database: 'typed' }, { ...app, ...change })).toEqual({ database: 'typed' });
    }
    const same = { ...app, databases: ['other'], tls: { mode: 'verify-full' as const } };
    expect(drafts.reveal({ draft }, same)).toEqual({ database: 'hunter22' });
    expect(drafts.reveal({ draft }, null)).toEqual({});
  });
});
