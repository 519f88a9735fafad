import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

/**
 * Whether the other end of this loopback connection belongs to our own account. Linux says it; elsewhere any program on
 * this computer could connect, and the database still asks it for a password.
 */
export function isOwnConnection(socket: Socket): boolean {
  const { remoteAddress, remotePort, localPort } = socket;
  if (remoteAddress !== '127.0.0.1' || remotePort === undefined || localPort === undefined) return false;
  if (process.platform !== 'linux') return true;
  let table: string;
  try {
    table = readFileSync('/proc/net/tcp', 'utf8');
  } catch {
    return true;
  }
  const local = `0100007F:${hex(remotePort)}`;
  const remote = `0100007F:${hex(localPort)}`;
  for (const line of table.split('\n')) {
    const fields = line.trim().split(/\s+/);
    if (fields[1] === local && fields[2] === remote) return Number(fields[7]) === process.getuid?.();
  }
  return false;
}

const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');
