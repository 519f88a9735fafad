import { type Job } from '../../shared/job.ts';
import { type PruneReport } from '../../shared/retention.ts';
import { href } from '../route.ts';
import { useApi, useHeld, useSourceById } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';
import { LinkButton } from '../ui/Button.tsx';
import { activity as words } from '../words/activity.ts';

/** What a prune removed, from which places, and which of them kept what they have. */
export function Pruned({ job }: { job: Job }) {
  const api = useApi();
  const source = useSourceById(job.sourceId);
  const destinations = useHeld((state) => state.destinations);
  const result = useAsked(`pruned ${job.id}`, () => api.job.show({ jobId: job.id }));
  const report = result.value?.prune;
  const nameOf = (id: string): string => destinations.find((one) => one.id === id)?.name ?? id;
  return (
    <div>
      {report !== undefined && (
        <ul className="small two">
          {removedIn(report).map(({ destination, backups, sizeBytes }) => (
            <li key={destination}>{words.prunedIn(nameOf(destination), backups, sizeBytes)}</li>
          ))}
          {report.stopped.map(({ destination, failure }) => (
            <li key={destination} className="attention">
              {words.notPruned(nameOf(destination), failure.message)}
            </li>
          ))}
        </ul>
      )}
      {source !== undefined && (
        <LinkButton size="small" href={href({ screen: 'retention', source: source.name })}>
          {words.toRetention}
        </LinkButton>
      )}
    </div>
  );
}

function removedIn({ removed }: PruneReport): { destination: string; backups: number; sizeBytes: number }[] {
  return [...Map.groupBy(removed, ({ destination }) => destination)].map(([destination, all]) => ({
    destination,
    backups: all.length,
    sizeBytes: all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  }));
}
