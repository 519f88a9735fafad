import { type BackupCard, type StoredState } from '../../shared/artifact.ts';
import { type DestinationCard } from '../../shared/destination.ts';
import { useApi, useRunningJobs } from '../store/hooks.ts';
import { useJobRun } from '../store/use-job-run.ts';
import { Banner, FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { backups } from '../words/backups.ts';
import { listed } from '../words/number.ts';
import { damagedWords as words } from '../words/purge.ts';

/** What was stored and does not hold any more, and the way to a copy that does. Nothing where all is well. */
export function DamagedCopies({ card, destinations }: { card: BackupCard; destinations: readonly DestinationCard[] }) {
  const nameOf = (id: string): string => destinations.find((one) => one.id === id)?.name ?? backups.unknownPlace;
  const good = card.stored
    .filter(({ state }) => state === 'stored')
    .map(({ destination: id }) => ({ id, name: nameOf(id) }));
  return card.stored
    .filter(({ state }) => state === 'damaged')
    .map((copy) => (
      <Damaged key={copy.destination} card={card} copy={copy} place={nameOf(copy.destination)} good={good} />
    ));
}

function Damaged({
  card: { backupId },
  copy,
  place,
  good,
}: {
  card: BackupCard;
  copy: StoredState;
  place: string;
  good: readonly Pick<DestinationCard, 'id' | 'name'>[];
}) {
  const api = useApi();
  const { run, start } = useJobRun();
  const running = useRunningJobs().find(
    ({ kind, destinationId }) => (kind === 'repair' || kind === 'scrub') && destinationId === copy.destination,
  );
  const busy = running !== undefined || run.state === 'asking' || run.state === 'running';
  // Two folders may share a name: what is asked names them by their ids.
  const name = copy.destination;
  const repair = (from: string): void => start(() => api.scrub.repair({ backup: backupId, name, from }));
  return (
    <>
      <Banner
        tone="danger"
        title={words.title(place)}
        actions={
          <>
            {good.map((from) => (
              <Button key={from.id} icon="restore" disabled={busy} onPress={() => repair(from.id)}>
                {words.repairFrom(from.name)}
              </Button>
            ))}
            <Button
              variant="quiet"
              disabled={busy}
              onPress={() => start(() => api.scrub.start({ name, backup: backupId }))}
            >
              {words.readAgain}
            </Button>
          </>
        }
      >
        <p>{copy.message ?? words.unknown}</p>
        <p>{good.length === 0 ? words.none : words.hint(listed(good.map((one) => one.name)))}</p>
      </Banner>
      {run.state === 'refused' && <FailureBox failure={run.failure} title={words.notBegun} />}
    </>
  );
}
