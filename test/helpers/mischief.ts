/** What a fake service does wrong on purpose. */
import type { IncomingMessage, OutgoingHttpHeaders, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export type Mischief =
  | { kind: 'answer'; status: number; code: string }
  | { kind: 'reset'; afterBytes: number }
  | { kind: 'stall' }
  | { kind: 'done-but-reset' }
  | { kind: 'truncate'; atBytes: number; honest: boolean }
  /** Only so much of what is sent arrives. */
  | { kind: 'shorten'; toBytes: number };

/** The body of a request, as it was sent and as it arrived; null where it gets no answer. */
export async function arrived(
  request: IncomingMessage,
  mischief: Mischief | undefined,
): Promise<{ sent: Buffer; body: Buffer } | null> {
  if (mischief?.kind === 'stall') return null;
  if (mischief?.kind === 'reset') {
    resetAfter(request, mischief.afterBytes);
    return null;
  }
  const sent = await buffer(request);
  return { sent, body: mischief?.kind === 'shorten' ? sent.subarray(0, mischief.toBytes) : sent };
}

export interface Given {
  status: number;
  headers: OutgoingHttpHeaders;
  bytes: Buffer;
}

/** Answers with what the service gave, or with less of it. `request` is the one that was answered. */
export function give(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, bytes }: Given,
  mischief: Mischief | undefined,
): void {
  if (mischief?.kind === 'done-but-reset') return void request.socket.resetAndDestroy();
  if (mischief?.kind === 'truncate') {
    const cut = bytes.subarray(0, mischief.atBytes);
    response.writeHead(status, { ...headers, 'content-length': mischief.honest ? cut.length : bytes.length });
    response.write(cut, () => (mischief.honest ? response.end() : request.socket.resetAndDestroy()));
    return;
  }
  response.writeHead(status, { 'content-length': bytes.length, ...headers });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** Its address on this machine, once it listens. */
export async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function stopped(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** Takes so much of a body and breaks the connection. */
function resetAfter(request: IncomingMessage, afterBytes: number): void {
  const reset = (): void => void request.socket.resetAndDestroy();
  if (afterBytes === 0) return reset();
  let bytes = 0;
  request.on('error', () => {});
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes >= afterBytes) reset();
  });
  request.on('end', reset);
}
