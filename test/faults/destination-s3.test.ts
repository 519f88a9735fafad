/** What a network and a busy, wrong or lying service do to a bucket of backups. */
import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/main/base/clock.ts';
import { Secret } from '../../src/main/base/secret.ts';
import { bodyOf, key, type Destination } from '../../src/main/destination/destination.ts';
import { patient } from '../../src/main/destination/retry.ts';
import { createBucket, examineS3, s3Destination, sweepS3 } from '../../src/main/destination/s3.ts';
import { S3Settings } from '../../src/shared/destination.ts';
import { Fail } from '../../src/shared/failure.ts';
import { z } from '../../src/shared/schema.ts';
import { fakeS3, s3SettingsOf, secretAccessKey, type FakeS3 } from '../helpers/fake-s3.ts';
import { movedClock } from '../helpers/moved-clock.ts';
import { readsWholeOrFails } from './reading.suite.ts';

const oneMiB = 1024 * 1024;
const pace = { ...patient(systemClock), attempts: 4, firstDelayMs: 2, maxDelayMs: 10, idleMs: 20_000 };
/** For a service that never answers. Where the machine is busy a good answer may take longer than this, so it asks often. */
const impatient = { ...pace, attempts: 30, idleMs: 500 };
const code = (value: string) => expect.objectContaining({ code: value });
const name = key('data', 'set', 'x');
const secret = new Secret(secretAccessKey);

async function first(place: Destination): Promise<void> {
  for await (const _ of place.list('')) return;
}

