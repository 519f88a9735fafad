/** Passwords that were read out of a URL or a `.env` file, on their way to a source. They never leave the owner's memory. */
import type { SecretsIn } from '../../shared/contract.ts';
import { Fail } from '../../shared/failure.ts';
import type { DraftId } from '../../shared/id.ts';
import type { Clock } from '../base/clock.ts';
import { newDraftId } from '../base/id.ts';
import { Secret } from '../base/secret.ts';

/** A wizard that is left open over lunch asks for the password again. */
const keptMs = 30 * 60_000;
/** The oldest goes first: a window that reads without end must not fill the memory. */
const mostKept = 50;

export class Drafts {
  readonly #clock: Pick<Clock, 'elapsed'>;
  readonly #kept = new Map<DraftId, { password: Secret | undefined; until: number }>();

  constructor(clock: Pick<Clock, 'elapsed'>) {
    this.#clock = clock;
  }

  keep(password: string | undefined): DraftId {
    this.#sweep();
    const id = newDraftId();
    this.#kept.set(id, {
      password: password === undefined ? undefined : new Secret(password),
      until: this.#clock.elapsed() + keptMs,
    });
    return id;
  }

  /**
   * What was given, and the password of the draft where none was given by name. The draft stays: a test comes before a save.
   * @throws Fail `source.draft-gone`
   */
  reveal({ draft, ...given }: SecretsIn): Omit<SecretsIn, 'draft'> {
    if (draft === undefined) return given;
    this.#sweep();
    const kept = this.#kept.get(draft);
    if (kept === undefined) {
      if (given.database !== undefined) return given;
      throw new Fail('source.draft-gone', 'The password that was read is not kept any more.');
    }
    const database = given.database ?? kept.password?.reveal();
    return { ...given, ...(database === undefined ? {} : { database }) };
  }

  /** Once it is saved, nobody needs it any more. */
  forget(draft: DraftId | undefined): void {
    if (draft !== undefined) this.#kept.delete(draft);
  }

  #sweep(): void {
    const now = this.#clock.elapsed();
    for (const [id, { until }] of this.#kept) {
      if (until <= now || this.#kept.size >= mostKept) this.#kept.delete(id);
    }
  }
}
