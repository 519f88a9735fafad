/**
 * One database takes the name of another. Both renames are one transaction of the server, so there is no instant
 * without the live name, and a kill leaves either all of it or nothing (docs/decisions/0070).
 */
import { Fail } from '../../../shared/failure.ts';
import type { Watch } from '../../base/watch.ts';
import type { Exchange, Place, Secrets, Surroundings } from '../engine.ts';
import { sqlState, type Session } from './connect.ts';
import { commentStatement, noteText, ownComment, standing, type Standing } from './kept.ts';
import { quoteName } from './name.ts';
import { sessionBeside } from './new-database.ts';
import { databaseTarget, placeOf } from './target.ts';

/** For tests: told between the statements. */
export type OnExchange = (step: 'begun' | 'renamed' | 'replaced' | 'committed') => void | Promise<void>;

/** How long sessions that are told to end may take, over all attempts. */
const patienceMs = 30_000;
/** How long the whole exchange may take once it has begun: from then on a cancel comes too late. */
const withinMs = 90_000;

interface Swap {
  live: string;
  exchange: Exchange;
  place: Place;
  watch: Watch;
  surroundings: Surroundings;
  onStep: OnExchange;
}

/** What is there and who it is, looked at before anybody is cut off. */
interface Standings {
  live: Standing;
  incoming: Standing;
}

export async function exchangeDatabases(
  exchange: Exchange,
  secrets: Secrets,
  watch: Watch,
  surroundings: Surroundings,
  onStep: OnExchange = () => {},
): Promise<string[]> {
  watch.signal.throwIfAborted();
  const target = databaseTarget(exchange.target);
  // Not stopped half-way: whether the server had committed by then could only be found by asking again.
  const fresh = { ...watch, signal: AbortSignal.timeout(withinMs) };
  const place = placeOf(target, secrets);
  const swap: Swap = { live: target.database, exchange, place, watch: fresh, surroundings, onStep };
  const beside = await sessionBeside(place, target.database, fresh, surroundings);
  let stood: Standings;
  try {
    stood = await look(beside, swap);
  } finally {
    await beside.close();
  }
  const ended = await untilAlone(swap, stood);
  if (ended === 0) return [];
  return [`${ended} ${ended === 1 ? 'session was' : 'sessions were'} cut off.`];
}

/** @throws `restore.moved`, `restore.not-kept`, `restore.target-exists` when the server shows something else than was told. */
async function look(session: Session, { live, exchange }: Swap): Promise<Standings> {
  const there = await standing(session, [live, exchange.incoming, exchange.keepAs]);
  const [now, incoming] = [there.get(live), there.get(exchange.incoming)];
  if (now === undefined) throw new Fail('restore.moved', `The database ${live} is not there any more.`);
  if (exchange.identity !== null && now.oid !== exchange.identity)
    throw new Fail('restore.moved', `${live} is another database than the one that was rehearsed.`);
  if (incoming === undefined) throw new Fail('restore.not-kept', `The database ${exchange.incoming} is not there.`);
  if (there.has(exchange.keepAs))
    throw new Fail('restore.target-exists', `The database ${exchange.keepAs} exists already.`, {
      hint: 'Rehearse again: another name will be chosen.',
    });
  return { live: now, incoming };
}

/** Tries until nobody is connected; returns how many sessions were told to end. */
async function untilAlone(swap: Swap, stood: Standings): Promise<number> {
  const { clock } = swap.surroundings;
  const deadline = clock.elapsed() + patienceMs;
  const ender = new Ender(swap, stood.live.oid);
  for (;;) {
    try {
      await once(swap, stood, ender);
      return ender.ended.size;
    } catch (error) {
      if (await isDone(swap, stood)) return ender.ended.size;
      const passing = ['55006', '55P03', '40P01'].includes(sqlState(error) ?? '');
      if (!passing) throw explain(error, swap);
      // Who may not be told to go will not have gone a few seconds later.
      if (ender.refused !== undefined || clock.elapsed() > deadline) throw stillInUse(swap, ender, error);
    }
  }
}

