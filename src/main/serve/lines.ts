/** Messages on a socket: one JSON object a line, bounded. */
import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';

export interface LineOptions {
  /** A longer line ends the connection. */
  maxBytes: number;
  /** Every whole line, parsed. A throw ends the connection. */
  onMessage(message: unknown): void;
  /** The connection is over: closed by the other side, broken, or ended for a malformed line. Called once. */
  onEnd(): void;
}

/** What waits to be read by the other side; more than this and it is given up. */
const mostUnreadBytes = 64 * 1024 * 1024;

export interface Lines {
  /** False when the connection is over. */
  send(message: unknown): boolean;
  /** Sends what is on its way, then ends. */
  end(): void;
  /** Ends at once. */
  destroy(): void;
}

/** Reads and writes a socket by lines. Nothing that arrives can throw out of here. */
export function speak(socket: Socket, options: LineOptions): Lines {
  // Text and not pieces of bytes: a byte at a time must not keep a whole read buffer alive for each.
  const decoder = new StringDecoder('utf8');
  let open = '';
  let size = 0;
  let over = false;
  const finish = (): void => {
    if (over) return;
    over = true;
    open = '';
    socket.destroy();
    options.onEnd();
  };
  const take = (chunk: Buffer): void => {
    const pieces = split(chunk);
    for (const [index, piece] of pieces.entries()) {
      // Ended by a line of this very chunk.
      if (over) return;
      open += decoder.write(piece);
      size += piece.length;
      if (size > options.maxBytes) return finish();
      if (index === pieces.length - 1) return;
      const line = open + decoder.end();
      open = '';
      size = 0;
      if (!hand(line)) return finish();
    }
  };
  const hand = (line: string): boolean => {
    try {
      options.onMessage(JSON.parse(line));
      return true;
    } catch {
      return false;
    }
  };
  socket.on('data', take);
  socket.once('error', finish);
  socket.once('close', finish);
  return {
    send(message) {
      if (over || socket.writableEnded) return false;
      socket.write(`${JSON.stringify(message)}\n`);
      if (socket.writableLength > mostUnreadBytes) finish();
      return !over;
    },
    end: () => void socket.end(),
    destroy: finish,
  };
}

/** What stands between the line ends; the last piece is a line that goes on. */
function split(chunk: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  let from = 0;
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
    pieces.push(chunk.subarray(from, at));
    from = at + 1;
  }
  return [...pieces, chunk.subarray(from)];
}
