/** A server that asks whoever comes for the password in clear text, and keeps what it is told. */
import { createServer, type AddressInfo, type Server } from 'node:net';

export interface PasswordTrap {
  port: number;
  /** How many came. */
  visits(): number;
  /** Everything that was said, as text. */
  heard(): string;
  close(): void;
}

const askClearText = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);

export async function setPasswordTrap(): Promise<PasswordTrap> {
  const heard: Buffer[] = [];
  let visits = 0;
  const server: Server = createServer((socket) => {
    visits += 1;
    let asked = false;
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      heard.push(bytes);
      if (asked) socket.destroy();
      else socket.write(askClearText);
      asked = true;
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    visits: () => visits,
    heard: () => Buffer.concat(heard).toString('latin1'),
    close: () => void server.close(),
  };
}
