import { readSync } from 'node:fs';

const blockSizeBytes = 64 * 1024;
const newline = 0x0a;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of a line's bytes; empty (which no entry is) where they are not UTF-8, so that two different lines never read alike. */
export function lineText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return '';
  }
}

export interface FoundLine {
  text: string;
  /** Offset of its first byte. */
  from: number;
}

/** The last `count` lines of the first `size` bytes, last first, without their newlines; an unfinished last line counts. */
export function linesFromEnd(descriptor: number, size: number, count: number): FoundLine[] {
  const lines: FoundLine[] = [];
  let bytes = Buffer.alloc(0);
  let from = size;
  while (from > 0 && lines.length < count) {
    const length = Math.min(blockSizeBytes, from);
    const block = Buffer.alloc(length);
    from -= length;
    readSync(descriptor, block, 0, length, from);
    bytes = Buffer.concat([block, bytes]);
    bytes = takeLines(bytes, from, lines, count);
  }
  if (from === 0 && bytes.length > 0 && lines.length < count)
    lines.push({ text: lineText(withoutNewline(bytes)), from: 0 });
  return lines;
}

/** Moves whole lines from the end of `bytes` to `lines`; what is left belongs to a line that begins further up. */
function takeLines(bytes: Buffer<ArrayBuffer>, offset: number, lines: FoundLine[], count: number): Buffer<ArrayBuffer> {
  let left = bytes;
  while (lines.length < count) {
    const end = left.length - 1;
    const start = end > 0 ? left.lastIndexOf(newline, end - 1) + 1 : 0;
    if (start === 0) return left;
    lines.push({ text: lineText(withoutNewline(left.subarray(start))), from: offset + start });
    left = left.subarray(0, start);
  }
  return left;
}

function withoutNewline(line: Buffer): Buffer {
  return line.at(-1) === newline ? line.subarray(0, -1) : line;
}
