/** What a fake service does wrong on purpose. */
import type { IncomingMessage } from 'node:http';

export type Mischief =
  | { kind: 'answer'; status: number; code: string }
  | { kind: 'reset'; afterBytes: number }
  | { kind: 'stall' }
  | { kind: 'done-but-reset' }
  | { kind: 'truncate'; atBytes: number; honest: boolean }
  /** Only so much of what is sent arrives. */
  | { kind: 'shorten'; toBytes: number };

/** Takes so much of a body and breaks the connection. */
export function resetAfter(request: IncomingMessage, afterBytes: number): void {
  const reset = (): void => void request.socket.resetAndDestroy();
  if (afterBytes === 0) return reset();
  let arrived = 0;
  request.on('error', () => {});
  request.on('data', (chunk: Buffer) => {
    arrived += chunk.length;
    if (arrived >= afterBytes) reset();
  });
  request.on('end', reset);
}
