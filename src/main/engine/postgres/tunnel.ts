/** The way to a server: straight, or through SSH with pinned host keys. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Client, ClientChannel } from 'ssh2';
import { Fail } from '../../../shared/failure.ts';
import type { Tunnel } from '../../../shared/source.ts';
import type { Watch } from '../../base/watch.ts';
import { openHop, type SshSurroundings } from '../../ssh/hop.ts';
import type { Place } from '../engine.ts';
import { isOwnConnection } from './own-socket.ts';

type RouteWatch = Pick<Watch, 'signal' | 'log'>;

/** Where to connect, and what became of the way. */
export interface Route {
  host: string;
  port: number;
  tunnelled: boolean;
  /** Why the tunnel broke or could not reach the server; undefined while it is well. */
  failure(): Fail | undefined;
  /** Safe to call twice. The last one to release a tunnel closes it. */
  release(): Promise<void>;
}

interface OpenTunnel {
  port: number;
  failure: Fail | undefined;
  close(): Promise<void>;
}

/** One tunnel per place, shared by the sessions and programs of a job. */
const open = new WeakMap<Place, { tunnel: Promise<OpenTunnel>; users: number }>();

/** The way to this place's server; a tunnel is opened by the first who asks. */
export async function leaseRoute(place: Place, watch: RouteWatch, surroundings: SshSurroundings): Promise<Route> {
  const { settings } = place;
  if (settings.kind !== 'postgres') throw new Fail('restore.wrong-kind', 'This is not a PostgreSQL server.');
  const { host, port, tunnel } = settings;
  if (tunnel === undefined) {
    return { host, port, tunnelled: false, failure: () => undefined, release: () => Promise.resolve() };
  }
  let shared = open.get(place);
  if (shared === undefined) {
    shared = { tunnel: openTunnel(tunnel, { host, port }, place, watch, surroundings), users: 0 };
    open.set(place, shared);
  }
  const mine = shared;
  mine.users++;
  let released = false;
  const release = async (): Promise<void> => {
    if (released) return;
    released = true;
    if (--mine.users > 0) return;
    if (open.get(place) === mine) open.delete(place);
    const opened = await mine.tunnel.catch(() => undefined);
    await opened?.close();
  };
  try {
    const opened = await mine.tunnel;
    return { host: '127.0.0.1', port: opened.port, tunnelled: true, failure: () => opened.failure, release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function openTunnel(
  tunnel: Tunnel,
  target: { host: string; port: number },
  place: Place,
  watch: RouteWatch,
  surroundings: SshSurroundings,
): Promise<OpenTunnel> {
  const hops: Client[] = [];
  try {
    let through: Client | undefined;
    if (tunnel.jump !== undefined) {
      through = await openHop(tunnel.jump, place.secrets.jump, undefined, watch, surroundings);
      hops.push(through);
    }
    const last = await openHop(tunnel.server, place.secrets.tunnel, through, watch, surroundings);
    hops.push(last);
    return await listen(last, hops, tunnel, target, watch);
  } catch (error) {
    for (const hop of hops) hop.destroy();
    watch.signal.throwIfAborted();
    throw error;
  }
}

/** The port on this computer that leads to the target, for as long as the last hop lives. */
async function listen(
  last: Client,
  hops: readonly Client[],
  tunnel: Tunnel,
  target: { host: string; port: number },
  watch: RouteWatch,
): Promise<OpenTunnel> {
  const sockets = new Set<Socket>();
  let closed = false;
  const destination = targetAddress(target);
  const server: Server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    if (!isOwnConnection(socket)) {
      watch.log.warn('Somebody else connected to the tunnel and was refused.');
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    last.forwardOut('127.0.0.1', 0, destination.host, destination.port, (error, channel) => {
      if (error !== undefined) {
        opened.failure ??= new Fail(
          'source.unreachable',
          `${tunnel.server.host} cannot reach ${target.host}:${target.port} (${error.message}).`,
          {
            hint: "Check the database's host and port as the SSH server sees them.",
            cause: error,
          },
        );
        socket.destroy();
        return;
      }
      join(socket, channel);
    });
  });
  const opened: OpenTunnel = {
    port: 0,
    failure: undefined,
    async close() {
      if (closed) return;
      closed = true;
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      for (const hop of hops.toReversed()) hop.end();
    },
  };
  for (const hop of hops) {
    hop.on('error', () => {});
    hop.on('close', () => {
      if (closed) return;
      opened.failure ??= new Fail('tunnel.lost', `The SSH connection to ${tunnel.server.host} broke.`);
      for (const socket of sockets) socket.destroy();
    });
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  opened.port = (server.address() as AddressInfo).port;
  return opened;
}

/** A database behind a Unix socket is reached by its port on the SSH server itself. */
function targetAddress(target: { host: string; port: number }): { host: string; port: number } {
  return target.host.startsWith('/') ? { host: '127.0.0.1', port: target.port } : target;
}

function join(socket: Socket, channel: ClientChannel): void {
  channel.on('error', () => socket.destroy());
  channel.on('close', () => socket.destroy());
  socket.on('close', () => channel.destroy());
  socket.pipe(channel).pipe(socket);
}
