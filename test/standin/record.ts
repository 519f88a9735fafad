/** What the app asked of the desktop, in the order in which it did: a test reads it by `evaluate(({ record }) => record)`. */
export interface Entry {
  what: string;
  details: unknown;
}

export const record: Entry[] = [];
const waiting = new Set<() => void>();

export function note(what: string, details: unknown = null): void {
  record.push({ what, details });
  for (const look of waiting) look();
}

/** Resolves with the details of the first entry after the first `after` ones that is of this name and holds these words. */
export function noted(what: string, words: string, after: number): Promise<{ details: unknown; index: number }> {
  return new Promise((resolve) => {
    const look = (): void => {
      const found = record.findIndex(
        (entry, at) => at >= after && entry.what === what && JSON.stringify(entry.details).includes(words),
      );
      if (found === -1) return;
      waiting.delete(look);
      resolve({ details: record[found]?.details, index: found });
    };
    waiting.add(look);
    look();
  });
}
