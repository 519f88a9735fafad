/** Ctrl-C: the first cancels what this command asked for and waits, the second ends everything at once. */
import type { Terminal } from './terminal.ts';
import { words } from './words.ts';

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof exitCodes;

/** The command was interrupted, and what it had asked for has been cancelled. */
export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('Interrupted.');
    this.exitCode = exitCode;
  }
}

export class Interrupts {
  readonly #stop: () => void;
  readonly #listeners = new Set<() => void>();
  /** What is said at the first interrupt, by whoever holds. */
  readonly #holding: string[] = [];
  #first: Signal | undefined;
  #handedOver: ((signal: Signal) => void) | undefined;
  #reject: (reason: Interrupted) => void = () => {};
  /** Rejects at the first interrupt, unless something holds it back in order to end in its own way. */
  readonly interrupted: Promise<never>;

  /** @param endNow ends this process at once, with the exit code. */
  constructor(terminal: Terminal, endNow: (exitCode: number) => void) {
    this.interrupted = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.interrupted.catch(() => {});
    this.#stop = terminal.onInterrupt((signal) => {
      if (this.#handedOver !== undefined) return this.#handedOver(signal);
      if (this.#first !== undefined) return endNow(exitCodes[signal]);
      this.#first = signal;
      terminal.note(this.#holding.at(-1) ?? words.stopping);
      if (this.#holding.length === 0) this.#reject(this.reason());
      for (const listen of this.#listeners) listen();
    });
  }

  get happened(): boolean {
    return this.#first !== undefined;
  }

  /** What an interrupted command throws. */
  reason(): Interrupted {
    return new Interrupted(exitCodes[this.#first ?? 'SIGINT']);
  }

  /**
   * Does something that has to be ended in its own way: `onInterrupt` is called at the first interrupt (at once, if it
   * has been), and `work` goes on to its end. `note` is what the person is told then.
   */
  async hold<T>(
    work: (onInterrupt: (listen: () => void) => void) => Promise<T>,
    note: string = words.cancelling,
  ): Promise<T> {
    this.#holding.push(note);
    const mine = new Set<() => void>();
    try {
      return await work((listen) => {
        mine.add(listen);
        this.#listeners.add(listen);
        if (this.happened) listen();
      });
    } finally {
      this.#holding.splice(this.#holding.indexOf(note), 1);
      for (const listen of mine) this.#listeners.delete(listen);
    }
  }

  /** While a program of the person's own runs, signals are its business: they end nothing here, however many come. */
  async handOver<T>(take: (signal: Signal) => void, work: () => Promise<T>): Promise<T> {
    this.#handedOver = take;
    try {
      return await work();
    } finally {
      this.#handedOver = undefined;
    }
  }

  /** Gives the signals back to the system. */
  release(): void {
    this.#stop();
  }
}
