/** Composition root of a job process: one order in, one result out. It never opens the catalog and holds only its own secrets. */
import type { DestinationCard } from '../shared/destination.ts';
import type { DestinationId } from '../shared/id.ts';
import type { EngineKind } from '../shared/source.ts';
import { recoveryKey, type RecoveryKey } from './artifact/recovery-secret.ts';
import { backUp } from './backup/backup.ts';
import { reseal } from './backup/reseal.ts';
import { carry } from './carry/carry.ts';
import { systemClock } from './base/clock.ts';
import { Secret } from './base/secret.ts';
import { openDestination } from './destination/open.ts';
import { openVersions, type Versions } from './destination/versions.ts';
import { diff } from './diff/diff.ts';
import type { Engine, Secrets, Surroundings } from './engine/engine.ts';
import { postgresEngine } from './engine/postgres/index.ts';
import { sqliteEngine } from './engine/sqlite/index.ts';
import { placesOf, type JobOrder, type OrderSecrets } from './job/order.ts';
import { find } from './find/find.ts';
import { serveJob, type JobWatch } from './job/worker-side.ts';
import { prune } from './prune/prune.ts';
import { purge } from './purge/purge.ts';
import { rehearse } from './restore/rehearse.ts';
import { restore } from './restore/restore.ts';
import { sweep } from './restore/sweep.ts';
import { release, undo } from './restore/undo.ts';
import { repair } from './scrub/repair.ts';
import { scrub } from './scrub/scrub.ts';
import type { OpenPlace } from './set/open.ts';
import { thaw } from './thaw/thaw.ts';
import { verify } from './verify/verify.ts';

function engines(surroundings: Surroundings): (kind: EngineKind) => Engine {
  return (kind) => (kind === 'postgres' ? postgresEngine(surroundings) : sqliteEngine(surroundings));
}

const wrapped = (texts: Record<string, string>): Record<string, Secret> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, new Secret(text)]));

function ownSecrets({
  places: _places,
  recovery: _recovery,
  privateKey: _privateKey,
  ...secrets
}: OrderSecrets): Secrets {
  return wrapped(secrets);
}

function recoveryKeys({ recovery = {} }: OrderSecrets): Map<DestinationId, RecoveryKey> {
  return new Map(Object.entries(recovery).map(([id, text]) => [id as DestinationId, recoveryKey(text)]));
}

async function run(order: JobOrder, watch: JobWatch): Promise<unknown> {
  const { privateKey } = order.secrets;
  const keyring = {
    secrets: [...recoveryKeys(order.secrets).values()],
    privateKeys: privateKey === undefined ? [] : [privateKey],
  };
  const places = new Map<DestinationId, OpenPlace>();
  try {
    for (const { id, settings, maxBytesPerSecond, maxFileBytes } of placesOf(order)) {
      const secrets = wrapped(order.secrets.places?.[id] ?? {});
      if (places.has(id)) continue;
      places.set(id, {
        id,
        keyring,
        destination: await openDestination(
          settings,
          { secrets, surroundings: order.surroundings },
          { maxFileBytes, throttle: watch.throttle(id, maxBytesPerSecond) },
        ),
      });
    }
    return await runWith(order, watch, (cards) => cards.map(({ id }) => places.get(id) as OpenPlace));
  } finally {
    for (const place of places.values()) await place.destination.close();
  }
}

async function runWith(
  order: JobOrder,
  watch: JobWatch,
  opened: (cards: DestinationCard[]) => OpenPlace[],
): Promise<unknown> {
  const engineOf = engines({ ...order.surroundings, clock: systemClock });
  const tools = { engineOf, secrets: ownSecrets(order.secrets), clock: systemClock };
  switch (order.kind) {
    case 'backup':
      return backUp(
        order,
        {
          ...tools,
          engine: engineOf(order.source.settings.kind),
          places: opened(order.destinations),
          recovery: recoveryKeys(order.secrets),
          told: (outcome) => {
            watch.tell(outcome);
            // It exists: whoever proves it or takes the next one need not wait for the slow places.
            if (outcome.stored.some(({ state }) => state === 'stored')) watch.release();
          },
        },
        watch,
      );
    case 'carry':
      return carry(
        order,
        {
          ...tools,
          places: opened(order.destinations),
          holders: opened(order.set.destinations),
          recovery: recoveryKeys(order.secrets),
          told: (stored) => watch.tell(stored),
        },
        watch,
      );
    case 'reseal':
      return reseal(
        order,
        {
          clock: systemClock,
          places: opened(order.destinations),
          holders: opened(order.set.destinations),
          // Whoever opens it is among them too.
          recovery: new Map(
            [...recoveryKeys(order.secrets)].filter(([id]) => order.destinations.some((card) => card.id === id)),
          ),
          told: (outcome) => watch.tell(outcome),
        },
        watch,
      );
    case 'verify':
      return verify(order, { ...tools, places: opened(order.set.destinations) }, watch);
    case 'rehearse':
      return rehearse(order, { ...tools, places: opened(order.set.destinations) }, watch);
    case 'restore':
      return restore(order, { ...tools, places: opened(order.set.destinations) }, watch);
    case 'diff':
      return diff(order, { ...tools, placesOf: (set) => opened(set.destinations) }, watch);
    case 'sweep':
      return sweep(order, tools, watch);
    case 'undo':
      return undo(order, tools, watch);
    case 'release':
      return release(order, tools, watch);
    case 'find':
      return find(order, { place: opened([order.place])[0] as OpenPlace }, watch);
    case 'prune':
      return prune(order, { ...tools, places: opened(order.places.map(({ card }) => card)) }, watch);
    case 'scrub':
      return scrub(order, opened([order.place])[0] as OpenPlace, systemClock, watch);
    case 'repair': {
      const [from, to] = opened(order.set.destinations) as [OpenPlace, OpenPlace];
      return repair(order, { from, to, recovery: recoveryKeys(order.secrets) }, watch);
    }
    case 'purge': {
      const { surroundings } = order;
      const versionsOf = (card: DestinationCard): Promise<Versions | null> =>
        openVersions(card.settings, { secrets: wrapped(order.secrets.places?.[card.id] ?? {}), surroundings });
      const places = opened(order.places.map(({ card }) => card));
      return purge(order, { places, versionsOf, clock: systemClock }, watch);
    }
    case 'thaw': {
      const [place] = opened(order.set.destinations) as [OpenPlace];
      return thaw(order, { place, clock: systemClock, asked: () => watch.release() }, watch);
    }
    case 'probe':
      return engineOf(order.settings.kind).probe({ settings: order.settings, secrets: tools.secrets }, watch);
  }
}

serveJob((order, watch) => run(order as JobOrder, watch));
