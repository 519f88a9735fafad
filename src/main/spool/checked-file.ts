/** A kept artifact as it is sent: a range whose hash is not the one written ends the stream, so that no place keeps it. */
import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { rangeAt, type ArtifactFacts } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import { systemCode } from '../base/file.ts';
import { piecesFrom, type Pieces } from '../base/piecewise.ts';

const pieceBytes = 1024 * 1024;

/** The bytes from `from` on. A range is hashed from its start, also where the bytes begin inside it. */
export const openChecked = (file: string, facts: ArtifactFacts, from = 0): Pieces =>
  piecesFrom((over) => checked(file, facts, from, over));

async function* checked(file: string, facts: ArtifactFacts, from: number, over: AbortSignal): AsyncGenerator<Buffer> {
  const handle = await opened(file, facts);
  try {
    await demandSize(handle, facts);
    const memory = Buffer.allocUnsafeSlow(Math.min(pieceBytes, facts.sizeBytes));
    let index = rangeAt(facts, from);
    let position = index * facts.rangeSizeBytes;
    let hash = createHash('sha256');
    while (position < facts.sizeBytes) {
      over.throwIfAborted();
      const end = Math.min((index + 1) * facts.rangeSizeBytes, facts.sizeBytes);
      const { bytesRead } = await handle.read(memory, 0, Math.min(memory.length, end - position), position);
      if (bytesRead === 0) throw shorter(facts, position);
      const piece = memory.subarray(0, bytesRead);
      hash.update(piece);
      position += bytesRead;
      // The last bytes of a range go on only when the range was found right.
      if (position === end) {
        demandRange(file, facts, index, hash);
        index += 1;
        hash = createHash('sha256');
      }
      const wanted = piece.subarray(Math.max(0, Math.min(bytesRead, from - (position - bytesRead))));
      over.throwIfAborted();
      if (wanted.length > 0) yield wanted;
    }
  } finally {
    await handle.close();
  }
}

async function opened(file: string, facts: ArtifactFacts): Promise<FileHandle> {
  return open(file, 'r').catch((thrown: unknown) => {
    throw systemCode(thrown) === 'ENOENT' ? shorter(facts, 0) : thrown;
  });
}

async function demandSize(handle: FileHandle, facts: ArtifactFacts): Promise<void> {
  const { size } = await handle.stat();
  if (size !== facts.sizeBytes) throw shorter(facts, size);
}

const shorter = ({ name, sizeBytes }: ArtifactFacts, there: number): Fail =>
  new Fail('spool.damaged', `${name} has ${there} of its ${sizeBytes} bytes in the data folder.`);

function demandRange(file: string, facts: ArtifactFacts, index: number, hash: Hash): void {
  if (hash.digest('hex') === facts.ranges[index]) return;
  const where = `Range ${index + 1} of ${facts.ranges.length}`;
  throw new Fail('spool.damaged', `${where} of ${facts.name} in the data folder is not as it was written (${file}).`);
}
