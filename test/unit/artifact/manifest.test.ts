import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readManifest, writeManifest } from '../../../src/main/artifact/manifest.ts';
import type { ManifestBody } from '../../../src/shared/artifact.ts';
import { Fail } from '../../../src/shared/failure.ts';
import { artifactFacts, backupId, manifestBody, otherBackupId } from './facts.ts';

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** A file of this first line, with a second line that is right for it. */
function sealed(line: string | Buffer, seal?: string): Buffer {
  const second = seal ?? `{"sha256":"${sha256(line)}","hmac":null,"keyId":null}`;
  return Buffer.concat([Buffer.from(line), Buffer.from(`\n${second}\n`)]);
}

function refusal(file: Buffer): string {
  try {
    readManifest(file, backupId);
  } catch (thrown) {
    if (thrown instanceof Fail) return thrown.code;
    throw thrown;
  }
  return 'accepted';
}

const line = JSON.stringify(manifestBody());
const withBody = (change: (body: ManifestBody) => unknown): Buffer => {
  const body = structuredClone(manifestBody());
  return sealed(JSON.stringify(change(body) ?? body));
};

describe('A manifest that is written can be read again', () => {
  test('it has exactly two lines, and the second speaks about the bytes of the first', () => {
    const { file, sha256: named } = writeManifest(manifestBody());
    const lines = file.toString('utf8').split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toBe('');
    expect(lines[0]).toBe(line);
    expect(lines[1]).toBe(`{"sha256":"${sha256(line)}","hmac":null,"keyId":null}`);
    expect(named).toBe(sha256(line));
    expect(readManifest(file, backupId)).toEqual({
      authenticated: false,
      signedWith: null,
      body: manifestBody(),
      sha256: named,
    });
  });

  test('the order of the body’s fields in memory does not change the file', () => {
    const turned = Object.fromEntries(Object.entries(manifestBody()).toReversed()) as unknown as ManifestBody;
    expect(writeManifest(turned).file.equals(writeManifest(manifestBody()).file)).toBe(true);
  });

  test('a body that would be refused is never written', () => {
    expect(() => writeManifest(manifestBody({ complete: false }))).toThrow(/contradicts itself/);
    expect(() => writeManifest(manifestBody({ artifacts: [] }))).toThrow(/artifacts/);
  });
});

describe('Any change to a manifest is seen', () => {
  test('every single flipped bit', () => {
    const { file } = writeManifest(manifestBody());
    for (let bit = 0; bit < file.length * 8; bit += 1) {
      const changed = Buffer.from(file);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(refusal(changed), `bit ${bit}`).toMatch(/^manifest[.](?:tampered|malformed)$/);
    }
  });

  test('every length it can be cut to', () => {
    const { file } = writeManifest(manifestBody());
    for (let length = 0; length < file.length; length += 1) {
      expect(refusal(file.subarray(0, length)), `length ${length}`).toMatch(/^manifest[.](?:tampered|malformed)$/);
    }
  });

  test.each<[string, Buffer]>([
    ['a line added', Buffer.concat([sealed(line), Buffer.from('{}\n')])],
    ['an empty line added', Buffer.concat([sealed(line), Buffer.from('\n')])],
    ['a space after the end', Buffer.concat([sealed(line), Buffer.from(' ')])],
    ['Windows line ends', Buffer.from(sealed(line).toString('utf8').replaceAll('\n', '\r\n'))],
    ['a space in the second line', sealed(line, `{"sha256":"${sha256(line)}", "hmac":null,"keyId":null}`)],
    ['the second line in another order', sealed(line, `{"hmac":null,"keyId":null,"sha256":"${sha256(line)}"}`)],
    ['more in the second line', sealed(line, `{"sha256":"${sha256(line)}","hmac":null,"keyId":null,"x":1}`)],
    ['capitals in the hash', sealed(line, `{"sha256":"${sha256(line).toUpperCase()}","hmac":null,"keyId":null}`)],
    ['an HMAC without its key', sealed(line, `{"sha256":"${sha256(line)}","hmac":"${sha256(line)}","keyId":null}`)],
    ['spaces in the first line, hashed anew', sealed(line.replace('"version":1', '"version": 1'))],
    ['another escape, hashed anew', sealed(line.replace('app.db', String.raw`\u0061pp.db`))],
    ['a number written otherwise, hashed anew', sealed(line.replace('"version":1', '"version":1.0'))],
    ['a name twice, hashed anew', sealed(line.replace('"complete":true', '"complete":false,"complete":true'))],
    ['a number that is not kept exactly', sealed(line.replace('"rows":3', '"rows":9007199254740993'))],
    ['bytes that are not UTF-8', sealed(Buffer.from(line.replace('app.db', 'app.d\u00ff'), 'latin1'))],
  ])('%s', (_name, file) => {
    expect(refusal(file)).toBe('manifest.tampered');
  });

  test.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), sealed(line)])],
    ['no JSON', sealed('hello')],
    ['null', sealed('null')],
    ['another format', sealed(line.replace('holdfast.backup', 'holdfast.proof'))],
    ['a version that never was', withBody((body) => ({ ...body, version: 0 }))],
    ['a version in words', withBody((body) => ({ ...body, version: '2' }))],
    ['a field too many', withBody((body) => ({ ...body, extra: 1 }))],
    ['a field too few', withBody((body) => ({ ...body, holdfast: undefined }))],
    ['a field named __proto__', sealed(line.replace('"version":1', '"version":1,"__proto__":{}'))],
    ['JSON as deep as a well', sealed(`${line.slice(0, -1)},"x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`)],
    ['another range size', withBody((body) => ({ ...body, artifacts: [{ ...artifactFacts(), rangeSizeBytes: 1 }] }))],
    ['a name that climbs', withBody((body) => ({ ...body, artifacts: [artifactFacts({ name: '01-../../x' })] }))],
  ])('and what is no manifest is refused: %s', (_name, file) => {
    expect(refusal(file)).toMatch(/^manifest[.](?:malformed|tampered)$/);
  });

  test('a file too large to be one is refused unread', () => {
    expect(refusal(Buffer.alloc(64 * 1024 * 1024 + 1, ' '))).toBe('manifest.malformed');
  });

  test('a manifest replayed under another name', () => {
    const { file } = writeManifest(manifestBody());
    expect(() => readManifest(file, otherBackupId)).toThrow(expect.objectContaining({ code: 'manifest.tampered' }));
  });
});

