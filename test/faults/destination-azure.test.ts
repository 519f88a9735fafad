/** What a network and a busy, wrong or lying service do to a container of backups. */
import {
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/main/base/clock.ts';
import { Secret } from '../../src/main/base/secret.ts';
import { azureDestination, examineAzure } from '../../src/main/destination/azure.ts';
import { bodyOf, key, type Destination } from '../../src/main/destination/destination.ts';
import { patient } from '../../src/main/destination/retry.ts';
import { tryPlace } from '../../src/main/house/place-test.ts';
import { AzureSettings } from '../../src/shared/destination.ts';
import { z } from '../../src/shared/schema.ts';
import { account, accountKey, azureSettingsOf, startAzurite, type Azurite } from '../helpers/azurite.ts';
import { everyCharacter, everyPrintable } from '../helpers/every-character.ts';
import { readsWholeOrFails } from './reading.suite.ts';

const oneMiB = 1024 * 1024;
const pace = { ...patient(systemClock), attempts: 4, firstDelayMs: 2, maxDelayMs: 10, idleMs: 20_000 };
/** For a service that never answers. Where the machine is busy a good answer may take longer than this, so it asks often. */
const impatient = { ...pace, attempts: 30, idleMs: 500 };
const code = (value: string) => expect.objectContaining({ code: value });
const secret = new Secret(accountKey);
const sas = (rights: string, hours: number): Secret =>
  new Secret(
    generateBlobSASQueryParameters(
      {
        containerName: 'backups',
        permissions: ContainerSASPermissions.parse(rights),
        startsOn: new Date(systemClock.now() - 7_200_000),
        expiresOn: new Date(systemClock.now() + hours * 3_600_000),
      },
      new StorageSharedKeyCredential(account, accountKey),
    ).toString(),
  );

const never = new AbortController().signal;

async function names(place: Destination): Promise<string[]> {
  const found: string[] = [];
  for await (const { key: name } of place.list('')) found.push(name);
  return found;
}

describe('SV-17 a container', () => {
  let server: Azurite;
  let place: Destination;
  let count = 0;
  const settings = (change: Partial<AzureSettings> = {}): AzureSettings =>
    azureSettingsOf(server, { prefix: `p${count}`, partBytes: 5 * oneMiB, ...change });
  const open = (change: Partial<AzureSettings> = {}, other = secret): Destination =>
    azureDestination(settings(change), other, pace);
  const body = (bytes: Buffer) => ({ ...bodyOf(bytes), sha256: createHash('sha256').update(bytes).digest('hex') });
  const name = key('data', 'set', 'x');
  const blocksSent = (): number =>
    server.seen.filter(({ method, url }) => method === 'PUT' && url.searchParams.get('comp') === 'block').length;

  beforeAll(async () => {
    server = await startAzurite(['backups']);
    place = open();
  });
  afterEach(() => {
    server.mischief = () => undefined;
    server.seen.length = 0;
    count += 1;
    place = open();
  });
  afterAll(() => server.stop());

  test('a reset in every MiB of a block, a storm of 503 and a stall are ridden out: every byte arrives', async () => {
    const bytes = randomBytes(12 * oneMiB);
    let resets = 5;
    server.mischief = ({ url }) =>
      url.searchParams.get('comp') === 'block' && resets > 0
        ? { kind: 'reset', afterBytes: (6 - resets--) * 700_000 }
        : undefined;
    await azureDestination(settings(), secret, { ...pace, attempts: 8 }).put(name, body(bytes));
    expect(resets).toBe(0);
    let storm = 3;
    server.mischief = () => (storm-- > 0 ? { kind: 'answer', status: 503, code: 'ServerBusy' } : undefined);
    expect((await buffer(await place.get(name))).equals(bytes)).toBe(true);
    let stalls = 1;
    server.mischief = ({ method }) => (method === 'PUT' && stalls-- > 0 ? { kind: 'stall' } : undefined);
    await azureDestination(settings(), secret, impatient).put(key('data', 'set', 'y'), body(randomBytes(1000)));
    expect(stalls).toBeLessThan(0);
    expect(await names(place)).toEqual(['data/set/x', 'data/set/y']);
  });

  test('a storm that does not end fails clearly, and nothing is listed', async () => {
    server.mischief = ({ method }) =>
      method === 'PUT' ? { kind: 'answer', status: 500, code: 'InternalError' } : undefined;
    await expect(place.put(name, body(randomBytes(12 * oneMiB)))).rejects.toEqual(code('destination.unreachable'));
    await expect(place.put(name, body(randomBytes(10)))).rejects.toEqual(code('destination.unreachable'));
    expect(await names(place)).toEqual([]);
    expect(await place.stat(name)).toBeUndefined();
  });

  test('an upload that broke off goes on in another process: only what is missing is sent', async () => {
    const bytes = randomBytes(22 * oneMiB);
    let token = '';
    let taken = 0;
    server.mischief = ({ url }) =>
      url.searchParams.get('comp') === 'block' && (taken += 1) > 3 ? { kind: 'reset', afterBytes: 0 } : undefined;
    const broken = place.put(name, body(bytes), { onResumable: (given) => (token = given) });
    await expect(broken).rejects.toEqual(code('destination.unreachable'));
    server.mischief = () => undefined;
    server.seen.length = 0;
    await open().put(name, body(bytes), { resumeToken: token, ifAbsent: true });
    expect(blocksSent()).toBe(2);
    expect((await buffer(await place.get(name))).equals(bytes)).toBe(true);
    // Of another body nothing that waits can be used; a token of nobody is ignored.
    const other = randomBytes(12 * oneMiB);
    await open().put(name, body(other), { resumeToken: token });
    await open().put(name, body(other), { resumeToken: 'x' });
    expect((await buffer(await place.get(name))).equals(other)).toBe(true);
  });

  test('an answer that was lost is not somebody else’s put, in one piece and in blocks', async () => {
    for (const size of [1000, 12 * oneMiB]) {
      const one = key('data', 'set', String(size));
      let lost = 1;
      server.mischief = ({ headers }) =>
        headers['if-none-match'] === '*' && lost-- > 0 ? { kind: 'done-but-reset' } : undefined;
      const bytes = randomBytes(size);
      await place.put(one, body(bytes), { ifAbsent: true });
      expect(lost).toBe(-1);
      expect((await buffer(await place.get(one))).equals(bytes)).toBe(true);
    }
  });

  test('bytes that change on their way are refused by Azure itself', async () => {
    const withSas = open({ auth: 'sas' }, sas('rcwdl', 1));
    for (const size of [1000, 12 * oneMiB]) {
      server.mischief = ({ method, headers }) => {
        const other = createHash('md5').update('other').digest('base64');
        for (const sum of ['content-md5', 'x-ms-blob-content-md5'])
          if (method === 'PUT' && headers[sum] !== undefined) headers[sum] = other;
        return undefined;
      };
      await expect(withSas.put(name, body(randomBytes(size)))).rejects.toEqual(code('destination.hash-mismatch'));
      server.mischief = () => undefined;
      expect(await names(place)).toEqual([]);
    }
  });

  readsWholeOrFails({
    place: () => place,
    onGet: (mischief) => {
      server.mischief = ({ method }) => (method === 'GET' ? mischief() : undefined);
    },
  });

  test('SV-16 a tier is for the data alone; what is archived is told as that', async () => {
    const cold = open({ tier: 'Archive' });
    await cold.put(name, body(randomBytes(12 * oneMiB)));
    await cold.put(key('data', 'set', 'small'), body(randomBytes(10)));
    await cold.put(key('manifests', 'x'), body(randomBytes(10)));
    const tier = async (blob: string) =>
      (await server.container('backups').getBlobClient(`p${count}/${blob}`).getProperties()).accessTier;
    expect([await tier('data/set/x'), await tier('data/set/small'), await tier('manifests/x')]).toEqual([
      'Archive',
      'Archive',
      'Hot',
    ]);
    await expect(cold.get(name)).rejects.toEqual(code('destination.archived'));
    expect((await buffer(await cold.get(key('manifests', 'x')))).length).toBe(10);

    expect(await cold.stat(name)).toMatchObject({ cold: { storageClass: 'Archive', thawing: false } });
    await cold.thaw?.(name, { days: 1, speed: 'standard' });
    // The emulator is there at once, where Azure takes hours.
    expect((await cold.stat(name))?.cold).toBeUndefined();
    expect((await buffer(await cold.get(name))).length).toBe(12 * oneMiB);
  });

  describe('bad input', () => {
    const attempts = async (change: Partial<AzureSettings>, other = secret): Promise<unknown[]> => {
      const wrong = open(change, other);
      const outcomes = await Promise.allSettled([
        wrong.put(name, body(randomBytes(10))),
        wrong.get(name),
        wrong.stat(name),
        names(wrong),
        wrong.remove(name),
        examineAzure(settings(change), other, pace),
      ]);
      return outcomes.map((one) => (one.status === 'rejected' ? (one.reason as { code?: string }).code : 'done'));
    };
    const all = (value: string): string[] => Array.from({ length: 6 }, () => value);

    test('a wrong key, container, endpoint and clock have codes of their own', async () => {
      expect(await attempts({}, new Secret(Buffer.alloc(64, 'other').toString('base64')))).toEqual(
        all('destination.auth-failed'),
      );
      expect(await attempts({}, new Secret('hunter2'))).toEqual(all('destination.auth-failed'));
      expect(await attempts({ container: 'somebody-elses' })).toEqual(all('destination.no-bucket'));
      expect(await attempts({ endpoint: 'http://127.0.0.1:1/holdfast' })).toEqual(all('destination.unreachable'));
    });

    test('a SAS does what it was given for, and the test of the place measures what that is', async () => {
      const limited = await tryPlace(open({ auth: 'sas' }, sas('rcl', 1)), never);
      expect(limited.steps.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
      expect(limited).toMatchObject({ mayOverwrite: false, mayRemove: false });
      const full = await tryPlace(open({ auth: 'sas' }, new Secret(`?${sas('rcwdl', 1).reveal()}`)), never);
      expect(full).toMatchObject({ mayOverwrite: true, mayRemove: true });
      const old = await tryPlace(open({ auth: 'sas' }, sas('rcwdl', -1)), never);
      expect(old.steps).toEqual([expect.objectContaining({ what: 'put', code: 'destination.auth-failed' })]);
      // What is no signature is refused by name, whatever is in it.
      for (const odd of [everyCharacter, everyPrintable, `${everyPrintable}?sig=%zz&sv=#`]) {
        const { steps } = await tryPlace(open({ auth: 'sas' }, new Secret(odd)), never);
        expect(steps).toEqual([expect.objectContaining({ what: 'put', code: 'destination.auth-failed' })]);
      }
      await expect(open({ auth: 'sas' }, sas('r', 1)).put(name, body(randomBytes(10)))).rejects.toEqual(
        code('destination.permission'),
      );
    });

    test('a clock that is wrong, an account that is locked, a quota that is used up', async () => {
      const says = async (status: number, said: string): Promise<unknown> => {
        server.mischief = () => ({ kind: 'answer', status, code: said });
        return place.put(name, body(randomBytes(10))).catch((thrown: { code?: string }) => thrown.code);
      };
      expect(await says(403, 'AccountIsDisabled')).toBe('destination.auth-failed');
      expect(await says(409, 'AccountLimitExceeded')).toBe('destination.quota');
      expect(await says(403, 'BlobImmutableDueToPolicy')).toBe('destination.permission');
      expect(await says(403, 'AuthenticationFailed')).toBe('destination.clock-skew');
      expect(await place.stat(name).catch((thrown: { code?: string }) => thrown.code)).toBe('destination.clock-skew');
    });

    test('an address without TLS, and names that Azure does not have, are refused by the settings', () => {
      const parse = (change: Partial<AzureSettings>): boolean => z.safeParse(AzureSettings, settings(change)).success;
      expect([{ endpoint: 'https://x.blob.core.chinacloudapi.cn' }, { container: 'a-b-1' }, {}].map(parse)).toEqual([
        true,
        true,
        true,
      ]);
      expect(
        [
          { endpoint: 'http://x.example.com' },
          { container: 'A' },
          { container: 'a--b' },
          { account: 'a.b' },
          { prefix: '/x' },
        ].map(parse),
      ).toEqual([false, false, false, false, false]);
    });
  });
});
