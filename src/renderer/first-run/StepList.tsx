import { type ReactNode } from 'react';
import { Tag } from '../ui/Badge.tsx';
import { Glyph } from '../ui/Icon.tsx';
import { firstRunWords as words } from '../words/first-run.ts';
import { count, duration, sizeOf } from '../words/number.ts';
import { type GlyphName } from '../words/state.ts';
import css from './FirstRun.module.css';
import { equalTables, lostRows, type StepState, type Tour, type TourStep, tourSteps } from './tour.ts';

const doneGlyph: Record<TourStep, GlyphName> = {
  backUp: 'stored',
  prove: 'proven',
  break: 'attention',
  restore: 'proven',
  undo: 'stored',
};

/** Each step with what it came to and the time it took on this computer. */
export function StepList({ tour }: { tour: Tour }) {
  return (
    <ol className={css.steps}>
      {tourSteps.map((step, index) => {
        const state = tour.steps[step];
        return (
          <li key={step} aria-current={state.kind === 'ready' || state.kind === 'running' ? 'step' : undefined}>
            <Number step={step} state={state} number={index + 1} />
            <span>
              <b>{words.titles[step]}</b> {step === 'backUp' && <Tag>{words.sampleMark}</Tag>}
              <small>{saidOf(step, tour)}</small>
            </span>
            <span className={css.at}>{timeOf(state)}</span>
          </li>
        );
      })}
    </ol>
  );
}

function Number({ step, state, number }: { step: TourStep; state: StepState; number: number }): ReactNode {
  if (state.kind === 'done') return <Glyph state={doneGlyph[step]} label={words.done} className={css.glyph} />;
  if (state.kind === 'running') return <Glyph state="working" label={words.working} className={css.glyph} />;
  if (state.kind === 'failed') return <Glyph state="danger" label={words.failed} className={css.glyph} />;
  return <i className={css.number}>{number}</i>;
}

const timeOf = (state: StepState): string => (state.kind === 'done' ? duration(state.tookMs) : '');

/** What it will do, or what it came to. */
function saidOf(step: TourStep, tour: Tour): string {
  if (tour.steps[step].kind !== 'done') return words.before[step];
  const { backup, proof, damage, restored } = tour;
  switch (step) {
    case 'backUp':
      return backup === null ? '' : words.backUpDone(backup.tables, backup.rows, sizeOf(backup.sizeBytes));
    case 'prove':
      if (proof === null) return '';
      return proof.verdict === 'proven'
        ? words.proveDone(equalTables(proof.tables), proof.tables.length)
        : words.proveNot(equalTables(proof.tables), proof.tables.length);
    case 'break':
      return damage === null ? '' : words.breakDone(lostRows(damage), damage.tables.flatMap(lostLine));
    case 'restore':
      if (restored === null) return '';
      return words.restoreDone(equalTables(restored.tables), restored.tables.length, backRows(tour));
    case 'undo':
      return words.undoDone;
  }
}

function lostLine({ name, before, after }: { name: string; before: number | null; after: number | null }): string[] {
  const lost = (before ?? 0) - (after ?? 0);
  return lost > 0 ? [`${name} ${count(before ?? 0)} → ${count(after ?? 0)}`] : [];
}

/** As many as the damage took: the restore's own counts say that they are there. */
function backRows({ damage, restored }: Tour): number {
  const now = new Map(restored?.tables.map((table) => [table.name, table.rows ?? 0]) ?? []);
  return (damage?.tables ?? []).reduce(
    (sum, { name, after }) => sum + Math.max(0, (now.get(name) ?? 0) - (after ?? 0)),
    0,
  );
}
