/** The first 100 bytes of a SQLite file. Pure. Layout: https://www.sqlite.org/fileformat2.html, section 1.3. */

export const headerSizeBytes = 100;

export interface Header {
  pageSizeBytes: number;
  /** Pages of the file as its last writer left them; null where that writer did not keep the figure. */
  pageCount: number | null;
  journalMode: 'wal' | 'delete';
  /** As `PRAGMA encoding` says it. */
  encoding: string;
  userVersion: number;
  applicationId: number;
  /** As `PRAGMA auto_vacuum` says it: 0 none, 1 full, 2 incremental. */
  autoVacuum: number;
}

const magic = Buffer.from('SQLite format 3\0', 'latin1');
const encodings = ['UTF-8', 'UTF-8', 'UTF-16le', 'UTF-16be'];

/** True when a file that begins with these bytes calls itself a SQLite database. */
export function hasMagic(bytes: Buffer): boolean {
  return bytes.length >= magic.length && bytes.subarray(0, magic.length).equals(magic);
}

/** What the header says, or undefined when these bytes are none. */
export function readHeader(bytes: Buffer): Header | undefined {
  if (bytes.length < headerSizeBytes || !hasMagic(bytes)) return undefined;
  const stored = bytes.readUInt16BE(16);
  const pageSizeBytes = stored === 1 ? 65_536 : stored;
  const isPowerOfTwo = (pageSizeBytes & (pageSizeBytes - 1)) === 0;
  const encoding = encodings[bytes.readUInt32BE(56)];
  if (pageSizeBytes < 512 || !isPowerOfTwo || encoding === undefined) return undefined;
  // Writers older than 3.7 do not keep the page count; it counts only while both counters agree.
  const kept = bytes.readUInt32BE(24) === bytes.readUInt32BE(92);
  const pageCount = bytes.readUInt32BE(28);
  return {
    pageSizeBytes,
    pageCount: kept && pageCount > 0 ? pageCount : null,
    journalMode: bytes[19] === 2 ? 'wal' : 'delete',
    encoding,
    userVersion: bytes.readInt32BE(60),
    applicationId: bytes.readInt32BE(68),
    autoVacuum: bytes.readUInt32BE(52) === 0 ? 0 : bytes.readUInt32BE(64) === 0 ? 1 : 2,
  };
}

/** Archives and pictures are as dense as encrypted pages, and say what they are in their first bytes. */
const denseFormats = [
  '1f8b',
  '28b52ffd',
  '504b0304',
  'fd377a58',
  '425a68',
  '377abcaf',
  '89504e47',
  'ffd8ff',
  '25504446',
  '52617221',
  '5047444d50',
];

/**
 * Whether a file without a SQLite header is best explained as an encrypted database (SQLCipher, SEE): whole pages, no
 * known format, and a first page in which every byte value is about as frequent as every other.
 */
export function looksEncrypted(firstPage: Buffer, fileSizeBytes: number): boolean {
  if (firstPage.length < 1024 || fileSizeBytes % 512 !== 0) return false;
  const start = firstPage.subarray(0, 8).toString('hex');
  if (denseFormats.some((format) => start.startsWith(format))) return false;
  // Random bytes come within 0.1 bit of this; text, images of memory and plain databases stay well below.
  return bitsPerByte(firstPage) > (firstPage.length >= 4096 ? 7.85 : 7.6);
}

function bitsPerByte(bytes: Buffer): number {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  let bits = 0;
  for (const count of counts) {
    if (count > 0) bits -= (count / bytes.length) * Math.log2(count / bytes.length);
  }
  return bits;
}
