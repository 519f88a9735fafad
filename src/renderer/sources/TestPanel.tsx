import { type ReactNode } from 'react';
import { type ProbeStep } from '../../shared/source.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Badge } from '../ui/Badge.tsx';
import { Button } from '../ui/Button.tsx';
import { Glyph } from '../ui/Icon.tsx';
import { Section } from '../ui/Layout.tsx';
import { Moment } from '../ui/Time.tsx';
import { sources as words } from '../words/sources.ts';
import { type GlyphName } from '../words/state.ts';
import { type ConnectionTest } from './draft.ts';
import css from '../ui/Steps.module.css';

const glyphs: Record<ProbeStep['outcome'], GlyphName> = { ok: 'proven', warning: 'attention', failed: 'danger' };

/** The test of a connection: its steps as they come, and what each found. */
export function TestPanel({
  test,
  onStart,
  onStop,
  blocked,
  note,
}: {
  test: ConnectionTest;
  onStart: () => void;
  onStop: () => void;
  /** Why it cannot be tested now. */
  blocked?: ReactNode;
  note?: string;
}) {
  const { testing } = words;
  const running = test.state === 'running';
  return (
    <Section
      title={testing.heading}
      note={test.state === 'done' ? <Moment at={test.at} form="ago" /> : undefined}
      actions={
        running ? (
          <Button size="small" icon="stop" onPress={onStop} disabled={test.jobId === null}>
            {testing.stop}
          </Button>
        ) : (
          <Button size="small" icon="plug" onPress={onStart} disabled={blocked !== undefined}>
            {test.state === 'none' ? testing.act : testing.again}
          </Button>
        )
      }
    >
      <div aria-live="polite" className={css.said}>
        <Said test={test} note={note ?? testing.idle} />
        {blocked !== undefined && !running && <p className="attention small">{blocked}</p>}
      </div>
      <Steps test={test} />
    </Section>
  );
}

function Said({ test, note }: { test: ConnectionTest; note: string }) {
  const { testing } = words;
  switch (test.state) {
    case 'none':
      return <p className="two small">{note}</p>;
    case 'running':
      return <Badge state="working">{testing.running}</Badge>;
    case 'cancelled':
      return <p className="two small">{testing.stopped}</p>;
    case 'failed':
      return <FailureBox failure={test.failure} title={testing.failed} />;
    case 'done': {
      const warnings = test.report.steps.filter((step) => step.outcome === 'warning').length;
      if (!test.report.ok) return <Badge state="danger">{testing.failed}</Badge>;
      if (warnings > 0) return <Badge state="attention">{testing.warned(warnings)}</Badge>;
      return <Badge state="proven">{testing.ok(test.report.steps.length)}</Badge>;
    }
  }
}

function Steps({ test }: { test: ConnectionTest }) {
  const steps = test.state === 'running' ? test.steps : test.state === 'done' ? test.report.steps : [];
  const next = test.state === 'running' && !steps.some((step) => step.step === test.phase) ? test.phase : '';
  if (steps.length === 0 && next === '') return null;
  return (
    <ol className={css.steps} aria-label={words.testing.steps}>
      {steps.map((step) => (
        <li key={step.step}>
          <Glyph state={glyphs[step.outcome]} label={words.testing.outcome[step.outcome]} />
          <div>
            <b>{words.testing.step(step.step)}</b>
            <p>{step.detail}</p>
            {step.hint !== undefined && (
              <p className={step.outcome === 'failed' ? 'danger' : 'attention'}>{step.hint}</p>
            )}
          </div>
        </li>
      ))}
      {next !== '' && (
        <li>
          <Glyph state="working" label={words.testing.running} />
          <div>
            <b>{words.testing.step(next)}</b>
          </div>
        </li>
      )}
    </ol>
  );
}