describe('SV-1 JO-13 a bucket', () => {
  let server: FakeS3;
  let place: Destination;
  const settings = (change: Partial<S3Settings> = {}): S3Settings =>
    s3SettingsOf(server, { prefix: 'p', partBytes: 16 * oneMiB, ...change });
  const body = (bytes: Buffer) => ({
    ...bodyOf(bytes),
    sha256: createHash('sha256').update(bytes).digest('hex'),
  });
  beforeEach(async () => {
    server = await fakeS3();
    place = s3Destination(settings(), secret, pace);
  });
  afterEach(async () => {
    await place.close();
    await server.stop();
  });

  test('a reset at each MiB of 64 MiB: the upload is whole, and every part was sent until it arrived', async () => {
    const bytes = randomBytes(64 * oneMiB);
    const resets = new Map<string, number>();
    server.mischief = ({ query }) => {
      const part = query.get('partNumber');
      if (part === null) return undefined;
      const already = resets.get(part) ?? 0;
      if (already === 16) return undefined;
      resets.set(part, already + 1);
      return { kind: 'reset', afterBytes: already * oneMiB };
    };
    const patientPlace = s3Destination(settings(), secret, { ...pace, attempts: 18, idleMs: 10_000 });
    await patientPlace.put(name, body(bytes));
    expect([...resets.values()]).toEqual([16, 16, 16, 16]);
    server.mischief = () => undefined;
    expect((await buffer(await patientPlace.get(name))).equals(bytes)).toBe(true);
    await patientPlace.close();
  });

  test('a storm of 503 that ends is ridden out; one that does not fails clearly, with nothing listed or left open', async () => {
    let storm = 3;
    server.mischief = () => (storm-- > 0 ? { kind: 'answer', status: 503, code: 'SlowDown' } : undefined);
    await place.put(name, body(randomBytes(1000)));
    const bytes = randomBytes(20 * oneMiB);
    server.mischief = ({ query }) =>
      query.has('partNumber') ? { kind: 'answer', status: 500, code: 'InternalError' } : undefined;
    await expect(place.put(key('data', 'set', 'y'), body(bytes))).rejects.toEqual(code('destination.unreachable'));
    expect(server.uploads.size).toBe(0);
    expect([...server.objects.keys()]).toEqual(['p/data/set/x']);
  });

  test('a connection on which nothing moves is given up and made again', async () => {
    let stalls = 2;
    server.mischief = ({ method }) => (method === 'PUT' && stalls-- > 0 ? { kind: 'stall' } : undefined);
    const hurried = s3Destination(settings(), secret, impatient);
    const bytes = randomBytes(1000);
    await hurried.put(name, body(bytes));
    expect(server.seen.filter(({ method }) => method === 'PUT').length).toBeGreaterThanOrEqual(3);
    await hurried.close();
    server.mischief = () => undefined;
    expect((await buffer(await place.get(name))).equals(bytes)).toBe(true);
  });

  test('an upload that broke off goes on in another process: only what is missing is sent', async () => {
    const bytes = randomBytes(60 * oneMiB);
    // Client and service share this process: summing three parts of 16 MiB at once may keep both from moving for longer than `pace` waits.
    const unhurried = { ...pace, idleMs: 30_000 };
    const before = s3Destination(settings(), secret, unhurried);
    let token = '';
    server.mischief = ({ query }) =>
      Number(query.get('partNumber')) > 2 ? { kind: 'reset', afterBytes: 0 } : undefined;
    const broken = before.put(name, body(bytes), { onResumable: (given) => (token = given) });
    await expect(broken).rejects.toEqual(code('destination.unreachable'));
    expect(server.uploads.size).toBe(1);
    server.mischief = () => undefined;
    server.seen.length = 0;
    const later = s3Destination(settings(), secret, unhurried);
    await later.put(name, body(bytes), { resumeToken: token, ifAbsent: true });
    const sent = server.seen.filter(({ method, query }) => method === 'PUT' && query.has('partNumber'));
    expect(new Set(sent.map(({ query }) => query.get('partNumber')))).toEqual(new Set(['3', '4']));
    expect(sent).toHaveLength(2);
    expect((await buffer(await later.get(name))).equals(bytes)).toBe(true);
    expect(server.uploads.size).toBe(0);
    await before.close();
    await later.close();
  });

  test('a token of another body, of an upload that is gone, or of nobody sends everything', async () => {
    const bytes = randomBytes(20 * oneMiB);
    let token = '';
    server.mischief = ({ method, query }) =>
      method === 'POST' && query.has('uploadId') ? { kind: 'reset', afterBytes: 0 } : undefined;
    await place.put(name, body(bytes), { onResumable: (given) => (token = given) }).catch(() => {});
    server.mischief = () => undefined;
    const other = randomBytes(20 * oneMiB);
    await place.put(name, body(other), { resumeToken: token });
    expect((await buffer(await place.get(name))).equals(other)).toBe(true);
    await place.put(name, body(bytes), { resumeToken: token });
    await place.put(name, body(bytes), { resumeToken: 'x' });
    expect((await buffer(await place.get(name))).equals(bytes)).toBe(true);
  });

  test('an answer that was lost is not somebody else’s put, in one piece and in parts', async () => {
    for (const size of [1000, 20 * oneMiB]) {
      const one = key('data', 'set', String(size));
      let lost = 1;
      server.mischief = ({ method, query, headers }) =>
        headers['if-none-match'] === '*' && method !== 'HEAD' && lost > 0 && !query.has('partNumber')
          ? ((lost -= 1), { kind: 'done-but-reset' })
          : undefined;
      await place.put(key('data', 'set', 'warm'), body(randomBytes(10)), { ifAbsent: true }).catch(() => {});
      lost = 1;
      const bytes = randomBytes(size);
      await place.put(one, body(bytes), { ifAbsent: true });
      expect(lost).toBe(0);
      expect((await buffer(await place.get(one))).equals(bytes)).toBe(true);
    }
  });

  readsWholeOrFails({
    place: () => place,
    onGet: (mischief) => {
      server.mischief = ({ method }) => (method === 'GET' ? mischief() : undefined);
    },
  });

  test('an abort in the middle of parts leaves an open upload only to whoever can go on with it, or give it up', async () => {
    for (const resumes of [false, true]) {
      const aborter = new AbortController();
      const reason = new Error('enough');
      let token = '';
      const putting = place.put(name, body(randomBytes(64 * oneMiB)), {
        signal: aborter.signal,
        onProgress: () => aborter.abort(reason),
        ...(resumes ? { onResumable: (given) => (token = given) } : {}),
      });
      await expect(putting).rejects.toBe(reason);
      expect(server.uploads.size).toBe(resumes ? 1 : 0);
      expect(server.objects.size).toBe(0);
      if (resumes) await place.giveUp?.(name, token);
      expect(server.uploads.size).toBe(0);
    }
  });

  test('uploads older than a week are swept, and only those with names of ours', async () => {
    for (const upload of ['p/data/set/x', 'p/other/x', 'q/data/set/x'])
      server.uploads.set(upload, { name: upload, initiatedAt: new Date(), headers: {}, parts: new Map() });
    const days = (count: number) => movedClock(systemClock.now() + count * 86_400_000);
    expect(await sweepS3(settings(), secret, days(6))).toBe(0);
    expect(await sweepS3(settings(), secret, days(8))).toBe(1);
    expect([...server.uploads.keys()]).toEqual(['p/other/x', 'q/data/set/x']);
  });

  test('class and encryption travel with data, and a manifest stays where it can be read at once', async () => {
    const cold = s3Destination(
      settings({ storageClass: 'GLACIER', encryption: { by: 'kms', keyId: 'k' } }),
      secret,
      pace,
    );
    await cold.put(name, body(randomBytes(10)));
    await cold.put(key('manifests', 'x'), body(randomBytes(10)));
    expect(server.objects.get('p/data/set/x')?.headers).toMatchObject({
      'x-amz-storage-class': 'GLACIER',
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'k',
    });
    expect(server.objects.get('p/manifests/x')?.headers).not.toHaveProperty('x-amz-storage-class');
    await cold.close();
  });

  describe('bad input', () => {
    const attempts = async (change: Partial<S3Settings>, other = secret): Promise<unknown[]> => {
      const wrong = s3Destination(settings(change), other, pace);
      const outcomes = await Promise.allSettled([
        wrong.put(name, body(randomBytes(10))),
        wrong.get(name),
        wrong.stat(name),
        first(wrong),
        wrong.remove(name),
        examineS3(settings(change), other, pace),
      ]);
      await wrong.close();
      return outcomes.map((one) => (one.status === 'rejected' ? (one.reason as { code?: string }).code : 'done'));
    };
    const all = (value: string): string[] => Array.from({ length: 6 }, () => value);

    test('a wrong key, secret, region, bucket, endpoint and clock have codes of their own', async () => {
      expect(await attempts({ accessKeyId: 'AKIANOBODY' })).toEqual(all('destination.auth-failed'));
      expect(await attempts({}, new Secret('wrong horse battery'))).toEqual(all('destination.auth-failed'));
      expect(await attempts({ region: 'us-east-1' })).toEqual(all('destination.wrong-region'));
      expect(await attempts({ bucket: 'somebody-elses' })).toEqual(all('destination.no-bucket'));
      expect(await attempts({ endpoint: 'http://127.0.0.1:1' })).toEqual(all('destination.unreachable'));
      server.skewMs = 3_600_000;
      expect(await attempts({})).toEqual(all('destination.clock-skew'));
    });

    test('every one of them says what to do about it', async () => {
      const hintOf = async (change: Partial<S3Settings>, other = secret): Promise<string> => {
        const thrown: unknown = await examineS3(settings(change), other, pace).catch((why: unknown) => why);
        return thrown instanceof Fail ? `${thrown.code}: ${thrown.hint}` : 'done';
      };
      expect(await hintOf({ accessKeyId: 'AKIANOBODY' })).toMatch(/^destination.auth-failed: .*key/);
      expect(await hintOf({ region: 'us-east-1' })).toMatch(/^destination.wrong-region: .*region/);
      expect(await hintOf({ bucket: 'not-there' })).toMatch(/^destination.no-bucket: .*make it/);
      server.skewMs = 3_600_000;
      expect(await hintOf({})).toMatch(/^destination.clock-skew: .*clock/);
      server.skewMs = 0;
      // A bucket that is somebody else's is there, and refuses.
      server.mischief = () => ({ kind: 'answer', status: 403, code: 'AccessDenied' });
      expect(await hintOf({})).toMatch(/^destination.permission: .*somebody else/);
      server.mischief = () => ({ kind: 'answer', status: 409, code: 'BucketAlreadyExists' });
      const made = createBucket(settings({}), secret, pace);
      await expect(made).rejects.toMatchObject({
        code: 'destination.permission',
        hint: expect.stringContaining('another'),
      });
    });

    test('a HEAD that a wrong clock had refused is asked again when the list has told the time', async () => {
      await place.put(name, body(Buffer.from('kept')));
      let heads = 0;
      server.mischief = ({ method }) => {
        if (method !== 'HEAD') return undefined;
        heads += 1;
        return heads === 1 ? { kind: 'answer', status: 403, code: 'RequestTimeTooSkewed' } : undefined;
      };
      expect((await place.stat(name))?.sizeBytes).toBe(4);
      expect(heads).toBe(2);
    });

    test('a key that may only read, and a quota that is used up', async () => {
      await place.put(name, body(Buffer.from('old')));
      server.mischief = ({ method }) =>
        method === 'PUT' || method === 'DELETE' ? { kind: 'answer', status: 403, code: 'AccessDenied' } : undefined;
      await expect(place.put(name, body(randomBytes(10)))).rejects.toEqual(code('destination.permission'));
      await expect(place.remove(name)).rejects.toEqual(code('destination.permission'));
      expect((await buffer(await place.get(name))).toString()).toBe('old');
      server.mischief = ({ method }) =>
        method === 'PUT' ? { kind: 'answer', status: 403, code: 'QuotaExceeded' } : undefined;
      await expect(place.put(name, body(randomBytes(10)))).rejects.toEqual(code('destination.quota'));
    });

    test('a bucket that ignores conditions is found out, and is not called exclusive', async () => {
      server.ignoresConditions = true;
      await place.put(name, body(Buffer.from('first')), { ifAbsent: true });
      expect(place.features.oneWinner).toBe(false);
      await expect(place.put(name, body(Buffer.from('late')), { ifAbsent: true })).rejects.toEqual(
        code('destination.exists'),
      );
    });

    test('an address without TLS is refused by the settings, but for this computer', () => {
      const parse = (endpoint: string): boolean => z.safeParse(S3Settings, settings({ endpoint })).success;
      expect(['https://s3.example.com', 'http://localhost:9000', 'http://127.0.0.1:1'].map(parse)).toEqual([
        true,
        true,
        true,
      ]);
      expect(
        ['http://s3.example.com', 'http://127.0.0.1.evil.com', 'ftp://x', 'https://u:p@x', 'x'].map(parse),
      ).toEqual([false, false, false, false, false]);
    });
  });
});