describe('A manifest has to agree with itself', () => {
  const database = (body: ManifestBody) => {
    if (body.inventory.form !== 'plain') throw new Error('a plain one');
    return body.inventory.content.databases[0] as NonNullable<(typeof body.inventory.content.databases)[0]>;
  };

  test.each<[string, (body: ManifestBody) => void]>([
    ['complete and something missing', (body) => body.missing.push('table audit')],
    ['incomplete and nothing missing', (body) => void (body.complete = false)],
    ['too few ranges', (body) => void (body.artifacts = [artifactFacts({ ranges: [] })])],
    [
      'too many ranges',
      (body) => void (body.artifacts = [artifactFacts({ ranges: ['ab'.repeat(32), 'cd'.repeat(32)] })]),
    ],
    ['a coding that is never written', (body) => void (body.artifacts = [artifactFacts({ coding: [] })])],
    ['a coding twice', (body) => void (body.artifacts = [artifactFacts({ coding: ['zstd', 'zstd'] })])],
    [
      'sealed bytes in a set that is not sealed',
      (body) => void (body.artifacts = [artifactFacts({ coding: ['zstd', 'openpgp'] })]),
    ],
    ['an artifact nobody speaks of', (body) => void body.artifacts.push(artifactFacts({ name: '02-more.sqlite.zst' }))],
    ['a number twice', (body) => void body.artifacts.push(artifactFacts({ name: '01-more.sqlite.zst' }))],
    ['an inventory of an artifact that is not there', (body) => void (database(body).artifact = '07-gone.sqlite.zst')],
    ['a dump called a SQLite file', (body) => void (body.artifacts = [artifactFacts({ content: 'postgres-custom' })])],
    ['a source of another kind', (body) => void (body.source.kind = 'postgres')],
    ['a table twice', (body) => void database(body).tables.push(...database(body).tables)],
    ['an inventory sealed by nobody', (body) => void (body.inventory = { form: 'sealed', content: '' })],
  ])('%s', (_name, change) => {
    expect(refusal(withBody((body) => change(body)))).toBe('manifest.malformed');
  });

  test('ranges fit the size at every edge', () => {
    const range = 64 * 1024 * 1024;
    for (const [sizeBytes, count] of [
      [1, 1],
      [range - 1, 1],
      [range, 1],
      [range + 1, 2],
      [2 * range, 2],
    ] as const) {
      const body = manifestBody({
        artifacts: [artifactFacts({ sizeBytes, ranges: Array.from({ length: count }, () => 'ab'.repeat(32)) })],
      });
      expect(readManifest(writeManifest(body).file, backupId).body.artifacts[0]?.sizeBytes).toBe(sizeBytes);
    }
  });
});

describe('A newer manifest is told from a broken one', () => {
  test('its version is believed only when its seal fits', () => {
    const newer = JSON.stringify({ ...manifestBody(), version: 2, chunks: [] });
    expect(refusal(sealed(newer))).toBe('manifest.newer');
    expect(refusal(sealed(newer, `{"sha256":"${sha256(newer)}","more":[]}`))).toBe('manifest.newer');
    expect(refusal(Buffer.from(sealed(line).toString('utf8').replace('"version":1', '"version":3')))).toBe(
      'manifest.tampered',
    );
  });
});
