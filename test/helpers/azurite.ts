/** Azure's own emulator, started by a test, with a proxy before it that misbehaves when it is told to. */
import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import type { AzureSettings } from '../../src/shared/destination.ts';
import { arrived, give, listening, stopped, type Mischief } from './mischief.ts';

export const account = 'holdfast';
export const accountKey = Buffer.alloc(64, 'holdfast').toString('base64');

export interface SeenByProxy {
  method: string;
  url: URL;
  headers: IncomingMessage['headers'];
}

export interface Azurite {
  /** Of the account, through the proxy. */
  endpoint: string;
  seen: SeenByProxy[];
  /** Asked for every request; undefined lets it pass. */
  mischief: (request: SeenByProxy) => Mischief | undefined;
  /** The container as its owner sees it, past the proxy. */
  container(name: string): ContainerClient;
  stop(): Promise<void>;
}

/** How the container `backups` of an emulator is reached. */
export const azureSettingsOf = (
  { endpoint }: Pick<Azurite, 'endpoint'>,
  change: Partial<AzureSettings> = {},
): AzureSettings => ({
  kind: 'azure',
  account,
  endpoint,
  container: 'backups',
  prefix: '',
  auth: 'key',
  ...change,
});

export async function startAzurite(containers: readonly string[]): Promise<Azurite> {
  const program = path.resolve(import.meta.dirname, '../../node_modules/azurite/dist/src/blob/main.js');
  const child = spawn(
    process.execPath,
    [program, '--blobPort', '0', '--inMemoryPersistence', '--disableTelemetry', '--silent', '--skipApiVersionCheck'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'], AZURITE_ACCOUNTS: `${account}:${accountKey}` },
    },
  );
  let address: string | undefined;
  for await (const line of createInterface(child.stdout)) {
    address = /successfully listens on (http:\S+)/.exec(line)?.[1];
    if (address !== undefined) break;
  }
  if (address === undefined) throw new Error('Azurite did not start.');
  child.stdout.resume();
  const behind = new URL(address);
  const proxy = createServer((request, response) => {
    void pass(fake, behind, request, response).catch(() => request.socket.destroy());
  });
  const fake: Azurite = {
    endpoint: `${await listening(proxy)}/${account}`,
    seen: [],
    mischief: () => undefined,
    container: (name) =>
      new ContainerClient(`${behind.origin}/${account}/${name}`, new StorageSharedKeyCredential(account, accountKey)),
    async stop() {
      await stopped(proxy);
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
  for (const name of containers) await fake.container(name).create();
  return fake;
}

async function pass(fake: Azurite, behind: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', headers } = request;
  const seen = { method, url: new URL(request.url ?? '/', behind), headers };
  fake.seen.push(seen);
  const mischief = fake.mischief(seen);
  const given = await arrived(request, mischief);
  if (given === null) return;
  const { sent, body } = given;
  if (mischief?.kind === 'answer') {
    // The words in which Azure refuses a machine whose clock is wrong; the emulator does not look at the time.
    const detail =
      mischief.code === 'AuthenticationFailed'
        ? '<AuthenticationErrorDetail>The Date header in the request is incorrect.</AuthenticationErrorDetail>'
        : '';
    response.writeHead(mischief.status, { 'x-ms-error-code': mischief.code, 'content-type': 'application/xml' });
    response.end(
      method === 'HEAD'
        ? undefined
        : `<?xml version="1.0"?><Error><Code>${mischief.code}</Code><Message>no</Message>${detail}</Error>`,
    );
    return;
  }
  const shorter = body.length === sent.length ? {} : { 'content-length': String(body.length) };
  const toAzure = { ...headers, ...shorter };
  const onward = ask({ host: behind.hostname, port: behind.port, path: request.url, method, headers: toAzure });
  onward.end(body);
  const [answer] = (await once(onward, 'response')) as [IncomingMessage];
  const bytes = await buffer(answer);
  const kept = { ...answer.headers };
  delete kept['transfer-encoding'];
  give(request, response, { status: answer.statusCode ?? 500, headers: kept, bytes }, mischief);
}
