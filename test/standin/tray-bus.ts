/**
 * A session's message bus as small as the question that the app asks of it: whether somebody shows trays. It speaks
 * D-Bus over a real socket to the real program that asks. https://dbus.freedesktop.org/doc/dbus-specification.html
 */
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { tempFolder } from '../helpers/temp.ts';

export interface TrayBus {
  /** For DBUS_SESSION_BUS_ADDRESS. */
  address: string;
  close(): void;
}

/** @param shown what the watcher says: whether a host of trays is registered with it. */
export async function startTrayBus(shown: boolean): Promise<TrayBus> {
  const file = path.join(tempFolder('bus'), 'bus');
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    serve(socket, shown);
  });
  await new Promise<void>((resolve) => server.listen(file, resolve));
  return {
    address: `unix:path=${file}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function serve(socket: Socket, shown: boolean): void {
  let rest = Buffer.alloc(0);
  let greeted = false;
  socket.on('error', () => {});
  socket.on('data', (data) => {
    rest = Buffer.concat([rest, data]);
    while (!greeted && rest.includes('\r\n')) {
      const line = rest.subarray(0, rest.indexOf('\r\n')).toString('latin1').replace('\0', '');
      rest = rest.subarray(rest.indexOf('\r\n') + 2);
      greeted = greet(socket, line);
    }
    if (!greeted) return;
    for (let length = lengthOf(rest); length <= rest.length; length = lengthOf(rest)) {
      answer(socket, rest.subarray(0, length), shown);
      rest = rest.subarray(length);
    }
  });
}

/** @returns whether messages follow. */
function greet(socket: Socket, line: string): boolean {
  if (line.startsWith('BEGIN')) return true;
  if (line.startsWith('AUTH EXTERNAL')) socket.write('OK 0123456789abcdef0123456789abcdef\r\n');
  else if (line.startsWith('AUTH')) socket.write('REJECTED EXTERNAL\r\n');
  else socket.write('ERROR\r\n');
  return false;
}

const aligned = (size: number): number => Math.ceil(size / 8) * 8;

/** Of the first message, if its head is there; else more than there is. */
function lengthOf(bytes: Buffer): number {
  if (bytes.length < 16) return Number.POSITIVE_INFINITY;
  return aligned(16 + bytes.readUInt32LE(12)) + bytes.readUInt32LE(4);
}

function answer(socket: Socket, message: Buffer, shown: boolean): void {
  const isCall = message.readUInt8(1) === 1;
  const wantsNoReply = (message.readUInt8(2) & 1) === 1;
  if (!isCall || wantsNoReply) return;
  const head = message.toString('latin1');
  const serial = message.readUInt32LE(8);
  if (head.includes('Hello')) return void socket.write(reply(serial, 's', text(':1.1')));
  if (!head.includes('IsStatusNotifierHostRegistered')) return void socket.write(reply(serial, '', Buffer.alloc(0)));
  const truth = Buffer.from([1, 0x62, 0, 0, shown ? 1 : 0, 0, 0, 0]);
  socket.write(reply(serial, 'v', truth));
}

function text(value: string): Buffer {
  const bytes = Buffer.alloc(4 + value.length + 1);
  bytes.writeUInt32LE(value.length);
  bytes.write(value, 4);
  return bytes;
}

/** A method return of this one value. */
function reply(serial: number, signature: string, body: Buffer): Buffer {
  const number = Buffer.alloc(8);
  number.set([5, 1, 0x75, 0]);
  number.writeUInt32LE(serial, 4);
  const fields: Buffer[] = [number];
  if (signature !== '') fields.push(Buffer.from([8, 1, 0x67, 0, signature.length, signature.charCodeAt(0), 0]));
  const array = Buffer.concat(fields);
  const bytes = Buffer.alloc(aligned(16 + array.length));
  bytes.set([0x6c, 2, 1, 1]);
  bytes.writeUInt32LE(body.length, 4);
  bytes.writeUInt32LE(serial, 8);
  bytes.writeUInt32LE(array.length, 12);
  array.copy(bytes, 16);
  return Buffer.concat([bytes, body]);
}
