import { timeZone as zoneHere, useNow } from '../clock.ts';
import { Skeleton } from '../ui/Layout.tsx';
import { moment } from '../words/moment.ts';
import { plansWords as words } from '../words/plans.ts';
import { type PlanForm } from './form.ts';
import css from './Plans.module.css';
import { toCron } from '../schedule/schedule.ts';
import { type Previewed, usePreview } from './use-preview.ts';

/** What the form comes to: words, the next five times in the plan's zone, and what a person might not expect. */
export function PlanPreview({ form }: { form: PlanForm }) {
  const backup = usePreview(toCron(form.backup), form.timeZone);
  const proof = usePreview(form.proof.when === 'at' ? toCron(form.proof.schedule) : null, form.timeZone);
  return (
    <aside className={css.preview} aria-label={words.previewName} aria-live="polite">
      <h3>{words.previewName}</h3>
      <Times previewed={backup} zone={form.timeZone} atMost={5} />
      {form.proof.when === 'at' && (
        <>
          <h3>{words.proofPreviewName}</h3>
          <Times previewed={proof} zone={form.timeZone} atMost={3} />
        </>
      )}
      {form.timeZone !== zoneHere() && <p className="three">{words.timesIn(form.timeZone)}</p>}
    </aside>
  );
}

function Times({ previewed, zone, atMost }: { previewed: Previewed; zone: string; atMost: number }) {
  const now = useNow();
  if (previewed.state === 'asking')
    return (
      <ol>
        <li>
          <Skeleton width={120} />
        </li>
      </ol>
    );
  if (previewed.state === 'failed')
    return (
      <div role="alert">
        <p className="danger">{previewed.failure.message}</p>
        <p className="two">{previewed.failure.hint}</p>
      </div>
    );
  const { words: said, next, notes } = previewed.preview;
  return (
    <>
      <p className="medium">{said}</p>
      <ol>
        {next.length === 0 && notes.length === 0 && <li className="danger">{words.previewNever}</li>}
        {next.slice(0, atMost).map((at) => (
          <li key={at}>{moment(at, now, zone)}</li>
        ))}
      </ol>
      {notes.map((note) => (
        <p key={note} className="attention">
          {note}
        </p>
      ))}
    </>
  );
}
