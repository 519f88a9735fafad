import { describe, expect, it } from 'vitest';
import { announcer, answerer, call, client, event, type Handlers, type Wire } from '../../../src/shared/channel.ts';
import { contract } from '../../../src/shared/contract.ts';
import { Fail, failures, FailureSchema, toFailure } from '../../../src/shared/failure.ts';
import { z } from '../../../src/shared/schema.ts';

const small = {
  lamp: {
    turn: call(z.strictObject({ on: z.boolean() }), z.strictObject({ was: z.boolean() })),
    turned: event(z.strictObject({ on: z.boolean() })),
  },
} as const;

function house(turn: Handlers<typeof small>['lamp']['turn']) {
  const listeners = new Map<string, (payload: unknown) => void>();
  const answer = answerer(small, { lamp: { turn } });
  const caller = { actor: 'test', signal: new AbortController().signal };
  const wire: Wire = {
    invoke: async (name, input) => JSON.parse(JSON.stringify(await answer(name, input, caller))),
    on: (name, listen) => {
      listeners.set(name, listen);
      return () => listeners.delete(name);
    },
  };
  return {
    wire,
    api: client(small, wire),
    announce: announcer(small, (name, payload) => listeners.get(name)?.(payload)),
  };
}

describe('one contract, derived for both sides', () => {
  it('carries a call there and its answer back', async () => {
    let on = false;
    const { api } = house(async (input) => {
      const was = on;
      on = input.on;
      return { was };
    });
    expect(await api.lamp.turn({ on: true })).toEqual({ was: false });
    expect(await api.lamp.turn({ on: false })).toEqual({ was: true });
  });

  it('refuses what is not declared before a handler sees it', async () => {
    let seen = 0;
    const { wire } = house(async () => {
      seen += 1;
      return { was: false };
    });
    for (const input of [
      undefined,
      null,
      'on',
      {},
      { on: 'yes' },
      { on: true, extra: 1 },
      JSON.parse('{"on":true,"__proto__":{"a":1}}'),
    ]) {
      const answer = await wire.invoke('lamp.turn', input);
      expect(answer).toMatchObject({ ok: false, failure: { code: 'call.malformed' } });
    }
    for (const name of ['lamp.break', 'lamp.turned', 'constructor', '__proto__.x', '']) {
      expect(await wire.invoke(name, { on: true })).toMatchObject({ ok: false, failure: { code: 'call.unknown' } });
    }
    expect(seen).toBe(0);
  });

  it('carries a failure with code, hint and cause, and a bug without its stack', async () => {
    const { api } = house(async () => {
      throw new Fail('source.locked', 'Somebody holds it.', { cause: new Fail('spool.full', 'No room.') });
    });
    await expect(api.lamp.turn({ on: true })).rejects.toMatchObject({
      code: 'source.locked',
      cause: { code: 'spool.full' },
    });
    const broken = toFailure(new TypeError('secret path /root'), 'ref-1');
    expect(broken).toEqual({
      code: 'internal.bug',
      message: 'Something in Holdfast broke.',
      hint: expect.any(String),
      retryable: false,
      ref: 'ref-1',
    });
  });

  it('delivers events to who listens, until they stop', () => {
    const { api, announce } = house(async () => ({ was: false }));
    const heard: boolean[] = [];
    const stop = api.lamp.turned(({ on }) => heard.push(on));
    announce.lamp.turned({ on: true });
    stop();
    announce.lamp.turned({ on: false });
    expect(heard).toEqual([true]);
  });
});

describe('the failures of Holdfast', () => {
  it('each has a stable code of the form noun.fact and a hint that ends as a sentence', () => {
    for (const [code, { hint }] of Object.entries(failures)) {
      expect(code).toMatch(/^[a-z]+\.[a-z-]+$/);
      expect(hint).toMatch(/\.$/);
    }
  });

  it('a failure that crossed a door is parsed like everything else', () => {
    const failure = toFailure(new Fail('source.locked', 'x', { cause: new Fail('spool.full', 'y') }), 'r');
    expect(z.parse(FailureSchema, failure)).toEqual(failure);
    expect(z.safeParse(FailureSchema, { ...failure, code: 'no.such-code' }).success).toBe(false);
    expect(z.safeParse(FailureSchema, { ...failure, stack: 'at …' }).success).toBe(false);
  });

  it('every call of the contract has a name of the form noun.verb', () => {
    for (const [room, members] of Object.entries(contract)) {
      expect(room).toMatch(/^[a-z]+$/);
      for (const [verb, member] of Object.entries(members)) {
        expect(verb).toMatch(/^[a-zA-Z]+$/);
        expect(member.kind === 'call' || verb.endsWith('ed'), verb).toBe(true);
      }
    }
  });
});
