/** What pg_restore complains about on standard error, taken apart. */

export interface Complaint {
  /** The archive entry it was busy with; null before the first and after the last. */
  entryId: number | null;
  /** The first line of what it says, without `pg_restore: error: `. Details can hold rows, so they are left out. */
  message: string;
  /** The statement that failed, where pg_restore says it. */
  command: string | null;
}

export interface Complaints {
  complaints: Complaint[];
  /** Every entry that pg_restore named, also where words of two workers ran into each other. */
  entryIds: number[];
  /** `errors ignored on restore: N`; null where it does not say so. */
  ignored: number | null;
}

const spoken = /^pg_restore: (?:(error|warning|detail|hint): )?(.*)$/;

/**
 * Collects the lines of one pg_restore. With `--jobs` its workers speak at the same time: which entry a message belongs
 * to is then a guess, but the set of entries named is not.
 */
export class ComplaintReader {
  readonly #complaints: Complaint[] = [];
  readonly #entryIds = new Set<number>();
  #ignored: number | null = null;
  #entryId: number | null = null;
  #open: Complaint | null = null;
  #inCommand = false;

  /** Takes one line of standard error. */
  read(line: string): void {
    for (const named of line.matchAll(/from TOC entry (\d+);/g)) {
      this.#entryId = Number(named[1]);
      this.#entryIds.add(this.#entryId);
    }
    const found = spoken.exec(line);
    if (found === null) return this.#continue(line);
    const [, level, words = ''] = found;
    const ignored = /^errors ignored on restore: (\d+)$/.exec(words);
    if (ignored !== null) this.#ignored = Number(ignored[1]);
    if (/^while (INITIALIZING|FINALIZING):$/.test(words)) this.#entryId = null;
    this.#open = null;
    if (level !== 'error') return;
    this.#open = { entryId: this.#entryId, message: words.slice(0, 1000), command: null };
    this.#inCommand = false;
    this.#complaints.push(this.#open);
  }

  #continue(line: string): void {
    if (this.#open === null) return;
    if (line.startsWith('Command was: ')) {
      // The last one counts: the server's own words may hold the phrase too.
      this.#inCommand = true;
      this.#open.command = line.slice('Command was: '.length);
    } else if (this.#inCommand && (this.#open.command?.length ?? 0) < 4000) this.#open.command += `\n${line}`;
  }

  result(): Complaints {
    const complaints = this.#complaints.map((one) => ({ ...one, command: one.command?.trim() ?? null }));
    return { complaints, entryIds: [...this.#entryIds], ignored: this.#ignored };
  }
}

/** Entries that were named as failed and have no words of their own. */
export function wordless({ complaints, entryIds }: Complaints): number[] {
  const own = new Set(complaints.map(({ entryId }) => entryId));
  return entryIds.filter((id) => !own.has(id));
}

/**
 * What was said of all, with what these entries said when each was tried alone: its words are taken from whomever they
 * were given to, and one that could be made after all did not fail.
 */
export function heardAlone(said: Complaints, tried: readonly number[], alone: Complaints): Complaints {
  const words = [...said.complaints];
  for (const one of alone.complaints) {
    const mistaken = words.findIndex(
      (other) => other.message === one.message && other.command === one.command && other.entryId !== one.entryId,
    );
    const owner = words[mistaken]?.entryId;
    // Two entries may fail with the same words: the last of an entry is never taken from it.
    if (mistaken >= 0 && words.filter(({ entryId }) => entryId === owner).length > 1) words.splice(mistaken, 1);
  }
  const failed = new Set(alone.entryIds);
  const made = new Set(tried.filter((id) => !failed.has(id)));
  return {
    complaints: [...words, ...alone.complaints],
    entryIds: said.entryIds.filter((id) => !made.has(id)),
    ignored: said.ignored,
  };
}

/**
 * Statements with which a newer pg_restore greets every server and which an older server does not know. Nothing depends
 * on them in a restore.
 */
const harmless = new Map([
  ['SET transaction_timeout = 0;', 'transaction_timeout'],
  ['SET idle_in_transaction_session_timeout = 0;', 'idle_in_transaction_session_timeout'],
]);

/** Whether a complaint is only about such a greeting: by the exact statement, and the parameter named in the error. */
export function isHarmless(complaint: Complaint): boolean {
  const parameter = complaint.command === null ? undefined : harmless.get(complaint.command);
  return (
    parameter !== undefined &&
    complaint.message.startsWith('could not execute query: ') &&
    complaint.message.endsWith(`"${parameter}"`)
  );
}

/** Whether a complaint is only that an object could not be given to its owner. The object itself is there. */
export function isOwnership(complaint: Complaint): boolean {
  if (complaint.command === null) return false;
  const bare = complaint.command.replaceAll(/"(?:[^"]|"")*"/g, 'q');
  return /^ALTER [A-Z ]+ [^ ]+(?:\([^;]*\))?(?: USING [^ ]+)? OWNER TO [^ ;]+;$/.test(bare);
}
