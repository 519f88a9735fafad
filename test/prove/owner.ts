/**
 * An owner of a data folder that says every named phase of its jobs at once, for kills at exact instants. Otherwise it is
 * the program itself: the same house, the same queue, the same job processes.
 *
 *   node test/prove/owner.ts backup NAME | verify BACKUP | restore-file BACKUP FILE | restore-database BACKUP NAME |
 *     restore-in-place BACKUP | undo RESTORE | reseal PLACE
 */
import { systemClock } from '../../src/main/base/clock.ts';
import { readEnvironment } from '../../src/main/base/environment.ts';
import { openDoor, type Door } from '../../src/main/serve/door.ts';
import { openHouse } from '../../src/main/wire.ts';
import { RestoreId, type JobId } from '../../src/shared/id.ts';
import { z } from '../../src/shared/schema.ts';

process.umask(0o077);
const [verb = '', subject = '', target = ''] = process.argv.slice(2);
const door = await openDoor(readEnvironment(), systemClock, (env, clock) =>
  openHouse(env, clock, { phase: (_job, name) => process.stderr.write(`phase ${name}\n`) }),
);
const state = await perform(door);
await door.close();
process.exitCode = state === 'succeeded' ? 0 : 1;

async function perform({ api }: Door): Promise<string> {
  const ended = async ({ jobId }: { jobId: JobId }): Promise<string> => (await api.job.wait({ jobId })).job.state;
  if (verb === 'backup') return ended(await api.backup.start({ name: subject }));
  if (verb === 'verify') return ended(await api.backup.verify({ backup: subject, level: 'restore' }));
  if (verb === 'undo') return ended(await api.restore.undo({ restoreId: z.parse(RestoreId, subject) }));
  if (verb === 'reseal') {
    const { jobIds } = await api.kit.reseal({ name: subject });
    return ended({ jobId: jobIds[0] as JobId });
  }
  const rehearsed = await api.restore.rehearse({
    backup: subject,
    target: targetOf(),
    secrets: {},
  });
  const { rehearse: plan, job } = await api.job.wait(rehearsed);
  if (plan === null) return job.state;
  process.stderr.write('phase Rehearsed\n');
  const confirm = plan.replaces === undefined ? {} : { confirm: plan.replaces.confirm };
  return ended(await api.restore.run({ planId: plan.planId, secrets: {}, ...confirm }));
}

function targetOf(): Parameters<Door['api']['restore']['rehearse']>[0]['target'] {
  if (verb === 'restore-in-place') return { kind: 'original' };
  return verb === 'restore-file' ? { kind: 'file', file: target } : { kind: 'same-server', database: target };
}