async function once(swap: Swap, stood: Standings, ender: Ender): Promise<void> {
  const { live, exchange, place, watch, surroundings, onStep } = swap;
  const session = await sessionBeside(place, live, watch, surroundings);
  try {
    await session.query('BEGIN');
    await session.query(`SET LOCAL lock_timeout = '10s'`);
    await onStep('begun');
    // The server lets nobody in from here on, and gives those who are in five seconds: they are told to go meanwhile.
    await ender.during(() => session.query(renameStatement(live, exchange.keepAs)));
    await onStep('renamed');
    await session.query(renameStatement(exchange.incoming, live));
    await demandSame(session, swap, stood);
    await session.query(commentStatement(exchange.keepAs, noteText(exchange.mark, live, stood.live.comment)));
    await session.query(commentStatement(live, commentOf(stood, exchange)));
    await onStep('replaced');
    await session.query('COMMIT');
    await onStep('committed');
  } finally {
    await session.close();
  }
}

const renameStatement = (from: string, to: string): string =>
  `ALTER DATABASE ${quoteName(from)} RENAME TO ${quoteName(to)}`;

/** A restored database gets the live one's comment; one that comes back has its own. */
function commentOf(stood: Standings, exchange: Exchange): string | null {
  return exchange.identity === null ? ownComment(stood.incoming.comment) : ownComment(stood.live.comment);
}

/** Between the look and the lock somebody may have renamed others into these names. */
async function demandSame(session: Session, { live, exchange }: Swap, stood: Standings): Promise<void> {
  const there = await standing(session, [live, exchange.keepAs]);
  if (there.get(exchange.keepAs)?.oid !== stood.live.oid || there.get(live)?.oid !== stood.incoming.oid)
    throw new Fail('restore.moved', `Databases were renamed on the server while ${live} was being replaced.`);
}

/** A connection that broke at the COMMIT does not say whether it was done. The server does. */
async function isDone(swap: Swap, stood: Standings): Promise<boolean> {
  const session = await sessionBeside(swap.place, swap.live, swap.watch, swap.surroundings);
  try {
    return (await standing(session, [swap.live])).get(swap.live)?.oid === stood.incoming.oid;
  } finally {
    await session.close();
  }
}

/** Tells the sessions of one database to end, as long as a piece of work lasts. */
class Ender {
  readonly ended = new Set<number>();
  /** Why somebody could not be told to go. */
  refused: unknown;
  readonly #swap: Swap;
  readonly #oid: string;

  constructor(swap: Swap, oid: string) {
    this.#swap = swap;
    this.#oid = oid;
  }

  async during(work: () => Promise<unknown>): Promise<void> {
    const { place, live, watch, surroundings } = this.#swap;
    const session = await sessionBeside(place, live, watch, surroundings);
    const over = new AbortController();
    const ending = (async () => {
      while (!over.signal.aborted) {
        await this.#tell(session);
        await surroundings.clock.sleep(50, over.signal);
      }
    })();
    // A connection that breaks here shows in the work itself: nobody goes, and it gives up.
    const told = ending.catch(() => {});
    try {
      await work();
    } finally {
      over.abort();
      await told;
      await session.close();
    }
  }

  async #tell(session: Session): Promise<void> {
    const rows = await session.query<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE datid = $1::oid AND pid <> pg_backend_pid()',
      [this.#oid],
    );
    for (const { pid } of rows) {
      try {
        await session.query('SELECT pg_terminate_backend($1)', [pid]);
        this.ended.add(pid);
      } catch (error) {
        this.refused = error;
      }
    }
  }
}

function stillInUse(swap: Swap, ender: Ender, error: unknown): Fail {
  const why = ender.refused instanceof Error ? ` ${ender.refused.message}` : '';
  const said = error instanceof Error ? ` ${error.message}` : '';
  const hint =
    ender.refused === undefined
      ? 'Stop the application, then try again. Nothing was changed.'
      : 'Stop the application, or grant pg_signal_backend to the role. Nothing was changed.';
  return new Fail('restore.in-use', `${swap.live} could not be closed to others.${said}${why}`, { hint, cause: error });
}

function explain(error: unknown, { live, exchange }: Swap): unknown {
  const state = sqlState(error);
  const said = error instanceof Error ? error.message : String(error);
  if (state === '42501')
    return new Fail('restore.no-rights', `${live} may not be renamed by this role. ${said}`, {
      hint: 'The role needs CREATEDB and has to own the database.',
      cause: error,
    });
  if (state === '42P04')
    return new Fail(
      'restore.target-exists',
      `The database ${exchange.keepAs} has just been created by somebody else.`,
      {
        hint: 'Rehearse again: another name will be chosen.',
        cause: error,
      },
    );
  if (state === '3D000')
    return new Fail('restore.moved', `A database was dropped meanwhile. ${said}`, { cause: error });
  return error;
}
