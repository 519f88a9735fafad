import { type RetentionLook, type RetentionPreview, type RetentionTotals } from '../../shared/retention.ts';
import { timeZone, useNow } from '../clock.ts';
import { href } from '../route.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button, LinkButton } from '../ui/Button.tsx';
import { ConfirmDialog } from '../ui/Dialog.tsx';
import { dayOrTime } from '../words/moment.ts';
import { count, sizeOf } from '../words/number.ts';
import { retentionWords as words } from '../words/retention.ts';
import css from './Retention.module.css';
import { type Applying } from './use-apply.ts';

type Place = RetentionLook['places'][number];

/** What the rules come to, before anything holds; and the way to make them hold. */
export function RuleSummary(props: {
  place: Place | null;
  changed: boolean;
  applying: Applying;
  onApply: () => void;
  onRevert: () => void;
}) {
  const { place, changed, applying } = props;
  const { now } = applying;
  const due = changed || (place !== null && (!place.applied || place.asDrafted.goes > 0));
  return (
    <div className={css.sum}>
      <h3 className={css.heading}>{words.summary}</h3>
      {place !== null && <Totals place={place} />}
      <Outcome applying={applying} />
      <div className="row">
        <Button
          variant="primary"
          className={css.apply ?? ''}
          onPress={props.onApply}
          pending={now.state === 'asking'}
          disabled={!due}
        >
          {words.apply}
        </Button>
        <Button onPress={props.onRevert} disabled={!changed}>
          {words.revert}
        </Button>
      </div>
    </div>
  );
}

function Totals({ place: { asIs, asDrafted } }: { place: Place }) {
  const now = useNow();
  const zone = timeZone();
  const oldest = ({ oldest: at }: RetentionTotals): string => (at === null ? words.none : dayOrTime(at, now, zone));
  const rows = [
    { name: words.kept, from: count(asIs.kept), to: count(asDrafted.kept) },
    { name: words.space, from: sizeOf(asIs.keptBytes), to: sizeOf(asDrafted.keptBytes) },
    { name: words.goes, from: count(asIs.goes), to: count(asDrafted.goes), warn: asDrafted.goes > 0 },
    { name: words.oldest, from: oldest(asIs), to: oldest(asDrafted) },
  ];
  return (
    <dl className={css.totals} aria-live="polite">
      {rows.map(({ name, from, to, warn }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="three">{from === to ? '' : from}</dd>
          <dd className="three" aria-hidden="true">
            {from === to ? '' : '→'}
          </dd>
          <dd className={warn === true ? 'strong attention' : 'strong'}>{to}</dd>
        </div>
      ))}
    </dl>
  );
}

function Outcome({ applying: { now, run } }: { applying: Applying }) {
  if (now.state === 'failed') return <FailureBox failure={now.failure} title={words.notApplied} />;
  if (now.state === 'asking') return <p className="three small">{words.asking}</p>;
  if (now.state !== 'applied') return null;
  if (run.state === 'refused') return <FailureBox failure={run.failure} />;
  const job = run.state === 'running' || run.state === 'over' ? run.jobId : null;
  const prune = run.state === 'over' ? run.result.prune : undefined;
  const failure = run.state === 'over' ? run.result.job.failure : null;
  if (failure !== null) return <FailureBox failure={failure} title={words.notApplied} />;
  const said =
    prune !== undefined
      ? words.removed(
          prune.removed.length,
          prune.removed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        )
      : job !== null
        ? words.removing(now.preview.backups)
        : words.applied;
  return (
    <p className={css.outcome} role="status">
      {said}
      {job !== null && (
        <LinkButton size="small" href={href({ screen: 'activity', jobId: job })}>
          {words.toJob}
        </LinkButton>
      )}
    </p>
  );
}

/** The number, where, and a word to type where many go or one that was proven. */
export function ApplyDialog({
  preview,
  applying,
  word,
  onConfirm,
  onClose,
}: {
  preview: RetentionPreview | null;
  applying: boolean;
  /** Whether a word must be typed. */
  word: boolean;
  onConfirm: () => void;
  onClose: () => void;
}) {
  const goes = preview?.backups ?? 0;
  return (
    <ConfirmDialog
      open={preview !== null}
      onClose={onClose}
      title={words.confirmTitle(goes)}
      confirm={words.confirm(goes)}
      onConfirm={onConfirm}
      pending={applying}
      destroys={goes > 0}
      {...(word ? { typed: words.word } : {})}
    >
      <p>
        {goes === 0 ? words.confirmNothing : words.confirmGoes(goes, preview?.sizeBytes ?? 0, preview?.proven ?? 0)}{' '}
        {words.confirmLater}
      </p>
      {preview !== null && <Lines preview={preview} />}
    </ConfirmDialog>
  );
}

function Lines({ preview: { lines } }: { preview: RetentionPreview }) {
  const told = lines.filter((line) => line.stopped !== null);
  if (told.length === 0) return null;
  return (
    <ul>
      {told.map((line) => (
        <li key={`${line.sourceId} ${line.destination}`} className="attention small">
          {words.stoppedIn(line.place)} {line.stopped?.message}
        </li>
      ))}
    </ul>
  );
}
