import { BackupCard } from '../artifact.ts';
import { call } from '../channel.ts';
import { DestinationCard } from '../destination.ts';
import { DoctorReport } from '../doctor.ts';
import { Job } from '../job.ts';
import { Overview } from '../overview.ts';
import { PlanCard, SchedulerState } from '../plan.ts';
import { Preferences } from '../preferences.ts';
import { z } from '../schema.ts';
import { Source } from '../source.ts';
import { Nothing } from './input.ts';

export const app = {
  hello: call(
    z.strictObject({ contract: z.literal(1) }),
    z.strictObject({ holdfast: z.string(), home: z.string(), sequence: z.int() }),
  ),
  /** Everything a door shows first. Afterwards events with a higher `sequence` keep it true; a gap asks again. */
  snapshot: call(
    Nothing,
    z.strictObject({
      sequence: z.int(),
      sources: z.array(Source),
      destinations: z.array(DestinationCard),
      backups: z.array(BackupCard),
      jobs: z.array(Job),
      plans: z.array(PlanCard),
      scheduler: SchedulerState,
      preferences: Preferences,
    }),
  ),
  doctor: call(Nothing, DoctorReport),
  /** Where every source stands, and what needs a person. Computed when it is asked for. */
  overview: call(Nothing, Overview),
} as const;
