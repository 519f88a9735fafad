import { type BackupCard } from '../../shared/artifact.ts';
import { RadioCards, type Choice } from '../ui/Choice.tsx';
import { Button } from '../ui/Button.tsx';
import { Content, Foot, Lead, Skeleton } from '../ui/Layout.tsx';
import { FailureBox } from '../ui/Banner.tsx';
import { Select } from '../ui/Select.tsx';
import { duration } from '../words/number.ts';
import { restoreWords as words } from '../words/restore.ts';
import { useStanding, type useSourcesWithBackups } from '../store/hooks.ts';
import { BackupPicker } from './BackupPicker.tsx';
import { dispatch } from './draft-store.ts';
import { type Goal, type Inputs } from './draft.ts';
import { goalsFor } from './goals.ts';
import { KeptList } from './KeptList.tsx';
import css from './Restore.module.css';
import { ArchivedNote } from './ThawFirst.tsx';
import { type Facts } from './use-facts.ts';

const change = (inputs: Partial<Inputs>): void => dispatch({ type: 'changed', inputs });

/** What should happen, and from which backup. */
export function GoalStep({
  inputs,
  facts,
  sources,
}: {
  inputs: Inputs;
  facts: Facts;
  sources: ReturnType<typeof useSourcesWithBackups>;
}) {
  return (
    <>
      <Content>
        <div className={css.wrap}>
          <Lead text={words.goalLead} note={words.goalSub} />
          {sources.length > 1 && (
            <Select
              className={css.source}
              label={words.sourceLabel}
              value={inputs.source}
              onChange={(source) => change({ source })}
              options={sources.map(({ ref, name, isHere }) => ({
                value: ref,
                title: isHere ? name : words.notHere(name),
              }))}
            />
          )}
          <div className={css.goals}>
            <RadioCards<Goal>
              label={words.goalLegend}
              hideLabel
              value={inputs.goal}
              onChange={(goal) => change({ goal })}
              choices={goalsFor(facts).map((goal) => choiceOf(goal, facts))}
            />
          </div>
          <Backups inputs={inputs} facts={facts} />
          <ArchivedNote archived={facts.archived} />
          <KeptList source={facts.source} />
        </div>
      </Content>
      <Foot note={<Measured name={inputs.source} />}>
        <Button onPress={() => dispatch({ type: 'cleared' })}>{words.leave}</Button>
        <Button
          variant="primary"
          iconAfter="right"
          disabled={facts.chosen === undefined}
          onPress={() => dispatch({ type: 'continued' })}
        >
          {words.proceed}
        </Button>
      </Foot>
    </>
  );
}

function choiceOf(goal: Goal, { suggested, source }: Facts): Choice<Goal> {
  const { goals } = words;
  switch (goal) {
    case 'undo':
      return {
        value: goal,
        icon: 'undo',
        title: goals.undo.name,
        detail: goals.undo.why(words.keptDays),
        at: (
          <>
            {goals.undo.risk(source?.production === true)}
            <br />
            {goals.undo.riskMore}
          </>
        ),
      };
    case 'beside':
      return {
        value: goal,
        icon: 'beside',
        title: goals.beside.name,
        detail:
          suggested.kind === 'sqlite'
            ? goals.beside.whyFile(suggested.besideName)
            : goals.beside.whyDatabase(suggested.besideName),
        at: goals.beside.risk,
      };
    case 'move':
      return { value: goal, icon: 'move', title: goals.move.name, detail: goals.move.why, at: goals.move.risk };
  }
}

function Backups({ inputs, facts }: { inputs: Inputs; facts: Facts }) {
  const { backups, cards, chosen, suggestedCard } = facts;
  if (backups.state === 'failed') return <FailureBox title={words.notReadTitle} failure={backups.failure} />;
  if (chosen === undefined)
    return (
      <div className={css.waiting}>
        <Skeleton width={220} />
        <Skeleton width="100%" />
      </div>
    );
  return (
    <div className={css.moment}>
      <BackupPicker
        key={inputs.source}
        title={inputs.goal === 'undo' ? words.backupHeadingUndo : words.backupHeading}
        cards={cards}
        chosen={chosen}
        suggested={suggestedCard}
        onChoose={(backupId: BackupCard['backupId']) => change({ backupId })}
      />
    </div>
  );
}

/** How long the last restores and proofs of this source took. */
function Measured({ name }: { name: string | null }) {
  const standing = useStanding(name);
  const restoreMs = standing?.restoreMs ?? null;
  if (restoreMs === null) return <span className="small two">{words.expectedUnknown}</span>;
  return (
    <span className="small two">
      {words.measured.before}
      <span className="medium num">{duration(restoreMs)}</span>
      {words.measured.after}
    </span>
  );
}
