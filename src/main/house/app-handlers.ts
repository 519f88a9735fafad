import type { Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import { examine } from './doctor.ts';
import { lookOver } from './overview.ts';
import { planCard, schedulerState } from './plan-card.ts';
import { preferencesOf } from './preferences.ts';
import { rebuild } from './rebuild.ts';
import type { Rooms } from './rooms.ts';
import { audit } from './trail.ts';

/** How many jobs and backups a door is shown at first; older ones are asked for. */
const snapshotJobs = 200;
export const snapshotBackups = 1000;

export function appHandlers(
  rooms: Rooms,
  sequence: () => number,
): Pick<Handlers<HoldfastContract>, 'app' | 'audit' | 'catalog'> {
  const { catalog, queue } = rooms;
  return {
    app: {
      hello: async () => ({ holdfast: rooms.version, home: rooms.folders.home, sequence: sequence() }),
      snapshot: async () => ({
        sequence: sequence(),
        sources: catalog.sources.list(),
        destinations: catalog.destinations.list(),
        backups: catalog.backups.cards({ limit: snapshotBackups }),
        jobs: catalog.jobs.list({ limit: snapshotJobs }).map((job) => queue.current(job)),
        plans: catalog.backupPlans.list().map((plan) => planCard(rooms, plan)),
        scheduler: schedulerState(rooms),
        preferences: preferencesOf(rooms),
      }),
      doctor: () => examine(rooms),
      // In one reading transaction: a thousand short questions that each lock the file cost as much again.
      overview: async () => catalog.together(() => lookOver(rooms, localTimeZone())),
    },
    audit: {
      list: ({ limit }) => rooms.audit.list(limit),
      check: () => rooms.audit.check(),
    },
    catalog: {
      rebuild: async (_input, caller) => {
        const { backups, skipped } = await rebuild(rooms, caller.actor);
        audit(rooms, 'catalog.rebuilt', caller.actor, 'catalog', { backups, skipped: skipped.length });
        return { backups, skipped, at: rooms.clock.now() };
      },
    },
  };
}

const localTimeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
