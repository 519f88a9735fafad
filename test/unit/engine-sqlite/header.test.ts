import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { hasMagic, looksEncrypted, readHeader } from '../../../src/main/engine/sqlite/header.ts';

function fileOf(setup: string): Buffer {
  const db = new Database(':memory:');
  db.exec(`${setup}; CREATE TABLE t (a); INSERT INTO t VALUES (1)`);
  const bytes = db.serialize();
  db.close();
  return bytes;
}

describe('the header of a SQLite file', () => {
  test.each([512, 1024, 4096, 32_768, 65_536])('tells a page size of %i and the number of pages', (pageSizeBytes) => {
    const bytes = fileOf(`PRAGMA page_size = ${pageSizeBytes}`);
    expect(readHeader(bytes)).toMatchObject({
      pageSizeBytes,
      pageCount: bytes.length / pageSizeBytes,
      journalMode: 'delete',
    });
  });

  test.each(['UTF-8', 'UTF-16le', 'UTF-16be'])('tells the encoding %s', (encoding) => {
    expect(readHeader(fileOf(`PRAGMA encoding = '${encoding}'`))?.encoding).toBe(encoding);
  });

  test('tells versions with their sign, and each way of auto_vacuum', () => {
    const header = readHeader(
      fileOf('PRAGMA auto_vacuum = 2; PRAGMA user_version = -7; PRAGMA application_id = -2147483648'),
    );
    expect(header).toMatchObject({ userVersion: -7, applicationId: -2_147_483_648, autoVacuum: 2 });
    expect(readHeader(fileOf('PRAGMA auto_vacuum = 1'))?.autoVacuum).toBe(1);
    expect(readHeader(fileOf('SELECT 1'))?.autoVacuum).toBe(0);
  });

  test('says nothing of a page count that its writer did not keep', () => {
    const bytes = fileOf('SELECT 1');
    bytes.writeUInt32BE(bytes.readUInt32BE(92) + 1, 24);
    expect(readHeader(bytes)?.pageCount).toBeNull();
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['half a header', fileOf('SELECT 1').subarray(0, 60)],
    ['text', Buffer.from('SQLite is a library. '.repeat(20))],
  ])('is not found in %s', (_what, bytes) => {
    expect(readHeader(bytes)).toBeUndefined();
  });

  test('with an impossible page size or encoding is damaged, not read', () => {
    const pageSize = fileOf('SELECT 1');
    pageSize.writeUInt16BE(1000, 16);
    expect(hasMagic(pageSize)).toBe(true);
    expect(readHeader(pageSize)).toBeUndefined();
    const encoding = fileOf('SELECT 1');
    encoding.writeUInt32BE(9, 56);
    expect(readHeader(encoding)).toBeUndefined();
  });
});

describe('an encrypted database', () => {
  test('looks like whole pages of random bytes', () => {
    for (let n = 0; n < 50; n += 1) expect(looksEncrypted(randomBytes(4096), 40_960)).toBe(true);
    for (let n = 0; n < 50; n += 1) expect(looksEncrypted(randomBytes(1024), 1024)).toBe(true);
  });

  test.each([
    ['text', Buffer.from('lorem ipsum dolor '.repeat(300)).subarray(0, 4096), 8192],
    ['an archive', gzipSync(randomBytes(8000)).subarray(0, 4096), 8192],
    ['zeros', Buffer.alloc(4096), 4096],
    ['random bytes that are no whole pages', randomBytes(4096), 5001],
    ['too little to tell', randomBytes(512), 512],
  ])('is not seen in %s', (_what, first, sizeBytes) => {
    expect(looksEncrypted(first, sizeBytes)).toBe(false);
  });
});
