import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Drafts } from '../../../src/main/house/drafts.ts';
import { turningClock } from '../job/turning-clock.ts';

const minute = 60_000;
const gone = expect.objectContaining({ code: 'source.draft-gone' });

describe('a password that was read', () => {
  test('is filled in where none was given by name, as often as it is tested', () => {
    const drafts = new Drafts(turningClock());
    const draft = drafts.keep('hunter22');
    expect(drafts.reveal({ draft, tunnel: 'x' })).toEqual({ database: 'hunter22', tunnel: 'x' });
    expect(drafts.reveal({ draft })).toEqual({ database: 'hunter22' });
    expect(drafts.reveal({ draft, database: 'typed' })).toEqual({ database: 'typed' });
    expect(drafts.reveal({ database: 'typed' })).toEqual({ database: 'typed' });
    expect(drafts.reveal({ draft: drafts.keep(undefined) })).toEqual({});
  });

  test('is gone after half an hour, and as soon as it was saved', async () => {
    const clock = turningClock();
    const drafts = new Drafts(clock);
    const [early, saved] = [drafts.keep('a'), drafts.keep('b')];
    await clock.turn(29 * minute);
    expect(drafts.reveal({ draft: early })).toEqual({ database: 'a' });
    drafts.forget(saved);
    expect(() => drafts.reveal({ draft: saved })).toThrow(gone);
    await clock.turn(minute);
    expect(() => drafts.reveal({ draft: early })).toThrow(gone);
    expect(drafts.reveal({ draft: early, database: 'typed' })).toEqual({ database: 'typed' });
  });

  test('cannot be guessed into, printed, or pile up without end', () => {
    const drafts = new Drafts(turningClock());
    const kept = Array.from({ length: 60 }, (_, index) => drafts.keep(`hunter-${index}`));
    expect(inspect(drafts, { depth: 9 }) + JSON.stringify(drafts)).not.toContain('hunter');
    expect(() => drafts.reveal({ draft: kept[0] })).toThrow(gone);
    expect(drafts.reveal({ draft: kept[59] })).toEqual({ database: 'hunter-59' });
    expect(new Set(kept).size).toBe(60);
  });
});
