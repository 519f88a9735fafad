/**
 * The guard of paths. A window never makes a path up: every one that it sends was handed out by its own door (a dialog, a
 * browsed folder), or belongs to a saved source or destination already.
 */
import path from 'node:path';
import type { DestinationCard } from '../../shared/destination.ts';
import type { PathPurpose } from '../../shared/door.ts';
import { Fail } from '../../shared/failure.ts';
import type { Source, SourceSettings } from '../../shared/source.ts';
import { pathsIn, pathsOf, type NamedPath } from './path-inputs.ts';

/** What is saved: asked anew for every call that names a path which was not handed out. */
export interface Saved {
  sources: readonly Source[];
  destinations: readonly DestinationCard[];
}

export class PathGuard {
  readonly #handedOut = new Set<string>();
  readonly #saved: () => Promise<Saved>;

  constructor(saved: () => Promise<Saved>) {
    this.#saved = saved;
  }

  /** From now on the window may send this path, for this purpose and no other. */
  handOut(purpose: PathPurpose, file: string): void {
    this.#handedOut.add(keyOf({ purpose, file }));
  }

  /** What an `.env` file of a person's choice names was chosen with it. */
  handOutSettings(settings: SourceSettings): void {
    for (const named of pathsOf(settings)) this.handOut(named.purpose, named.file);
  }

  /** @throws Fail `call.refused` when the call names a path that the window cannot have from anybody but itself. */
  async check(call: string, input: unknown): Promise<void> {
    const strange = pathsIn(call, input).filter((named) => !this.#handedOut.has(keyOf(named)));
    if (strange.length === 0) return;
    const { sources, destinations } = await this.#saved();
    const known = new Set([
      ...sources.flatMap((source) => pathsOf(source.settings).map(keyOf)),
      ...destinations.flatMap(({ settings }) =>
        settings.kind === 'folder' ? [keyOf({ purpose: 'folder', file: settings.path })] : [],
      ),
    ]);
    const files = sources.flatMap(({ settings }) => (settings.kind === 'sqlite' ? [settings.file] : []));
    for (const named of strange) {
      if (known.has(keyOf(named))) continue;
      if (named.purpose === 'restore-file' && files.some((file) => isBeside(file, named.file))) continue;
      throw new Fail('call.refused', `${call} names a path that was not chosen here.`, {
        hint: 'Choose the file or folder again with its button.',
      });
    }
  }
}

const keyOf = ({ purpose, file }: NamedPath): string => `${purpose} ${file}`;

/**
 * Whether `file` is a plain new name for a database in the folder of a saved one: what the window proposes by itself for a
 * restore. Never a hidden file and never one without a database's ending, which something else could read.
 */
function isBeside(saved: string, file: string): boolean {
  if (path.dirname(saved) !== path.dirname(file) || path.normalize(file) !== file) return false;
  const name = path.basename(file);
  const endings = ['.sqlite', '.sqlite3', '.db', '.db3', path.extname(saved).toLowerCase()];
  return /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,200}$/u.test(name) && endings.includes(path.extname(name).toLowerCase());
}
