/** `utilityProcess`: a child whose only way to the app is `process.parentPort`. */
import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { app } from './app.ts';

interface ForkOptions {
  env?: Record<string, string>;
  stdio?: ('ignore' | 'pipe' | 'inherit')[];
  serviceName?: string;
}

const port = fileURLToPath(new URL('parent-port.ts', import.meta.url));

class UtilityProcess extends EventEmitter {
  readonly #child: ChildProcess;
  #gone = false;

  constructor(child: ChildProcess, name: string) {
    super();
    this.#child = child;
    child.once('spawn', () => this.emit('spawn'));
    child.on('message', (message) => this.emit('message', message));
    child.once('error', () => this.#end(1, null, name));
    child.once('exit', (code, signal) => this.#end(code, signal, name));
  }

  get pid(): number | undefined {
    return this.#gone ? undefined : this.#child.pid;
  }
  get stderr(): ChildProcess['stderr'] {
    return this.#child.stderr;
  }
  postMessage(message: unknown): void {
    if (this.#child.connected) this.#child.send(message as object, () => {});
  }
  kill(): boolean {
    return this.#gone ? false : this.#child.kill('SIGTERM');
  }

  #end(code: number | null, signal: NodeJS.Signals | null, name: string): void {
    if (this.#gone) return;
    this.#gone = true;
    // As waitpid tells it: a signal in the lowest bits, else the code above them.
    const exitCode = signal === null ? (code ?? 0) : constants.signals[signal];
    if (exitCode !== 0) {
      const reason = signal === null ? 'abnormal-exit' : signal === 'SIGKILL' ? 'killed' : 'crashed';
      app.emit('child-process-gone', {}, { type: 'Utility', name, reason, exitCode });
    }
    this.emit('exit', exitCode);
  }
}

export const utilityProcess = {
  fork(file: string, args: string[] = [], options: ForkOptions = {}): UtilityProcess {
    const child = fork(file, args, {
      execArgv: ['--import', port],
      env: options.env ?? process.env,
      serialization: 'advanced',
      stdio: [...(options.stdio ?? ['inherit', 'inherit', 'inherit']), 'ipc'],
    });
    return new UtilityProcess(child, options.serviceName ?? 'Node Utility Process');
  },
};
