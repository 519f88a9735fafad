import { type ReactNode } from 'react';
import { type PlaceReport, type PlaceStep } from '../../shared/destination.ts';
import { Badge } from '../ui/Badge.tsx';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Glyph } from '../ui/Icon.tsx';
import { Section } from '../ui/Layout.tsx';
import { Moment } from '../ui/Time.tsx';
import { destinations as words } from '../words/destinations.ts';
import { type GlyphName } from '../words/state.ts';
import css from '../ui/Steps.module.css';
import { hasPassed, type PlaceTest } from './use-place-test.ts';

const { testing } = words;
const order: readonly PlaceStep['what'][] = ['put', 'read', 'range', 'list', 'refuse'];

/** The test of a place: its steps as they come, and what the key of this computer could destroy there. */
export function PlaceTestPanel({
  test,
  onStart,
  blocked,
  note = testing.idle,
}: {
  test: PlaceTest;
  onStart: () => void;
  /** Why it cannot be tested now. */
  blocked?: ReactNode;
  note?: string;
}) {
  const running = test.state === 'running';
  return (
    <Section
      title={testing.heading}
      note={test.state === 'done' ? <Moment at={test.at} form="ago" /> : undefined}
      actions={
        <Button size="small" icon="plug" onPress={onStart} pending={running} disabled={blocked !== undefined}>
          {test.state === 'none' ? testing.act : testing.again}
        </Button>
      }
    >
      <div aria-live="polite" className={css.said}>
        <Said test={test} note={note} />
        {blocked !== undefined && !running && <p className="attention small">{blocked}</p>}
      </div>
      <Steps test={test} />
    </Section>
  );
}

function Said({ test, note }: { test: PlaceTest; note: string }) {
  switch (test.state) {
    case 'none':
      return <p className="two small">{note}</p>;
    case 'running':
      return <Badge state="working">{testing.running}</Badge>;
    case 'failed':
      return <FailureBox failure={test.failure} title={testing.failed} />;
    case 'done':
      return hasPassed(test) ? (
        <Badge state="proven">{testing.passed(test.report.steps.length + 1)}</Badge>
      ) : (
        <Badge state="danger">{testing.failed}</Badge>
      );
  }
}

function Steps({ test }: { test: PlaceTest }) {
  if (test.state === 'none' || test.state === 'failed') return null;
  const steps = test.state === 'running' ? test.steps : test.report.steps;
  const next = order.find((what) => !steps.some((step) => step.what === what));
  const reached = test.state === 'done' || steps.length > 0;
  return (
    <ol className={css.steps} aria-label={testing.steps}>
      <Step
        glyph={reached ? 'proven' : 'working'}
        label={reached ? testing.outcome.ok : testing.running}
        title={testing.reach}
      />
      {steps.map((step) => (
        <Step
          key={step.what}
          glyph={step.outcome === 'ok' ? 'proven' : 'danger'}
          label={testing.outcome[step.outcome]}
          title={testing.what[step.what]}
        >
          {step.message !== '' && <p className="danger">{step.message}</p>}
        </Step>
      ))}
      {test.state === 'running' && reached && (
        <Step
          glyph="working"
          label={testing.running}
          title={next === undefined ? testing.measure : testing.what[next]}
        />
      )}
      {test.state === 'done' && <Measured report={test.report} />}
    </ol>
  );
}

function Step({
  glyph,
  label,
  title,
  children,
}: {
  glyph: GlyphName;
  label: string;
  title: string;
  children?: ReactNode;
}) {
  return (
    <li>
      <Glyph state={glyph} label={label} />
      <div>
        <b>{title}</b>
        {children}
      </div>
    </li>
  );
}

/** Only where an object could be stored was there anything to destroy. */
function Measured({ report }: { report: PlaceReport }) {
  const { steps, mayOverwrite, mayRemove, oneWinner, backups } = report;
  if (steps.some(({ what, outcome }) => what === 'put' && outcome === 'failed')) return null;
  const { destroys } = testing;
  const said = mayRemove
    ? mayOverwrite
      ? destroys.both
      : destroys.remove
    : mayOverwrite
      ? destroys.overwrite
      : destroys.none;
  return (
    <Step glyph={mayRemove ? 'attention' : 'proven'} label={testing.outcome.ok} title={testing.measure}>
      <p>
        {said} {oneWinner === false && testing.race} {backups !== null && testing.found(backups)}
      </p>
    </Step>
  );
}
