/** A kept artifact as it is sent: a range whose hash is not the one written ends the stream, so that no place keeps it. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { rangeAt, type ArtifactFacts } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import { systemCode } from '../base/file.ts';

/** The bytes from `from` on. A range is hashed from its start, also where the stream begins inside it. */
export function openChecked(file: string, facts: ArtifactFacts, from = 0): Readable {
  return Readable.from(checked(file, facts, from), { objectMode: false });
}

async function* checked(file: string, facts: ArtifactFacts, from: number): AsyncGenerator<Buffer> {
  await demandSize(file, facts);
  let index = rangeAt(facts, from);
  let position = index * facts.rangeSizeBytes;
  let hash = createHash('sha256');
  for await (const chunk of createReadStream(file, {
    start: position,
    highWaterMark: 1024 * 1024,
  }) as AsyncIterable<Buffer>) {
    for (let offset = 0; offset < chunk.length;) {
      const left = Math.min((index + 1) * facts.rangeSizeBytes, facts.sizeBytes) - position;
      const piece = chunk.subarray(offset, offset + left);
      hash.update(piece);
      position += piece.length;
      offset += piece.length;
      if (piece.length === left) {
        demandRange(file, facts, index, hash);
        index += 1;
        hash = createHash('sha256');
      }
      const wanted = piece.subarray(Math.max(0, Math.min(piece.length, from - (position - piece.length))));
      // The last bytes of a range go on only when the range was found right.
      if (wanted.length > 0) yield wanted;
    }
  }
}

async function demandSize(file: string, facts: ArtifactFacts): Promise<void> {
  const sizeBytes = await stat(file).then(
    ({ size }) => size,
    (thrown: unknown) => {
      if (systemCode(thrown) === 'ENOENT') return 0;
      throw thrown;
    },
  );
  if (sizeBytes === facts.sizeBytes) return;
  throw new Fail('spool.damaged', `${facts.name} has ${sizeBytes} of its ${facts.sizeBytes} bytes in the data folder.`);
}

function demandRange(file: string, facts: ArtifactFacts, index: number, hash: Hash): void {
  if (hash.digest('hex') === facts.ranges[index]) return;
  const where = `Range ${index + 1} of ${facts.ranges.length}`;
  throw new Fail('spool.damaged', `${where} of ${facts.name} in the data folder is not as it was written (${file}).`);
}
