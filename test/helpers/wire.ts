/** A connection in the middle of which a test stands: it can be cut, held or counted at any byte, and made again. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Transform } from 'node:stream';

export interface Wire {
  port: number;
  /** What went towards the server so far, over all connections. */
  readonly sentBytes: number;
  /** `act` is called once, when so many more bytes have gone towards the server. */
  after(bytes: number, act: () => void): void;
  /** Resets every connection that is open now; new ones are let through. */
  cut(): void;
  /** From now on every connection is reset at once, as where no network is. */
  away(): void;
  /** On the connections that are open now nothing moves any more, and nobody is told. */
  hold(): void;
  /** On the connections that are open now nothing more arrives at the server; what it says still comes. */
  holdSent(): void;
  /** From now on nobody listens here: a connection is refused. */
  gone(): Promise<void>;
  /** Connections are let through again. */
  back(): Promise<void>;
  stop(): Promise<void>;
}

export async function wireTo(port: number): Promise<Wire> {
  const sockets = new Set<Socket>();
  const nears = new Set<Socket>();
  let isAway = false;
  const held = new WeakSet<Socket>();
  let sentBytes = 0;
  const acts: { at: number; act: () => void }[] = [];
  const count = (bytes: number): void => {
    sentBytes += bytes;
    for (const due of acts.filter(({ at }) => at <= sentBytes)) {
      acts.splice(acts.indexOf(due), 1);
      due.act();
    }
  };
  const gate = (from: Socket, counts: boolean): Transform =>
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        if (counts) count(chunk.length);
        // What came is never passed on, and so nothing more is asked for.
        if (!held.has(from)) done(null, chunk);
      },
    });
  const server = createServer((near) => {
    near.on('error', () => {});
    if (isAway) return void near.resetAndDestroy();
    const far = connect(port, '127.0.0.1');
    nears.add(near);
    near.on('close', () => nears.delete(near));
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(gate(socket, socket === near)).pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const own = (server.address() as AddressInfo).port;
  return {
    port: own,
    get sentBytes() {
      return sentBytes;
    },
    after: (bytes, act) => void acts.push({ at: sentBytes + bytes, act }),
    cut,
    away() {
      isAway = true;
      cut();
    },
    hold() {
      for (const socket of sockets) held.add(socket);
    },
    holdSent() {
      for (const socket of nears) held.add(socket);
    },
    async gone() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
    async back() {
      isAway = false;
      if (!server.listening) await new Promise<void>((resolve) => server.listen(own, '127.0.0.1', resolve));
    },
    async stop() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
