import { pipeline, Transform, type Readable, type TransformCallback } from 'node:stream';
import { callbackify } from 'node:util';
import { Fail } from '../../../shared/failure.ts';
import type { Running } from '../../base/run.ts';
import { programFailure } from './dump-failure.ts';
import { LetGo } from './snapshot.ts';

export interface BodyOptions {
  /** For messages. */
  program: string;
  /** What the output has to begin with. */
  magic?: string;
  onBytes?: (bytes: number) => void;
}

/**
 * What a program prints, as a stream that ends well only if the program did: the end of output alone proves nothing. It
 * fails, and never ends, when the program was killed, ended with another code than 0, or printed nothing.
 */
export function programBody(running: Running, options: BodyOptions): Readable {
  const body = new Body(running, options);
  // Whoever reads the body sees the error there; when they stop reading, the program must not stay.
  pipeline(running.stdout, body, (error) => {
    if (error) running.kill('SIGTERM');
  });
  return body;
}

/** Why the program failed; undefined where it was the reader that stopped. A reader may tell it in words of its own. */
export function failureOf(body: Readable): Error | undefined {
  return body.errored instanceof Fail || body.errored instanceof LetGo ? body.errored : undefined;
}

class Body extends Transform {
  readonly #running: Running;
  readonly #options: BodyOptions;
  #bytes = 0;
  #head = Buffer.alloc(0);

  constructor(running: Running, options: BodyOptions) {
    super({ highWaterMark: 1024 * 1024 });
    this.#running = running;
    this.#options = options;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const magic = this.#options.magic ?? '';
    if (this.#head.length < magic.length) {
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, magic.length - this.#head.length)]);
      if (!magic.startsWith(this.#head.toString('latin1'))) {
        done(new Fail('tool.failed', `${this.#options.program} did not print what it should.`));
        return;
      }
    }
    this.#bytes += chunk.length;
    this.#options.onBytes?.(this.#bytes);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    const end = async (): Promise<void> => {
      const { program, magic = '' } = this.#options;
      const ended = await this.#running.ended.catch((cause: unknown) => {
        throw new Fail('tool.failed', `${program} could not be started.`, { cause });
      });
      const failure = programFailure(program, ended);
      if (failure !== undefined) throw failure;
      if (this.#bytes === 0 || this.#head.length < magic.length)
        throw new Fail('tool.failed', `${program} printed nothing.`);
    };
    callbackify(end)(done);
  }
}
