/** Turns the contract into the shapes of its two sides: handlers and announcer in the house, a client at a door. */
import { Fail, fromFailure, toFailure, type Failure } from './failure.ts';
import { z } from './schema.ts';

type Schema = z.ZodMiniType;
export interface Call<I extends Schema, O extends Schema> {
  kind: 'call';
  input: I;
  output: O;
}
export interface Event<P extends Schema> {
  kind: 'event';
  payload: P;
}
type Room = Record<string, Call<Schema, Schema> | Event<Schema>>;
export type Contract = Record<string, Room>;

export const call = <I extends Schema, O extends Schema>(input: I, output: O): Call<I, O> => ({
  kind: 'call',
  input,
  output,
});
export const event = <P extends Schema>(payload: P): Event<P> => ({ kind: 'event', payload });

type CallsOf<R> = { [K in keyof R as R[K] extends Call<Schema, Schema> ? K : never]: R[K] };
type EventsOf<R> = { [K in keyof R as R[K] extends Event<Schema> ? K : never]: R[K] };
type InputOf<C> = C extends Call<infer I, Schema> ? z.output<I> : never;
type GivenTo<C> = C extends Call<infer I, Schema> ? z.input<I> : never;
type OutputOf<C> = C extends Call<Schema, infer O> ? z.output<O> : never;
type PayloadOf<E> = E extends Event<infer P> ? z.output<P> : never;

/** Who calls, as the door knows it. */
export interface Caller {
  /** For the audit trail, e.g. `ada (terminal)`. */
  actor: string;
  /** Aborted when the caller goes away. */
  signal: AbortSignal;
}

/** What the house must provide: every call, no more, no fewer. */
export type Handlers<C> = {
  [R in keyof C]: {
    [K in keyof CallsOf<C[R]>]: (
      input: InputOf<CallsOf<C[R]>[K]>,
      caller: Caller,
    ) => Promise<OutputOf<CallsOf<C[R]>[K]>>;
  };
};
/** What the house may announce. */
export type Announcer<C> = {
  [R in keyof C]: { [K in keyof EventsOf<C[R]>]: (payload: PayloadOf<EventsOf<C[R]>[K]>) => void };
};
/** What a door gets. Calls throw `Fail`; `on` returns the way to stop listening. */
export type Client<C> = {
  [R in keyof C]: {
    [K in keyof CallsOf<C[R]>]: (input: GivenTo<CallsOf<C[R]>[K]>) => Promise<OutputOf<CallsOf<C[R]>[K]>>;
  } & {
    [K in keyof EventsOf<C[R]>]: (listen: (payload: PayloadOf<EventsOf<C[R]>[K]>) => void) => () => void;
  };
};

export type Answer = { ok: true; value: unknown } | { ok: false; failure: Failure };

/** Announcements as they travel. A receiver that sees a gap in `sequence` asks for a new snapshot. */
export interface Announcement {
  sequence: number;
  event: string;
  payload: unknown;
}

/** Who carries calls and events: a socket, an IPC port, or nothing but memory. */
export interface Wire {
  invoke(name: string, input: unknown): Promise<Answer>;
  on(event: string, listen: (payload: unknown) => void): () => void;
}

/**
 * Answers any call by name. The input is parsed strictly before a handler sees it; what is not declared is refused.
 * @param explain turns what was thrown into a failure; it also writes the log.
 */
export function answerer<C extends Contract>(
  contract: C,
  handlers: Handlers<C>,
  explain: (thrown: unknown, name: string) => Failure = (thrown) => toFailure(thrown, ''),
): (name: string, input: unknown, caller: Caller) => Promise<Answer> {
  const entries = new Map<string, { input: Schema; run: (input: unknown, caller: Caller) => Promise<unknown> }>();
  for (const [room, members] of Object.entries(contract)) {
    for (const [verb, member] of Object.entries(members)) {
      if (member.kind !== 'call') continue;
      const run = (handlers as Record<string, Record<string, (input: unknown, caller: Caller) => Promise<unknown>>>)[
        room
      ]?.[verb];
      if (run === undefined) throw new Error(`No handler for ${room}.${verb}`);
      entries.set(`${room}.${verb}`, { input: member.input, run });
    }
  }
  return async (name, input, caller) => {
    try {
      const entry = entries.get(name);
      if (entry === undefined)
        throw new Fail('call.unknown', `There is no call named ${JSON.stringify(name.slice(0, 80))}.`);
      const parsed = z.safeParse(entry.input, input);
      if (!parsed.success) {
        const where = parsed.error.issues.map((issue) => issue.path.join('.') || 'input').join(', ');
        throw new Fail('call.malformed', `The input of ${name} is not of its form (${where.slice(0, 200)}).`);
      }
      return { ok: true, value: await entry.run(parsed.data, caller) };
    } catch (thrown) {
      return { ok: false, failure: explain(thrown, name) };
    }
  };
}

/** A client over any wire. Answers and events are parsed too: a door never trusts the shape of what it is sent. */
export function client<C extends Contract>(contract: C, wire: Wire): Client<C> {
  const rooms = Object.entries(contract).map(([room, members]) => [
    room,
    Object.fromEntries(
      Object.entries(members).map(([verb, member]) => [
        verb,
        member.kind === 'call'
          ? async (input: unknown) => {
              const answer = await wire.invoke(`${room}.${verb}`, input);
              if (!answer.ok) throw fromFailure(answer.failure);
              return z.parse(member.output, answer.value);
            }
          : (listen: (payload: unknown) => void) =>
              wire.on(`${room}.${verb}`, (payload) => listen(z.parse(member.payload, payload))),
      ]),
    ),
  ]);
  return Object.fromEntries(rooms) as Client<C>;
}

/** The announcer of a contract: each event is numbered by the order in which it was announced. */
export function announcer<C extends Contract>(
  contract: C,
  send: (event: string, payload: unknown) => void,
): Announcer<C> {
  const rooms = Object.entries(contract).map(([room, members]) => [
    room,
    Object.fromEntries(
      Object.entries(members)
        .filter(([, member]) => member.kind === 'event')
        .map(([verb]) => [verb, (payload: unknown) => send(`${room}.${verb}`, payload)]),
    ),
  ]);
  return Object.fromEntries(rooms) as Announcer<C>;
}
