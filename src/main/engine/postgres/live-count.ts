import type { Scope } from '../../../shared/source.ts';
import type { Watch } from '../../base/watch.ts';
import type { Counted, Place, Surroundings } from '../engine.ts';
import { connect, postgresSettings } from './connect.ts';
import { countSelection } from './count.ts';
import { databaseSize } from './inspect.ts';
import { holdTables } from './snapshot.ts';

const yieldAfterMs = 5_000;
const attempts = 5;

/**
 * Counts one database in one snapshot in which no table can be emptied or altered meanwhile; lets go like a dump does when
 * somebody waits. The first database of the place is meant. What the scope names and is not there is not in the result.
 */
export function countLive(
  place: Place,
  options: { digests: boolean; scope: Scope },
  watch: Watch,
  surroundings: Surroundings,
): Promise<Counted> {
  const database = postgresSettings(place).databases[0] as string;
  const hold = { scope: options.scope, strict: false, yieldAfterMs, attempts };
  return holdTables(place, database, hold, watch, surroundings, async (held) => {
    const { counted } = await countSelection(held.session, held.selection, options.digests, watch);
    return counted;
  });
}

/** Bytes on the server's disk of all databases of the place; null where one of them may not be asked. */
export async function estimate(place: Place, watch: Watch, surroundings: Surroundings): Promise<number | null> {
  let total = 0;
  for (const database of postgresSettings(place).databases) {
    const session = await connect(place, database, watch, surroundings);
    try {
      const size = await databaseSize(session);
      if (size === null) return null;
      total += size;
    } finally {
      await session.close();
    }
  }
  return total;
}
