/** Passwords that were read out of a URL or a `.env` file, on their way to a source. They never leave the owner's memory. */
import type { SecretsIn } from '../../shared/contract/secrets.ts';
import { Fail } from '../../shared/failure.ts';
import type { DraftId } from '../../shared/id.ts';
import { staysFor } from '../../shared/saved-password.ts';
import type { SourceSettings } from '../../shared/source.ts';
import type { Clock } from '../base/clock.ts';
import { newDraftId } from '../base/id.ts';
import { Secret } from '../base/secret.ts';

/** A password, and the settings that it was read with: it goes to that server and to no other. */
interface Kept {
  password: Secret | undefined;
  read: SourceSettings;
  until: number;
}

/** A wizard that is left open over lunch asks for the password again. */
const keptMs = 30 * 60_000;
/** The oldest goes first: a window that reads without end must not fill the memory. */
const mostKept = 50;

export class Drafts {
  readonly #clock: Pick<Clock, 'elapsed'>;
  readonly #kept = new Map<DraftId, Kept>();

  constructor(clock: Pick<Clock, 'elapsed'>) {
    this.#clock = clock;
  }

  keep(password: string | undefined, read: SourceSettings): DraftId {
    this.#sweep();
    const id = newDraftId();
    this.#kept.set(id, {
      password: password === undefined ? undefined : new Secret(password),
      read,
      until: this.#clock.elapsed() + keptMs,
    });
    return id;
  }

  /**
   * What was given, and the password of the draft where none was given by name. The draft stays: a test comes before a save.
   * @param server where it goes; null where nobody is connected to. Nobody but the owner knows the password of a `.env`
   *   file, and settings that were edited since it was read must not carry it elsewhere.
   * @throws Fail `source.draft-gone`, `vault.saved-elsewhere`
   */
  reveal({ draft, ...given }: SecretsIn, server: SourceSettings | null): Omit<SecretsIn, 'draft'> {
    if (draft === undefined || given.database !== undefined) return given;
    this.#sweep();
    const kept = this.#kept.get(draft);
    if (kept === undefined) throw new Fail('source.draft-gone', 'The password that was read is not kept any more.');
    if (kept.password === undefined || server?.kind !== 'postgres') return given;
    if (!staysFor('database', kept.read, server))
      throw new Fail(
        'vault.saved-elsewhere',
        'The password that was read is for another server, or for one that has to prove more.',
      );
    return { ...given, database: kept.password.reveal() };
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
