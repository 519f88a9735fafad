import { type RestorePlan } from '../../shared/restore.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { CodeBlock } from '../ui/CodeBlock.tsx';
import { Fold } from '../ui/Fold.tsx';
import { Content, Foot, Lead, Section } from '../ui/Layout.tsx';
import { useKeys } from '../use-keys.ts';
import { duration } from '../words/number.ts';
import { restoreWords as words } from '../words/restore.ts';
import { Checks } from './Checks.tsx';
import { ContentsTable } from './ContentsTable.tsx';
import { dispatch } from './draft-store.ts';
import { mayRestore, type RestoreDraft } from './draft.ts';
import { checksOf, countOf, effectOf } from './effect.ts';
import { EffectTable } from './EffectTable.tsx';
import { targetName } from './place.ts';
import { useSaid } from './RehearsalStep.tsx';
import { requestOf } from './request.ts';
import css from './Restore.module.css';
import { Sure } from './Sure.tsx';
import { rowsOf } from './use-backups.ts';
import { type Facts } from './use-facts.ts';
import { useRehearse, useRunRestore } from './use-restore.ts';

type Rehearsed = Extract<RestoreDraft, { at: 'rehearsed' }>;

/** What the rehearsal found, and the one button that changes something. */
export function PlanStep({ draft, facts }: { draft: Rehearsed; facts: Facts }) {
  const { plan } = draft.kept;
  const rehearsed = useSaid(plan.rehearsedAt);
  const note = `${words.rehearsed(rehearsed)}${plan.replaces === undefined ? '' : ` ${words.rehearsedStands}`}`;
  return (
    <>
      <Content>
        <Lead text={useLead(plan, facts, facts.name)} note={note} />
        {draft.refused !== null && (
          <div className={css.below}>
            <FailureBox failure={draft.refused} />
          </div>
        )}
        <div className={css.columns}>
          <div>
            <Effect plan={plan} facts={facts} />
            <Steps plan={plan} />
          </div>
          <div>
            <Checks plan={plan} />
            <Sure draft={draft} production={facts.source?.production === true} />
          </div>
        </div>
      </Content>
      <PlanFoot draft={draft} facts={facts} />
    </>
  );
}

function useLead(plan: RestorePlan, facts: Facts, source: string): string {
  const stops = countOf(checksOf(plan), 'stops');
  if (stops > 0 || !plan.canRun) return words.leadStopped(Math.max(1, stops));
  if (plan.replaces !== undefined) {
    return plan.replaces.counted
      ? words.leadEffect(effectOf(plan.replaces.tables), source)
      : words.leadUncounted(source);
  }
  const database = facts.databases.find((one) => one.name === plan.database);
  const name = targetName(plan.target);
  const tables = database?.tables.length ?? 0;
  const rows = database === undefined ? 0 : rowsOf(database);
  return plan.target.kind === 'file'
    ? words.leadNewFile(name, tables, rows)
    : words.leadNewDatabase(name, tables, rows);
}

function Effect({ plan, facts }: { plan: RestorePlan; facts: Facts }) {
  const when = useSaid(facts.chosen?.takenAt ?? plan.rehearsedAt);
  if (plan.replaces !== undefined && plan.replaces.counted) {
    return <EffectTable effect={effectOf(plan.replaces.tables)} when={when} />;
  }
  const database = facts.databases.find((one) => one.name === plan.database);
  return database === undefined ? null : <ContentsTable tables={database.tables} />;
}

function Steps({ plan }: { plan: RestorePlan }) {
  return (
    <div className={css.folds}>
      <Section title={words.stepsHeading}>
        <ol className={css.steps}>
          {plan.steps.map((step, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- the steps of one plan never move
            <li key={index}>{step}</li>
          ))}
        </ol>
      </Section>
      {plan.commands !== undefined && plan.commands.length > 0 && (
        <Fold title={words.commandsHeading}>
          <CodeBlock label={words.commandsHeading} text={plan.commands.join('\n')} />
        </Fold>
      )}
    </div>
  );
}

function PlanFoot({ draft, facts }: { draft: Rehearsed; facts: Facts }) {
  const { plan } = draft.kept;
  const rehearse = useRehearse();
  const run = useRunRestore();
  const ready = mayRestore(draft);
  const asked = requestOf(draft.inputs, facts.suggested);
  const taken = useSaid(facts.chosen?.takenAt ?? plan.rehearsedAt);
  const name = targetName(plan.target);
  // Enter alone never restores; with Command or Ctrl it does once the name is right.
  useKeys(ready ? { runRestore: run } : {});
  return (
    <Foot note={<FootNote draft={draft} />}>
      <Button icon="left" onPress={() => dispatch({ type: 'went-back' })}>
        {words.back}
      </Button>
      <Button disabled={!asked.ready} onPress={() => asked.ready && rehearse(asked.request)}>
        {words.rehearseAgain}
      </Button>
      <Button
        variant={plan.replaces === undefined ? 'primary' : 'destroy'}
        disabled={!ready && !draft.asking}
        pending={draft.asking}
        describedBy="why-not"
        onPress={run}
      >
        {plan.replaces === undefined ? words.restoreNew(name) : words.restoreReplace(name, taken)}
      </Button>
    </Foot>
  );
}

function FootNote({ draft }: { draft: Rehearsed }) {
  const { plan } = draft.kept;
  const until = useSaid(plan.replaces?.keepUntil ?? 0);
  const why = !plan.canRun
    ? words.whyNot.stops
    : plan.replaces !== undefined && !mayRestore(draft)
      ? words.whyNot.typed(plan.replaces.confirm)
      : null;
  return (
    <span className="small">
      {plan.expectedMs === null ? (
        words.expectedUnknown
      ) : (
        <>
          {words.about.before}
          <span className="medium num">{duration(plan.expectedMs)}</span>
          {words.about.after}
        </>
      )}{' '}
      {plan.replaces !== undefined && words.undoStays(until)}{' '}
      <span id="why-not" className={plan.canRun ? 'three' : 'danger'}>
        {why}
      </span>
    </span>
  );
}
