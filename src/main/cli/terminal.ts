/** The only user of standard output, standard error and standard input. */
import { isatty } from 'node:tty';

export interface Terminal {
  /** Whether somebody sits there and can be asked. */
  readonly interactive: boolean;
  /** The answer: standard output, whole lines. */
  print(text: string): void;
  /** Anything else that a person should read: standard error, one line. */
  note(text: string): void;
  /** What is happening: one living line where standard error is a terminal, otherwise one line per phase. */
  progress(phase: string, line: string): void;
  /** Asks without showing what is typed. Only where `interactive`. */
  askSecret(question: string): Promise<string>;
  /** The next line of standard input, without its end; undefined when there is none. */
  readLine(): Promise<string | undefined>;
  /** Called for every SIGINT, SIGTERM and SIGHUP until the returned function is. */
  onInterrupt(listen: (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => void): () => void;
  /** Resolves when everything that was printed has been taken. */
  flush(): Promise<void>;
}

const mostInputBytes = 64 * 1024;

/** Control characters as `\x1b`: names come from databases, and a name must not steer the terminal. */
function harmless(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  // A reader that has seen enough (head, less) is not an error.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  let living = false;
  let lastPhase: string | undefined;
  let input: LineInput | undefined;
  const clear = (): void => {
    if (living) stderr.write('\r\u001b[K');
    living = false;
  };
  return {
    interactive: isatty(0),
    print(text) {
      clear();
      stdout.write(`${harmless(text)}\n`);
    },
    note(text) {
      clear();
      stderr.write(`${harmless(text)}\n`);
    },
    progress(phase, line) {
      if (stderr.isTTY) {
        stderr.write(`\r\u001b[K${harmless(line).slice(0, (stderr.columns ?? 80) - 1)}`);
        living = true;
      } else if (phase !== lastPhase) {
        lastPhase = phase;
        stderr.write(`${harmless(phase)}\n`);
      }
    },
    async askSecret(question) {
      clear();
      stderr.write(harmless(question));
      return askHidden();
    },
    readLine() {
      input ??= new LineInput();
      return input.next();
    },
    onInterrupt(listen) {
      const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
      for (const signal of signals) process.on(signal, listen);
      return () => signals.forEach((signal) => process.off(signal, listen));
    },
    async flush() {
      clear();
      await Promise.all(
        [stdout, stderr].map((stream) => new Promise<void>((taken) => void stream.write('', () => taken()))),
      );
    },
  };
}

/** Standard input by lines, bounded: passwords are short. */
class LineInput {
  readonly #chunks = process.stdin.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>;
  #text = '';
  #ended = false;

  async next(): Promise<string | undefined> {
    while (!this.#text.includes('\n') && !this.#ended && this.#text.length < mostInputBytes) await this.#more();
    if (this.#text === '') return undefined;
    const [line = '', ...rest] = this.#text.split('\n');
    this.#text = rest.join('\n');
    return line.replace(/\r$/, '');
  }

  async #more(): Promise<void> {
    const { value, done } = await this.#chunks.next();
    if (done === true) this.#ended = true;
    else this.#text += value;
  }
}

/** One line from a terminal whose echo is off. Ctrl-C here is a Ctrl-C. */
function askHidden(): Promise<string> {
  const { stdin, stderr } = process;
  stdin.setRawMode(true).setEncoding('utf8').resume();
  return new Promise((resolve) => {
    let typed = '';
    const done = (answer: string): void => {
      stdin.setRawMode(false).pause();
      stdin.off('data', take);
      stderr.write('\n');
      resolve(answer);
    };
    const take = (text: string): void => {
      for (const character of text) {
        if (character === '\r' || character === '\n' || character === '\u0004') return done(typed);
        if (character === '\u0003') {
          done('');
          process.kill(process.pid, 'SIGINT');
          return;
        }
        typed = character === '\u007f' || character === '\b' ? typed.slice(0, -1) : typed + character;
      }
    };
    stdin.on('data', take);
  });
}
