/** A command line in memory: what it would ask the house, what it prints, and how it ends. */
import { answerer, client } from '../../../src/shared/channel.ts';
import { contract } from '../../../src/shared/contract.ts';
import { readEnvironment } from '../../../src/main/base/environment.ts';
import { runCommandLine } from '../../../src/main/cli/run.ts';
import type { Terminal } from '../../../src/main/cli/terminal.ts';
import { handlersOf } from '../../real/owner-house.ts';
import { turningClock } from '../job/turning-clock.ts';

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
  /** Every call, in order. */
  asked: { call: string; input: unknown }[];
  json(): unknown;
}

export interface Given {
  /** What the house answers, by call. A call that is not here fails the test. */
  answers?: Record<string, (input: never) => unknown>;
  /** Lines of standard input. */
  input?: string[];
  /** Answers of somebody who sits there; undefined: nobody does. */
  typed?: string[];
  pgpassFile?: string;
  sshAgentSocket?: string;
  /** Called when the command asks for this; may interrupt it. */
  onCall?(call: string, interrupt: () => void): void;
}

/** Runs one command line against a house that answers as it is told. */
export async function commandLine(argv: string[], given: Given = {}): Promise<Ended> {
  const asked: Ended['asked'] = [];
  const out: string[] = [];
  const notes: string[] = [];
  let interrupt: () => void = () => {};
  const handlers = handlersOf((call) => async (input) => {
    asked.push({ call, input });
    given.onCall?.(call, () => interrupt());
    const answer = given.answers?.[call];
    if (answer === undefined) throw new Error(`The test gave no answer to ${call}`);
    return answer(input as never);
  });
  const answer = answerer(contract, handlers);
  const caller = { actor: 'ada (terminal)', signal: new AbortController().signal };
  const api = client(contract, { invoke: (name, input) => answer(name, input, caller), on: () => () => {} });
  const input = [...(given.input ?? [])];
  const typed = [...(given.typed ?? [])];
  const terminal: Terminal = {
    interactive: given.typed !== undefined,
    print: (text) => void out.push(text),
    note: (text) => void notes.push(text),
    progress: (phase) => void notes.push(phase),
    askSecret: async (question) => {
      notes.push(question);
      return typed.shift() ?? '';
    },
    readLine: async () => input.shift(),
    onInterrupt(listen) {
      interrupt = () => listen('SIGINT');
      return () => {};
    },
    flush: async () => {},
  };
  const env = {
    ...readEnvironment(),
    home: '/home/ada/holdfast',
    account: 'ada',
    pgpassFile: given.pgpassFile ?? '/nowhere/pgpass',
    sshAgentSocket: given.sshAgentSocket,
  };
  const code = await runCommandLine(argv, {
    terminal,
    env,
    clock: turningClock(),
    cwd: '/work/shop',
    program: ['/usr/bin/node', '/opt/holdfast/main.ts'],
    version: '1.2.3',
    windowFiles: '/nowhere/out/renderer',
    openDoor: async () => ({
      api,
      invoke: () => Promise.reject(new Error('the terminal calls by its client')),
      onAnnouncement: () => () => {},
      role: () => 'owner',
      close: async () => {},
    }),
    endNow: () => {
      throw new Error('ended at once');
    },
  });
  const stdout = out.join('\n');
  return { code, stdout, stderr: notes.join('\n'), asked, json: () => JSON.parse(stdout) };
}
