/**
 * The two JavaScript worlds of a page. Both functions run in Chromium as their own source text, so they refer to nothing
 * outside themselves. Between the worlds values cross as text over synchronous DOM events whose names nobody can guess.
 */
import type { Codec } from './codec.ts';

/** What Chromium has and the Node side's types do not. */
interface Page {
  document: {
    addEventListener(name: string, listen: (event: { detail: string }) => void): void;
    dispatchEvent(event: unknown): void;
  };
  CustomEvent: new (name: string, init: { detail: string }) => unknown;
}

export interface PreloadFacts {
  platform: string;
  versions: Record<string, string>;
}

type Listener = (...args: unknown[]) => void;
type Preload = (require: unknown, module: unknown, exports: unknown, process: unknown) => void;

/** The isolated world: `ipcRenderer` and `contextBridge` exist here, and the page cannot see them. */
export function preloadWorld(makeCodec: () => Codec, preload: Preload, facts: PreloadFacts, token: string): void {
  const world = globalThis as unknown as Page & Record<string, unknown>;
  const { document } = world;
  const codec = makeCodec();
  const post = world['__toMain'] as (text: string) => void;
  delete world['__toMain'];
  const fire = (name: string, message: unknown): void =>
    document.dispatchEvent(new world.CustomEvent(token + name, { detail: JSON.stringify(message) }));

  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const listeners = new Map<string, Listener[]>();
  let lastCall = 0;
  const ipcRenderer = {
    invoke: (channel: string, ...args: unknown[]) => {
      const coded = codec.encode(args);
      return new Promise((resolve, reject) => {
        lastCall += 1;
        pending.set(lastCall, { resolve, reject });
        post(JSON.stringify({ id: lastCall, channel, args: coded }));
      });
    },
    on: (channel: string, listen: Listener) => listeners.set(channel, [...(listeners.get(channel) ?? []), listen]),
    off: (channel: string, listen: Listener) =>
      listeners.set(
        channel,
        (listeners.get(channel) ?? []).filter((each) => each !== listen),
      ),
  };
  world['__fromMain'] = (text: string): void => {
    const message = JSON.parse(text) as {
      id?: number;
      error?: string;
      value?: unknown;
      channel: string;
      args: unknown;
    };
    if (message.id === undefined) {
      const args = codec.decode(message.args) as unknown[];
      for (const listen of listeners.get(message.channel) ?? []) listen({ sender: ipcRenderer }, ...args);
      return;
    }
    const call = pending.get(message.id);
    pending.delete(message.id);
    if (message.error === undefined) call?.resolve(codec.decode(message.value));
    else call?.reject(new Error(message.error));
  };

  // contextBridge: plain values are copied, functions can be called from the other side, promises settle there.
  const functions = new Map<number, (...args: unknown[]) => unknown>();
  let lastId = 0;
  const keep = (value: unknown): number => {
    lastId += 1;
    functions.set(lastId, value as (...args: unknown[]) => unknown);
    return lastId;
  };
  const callPage =
    (id: number) =>
    (...args: unknown[]): void =>
      fire('call-page', { id, args: codec.encode(args) });
  document.addEventListener(`${token}call-preload`, ({ detail }) => {
    const { id, call, args } = JSON.parse(detail) as { id: number; call: number; args: unknown };
    const settle = (answer: Record<string, unknown>): void => fire('answer', { call, ...answer });
    try {
      const value = functions.get(id)?.(...(codec.decode(args, callPage) as unknown[])) as Promise<unknown>;
      if (typeof value?.then === 'function') {
        value.then(
          (settled) => settle({ later: true, value: codec.encode(settled, keep) }),
          (error: Error) => settle({ later: true, error: error.message }),
        );
        settle({ promise: true });
      } else settle({ value: codec.encode(value, keep) });
    } catch (error) {
      settle({ error: (error as Error).message });
    }
  });
  const contextBridge = {
    exposeInMainWorld: (name: string, value: unknown) => fire('expose', { name, value: codec.encode(value, keep) }),
  };

  const electron = { contextBridge, ipcRenderer };
  const require = (name: string): unknown => {
    if (name === 'electron' || name === 'electron/renderer') return electron;
    throw new Error(`module not found: ${name}`);
  };
  const module = { exports: {} };
  preload(require, module, module.exports, { ...facts, type: 'renderer', sandboxed: true, contextIsolated: true });
}

/** The page's own world: gets frozen copies of what the preload script exposes. */
export function pageWorld(makeCodec: () => Codec, token: string): void {
  const world = globalThis as unknown as Page;
  const { document } = world;
  const codec = makeCodec();
  const fire = (name: string, message: unknown): void =>
    document.dispatchEvent(new world.CustomEvent(token + name, { detail: JSON.stringify(message) }));

  interface Answer {
    call: number;
    later?: boolean;
    promise?: boolean;
    error?: string;
    value?: unknown;
  }
  const callbacks = new Map<number, (...args: unknown[]) => unknown>();
  const settled = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let lastCallback = 0;
  let lastCall = 0;
  let now: Answer | undefined;
  const keep = (value: unknown): number => {
    lastCallback += 1;
    callbacks.set(lastCallback, value as (...args: unknown[]) => unknown);
    return lastCallback;
  };
  const callPreload =
    (id: number) =>
    (...args: unknown[]): unknown => {
      lastCall += 1;
      const call = lastCall;
      now = undefined;
      fire('call-preload', { id, call, args: codec.encode(args, keep) });
      const answer = now as Answer | undefined;
      if (answer?.error !== undefined) throw new Error(answer.error);
      if (answer?.promise !== true) return codec.decode(answer?.value, callPreload);
      return new Promise((resolve, reject) => settled.set(call, { resolve, reject }));
    };
  document.addEventListener(`${token}answer`, ({ detail }) => {
    const answer = JSON.parse(detail) as Answer;
    if (answer.later !== true) {
      now = answer;
      return;
    }
    const call = settled.get(answer.call);
    settled.delete(answer.call);
    if (answer.error === undefined) call?.resolve(codec.decode(answer.value, callPreload));
    else call?.reject(new Error(answer.error));
  });
  document.addEventListener(`${token}call-page`, ({ detail }) => {
    const { id, args } = JSON.parse(detail) as { id: number; args: unknown };
    callbacks.get(id)?.(...(codec.decode(args, callPreload) as unknown[]));
  });
  document.addEventListener(`${token}expose`, ({ detail }) => {
    const { name, value } = JSON.parse(detail) as { name: string; value: unknown };
    Object.defineProperty(globalThis, name, {
      value: Object.freeze(codec.decode(value, callPreload)),
      enumerable: true,
    });
  });
}
