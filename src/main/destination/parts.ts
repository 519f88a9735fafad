/** Names of a data file that lies in numbered parts, because its place takes no file of its size. `docs/format.md` shows them. */
import { key, type Key } from '../base/key.ts';
import type { Stored } from './destination.ts';

/** Four digits, so that the order of the names is the order of the bytes for every program. */
export const maxParts = 9_999;

const partName = /^(data\/[^/]+\/[^/]+)\.part-(\d{4})$/;

export interface Part extends Stored {
  number: number;
}

export const partKey = (whole: Key, number: number): Key => key(`${whole}.part-${String(number).padStart(4, '0')}`);

/** The file that this is a part of, and its number. */
export function partOf(name: Key): { whole: Key; number: number } | undefined {
  const found = partName.exec(name);
  if (found === null) return undefined;
  const [, whole = '', digits = ''] = found;
  return { whole: key(whole), number: Number(digits) };
}

/** Whether a file of this name could lie in parts. Manifests and proofs are always one file. */
export const mayBeSplit = (name: Key): boolean => /^data\/[^/]+\/[^/]+$/.test(name) && !partName.test(name);

/** All of them together, as one file. Whether one is missing between them, {@link missingPart} tells. */
export function joined(whole: Key, parts: readonly Part[]): Stored {
  return {
    key: whole,
    sizeBytes: parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    modifiedAt: Math.max(...parts.map(({ modifiedAt }) => modifiedAt)),
    parts: parts.length,
  };
}

/** The number of the first part that is not there though a later one is. @param parts in their order. */
export const missingPart = (parts: readonly Part[]): number | undefined => {
  const index = parts.findIndex(({ number }, at) => number !== at + 1);
  return index === -1 ? undefined : index + 1;
};
