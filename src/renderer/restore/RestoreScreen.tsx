import { useEffect, useRef } from 'react';
import { type BackupId } from '../../shared/id.ts';
import { Bar } from '../frame/Bar.tsx';
import { tell, watch } from '../frame/shown.ts';
import { href, type Route } from '../route.ts';
import { useHeld, useSources, useSourcesWithBackups } from '../store/hooks.ts';
import { refMeant, sourceRef } from '../store/source-ref.ts';
import { LinkButton } from '../ui/Button.tsx';
import { Content, EmptyState, Steps } from '../ui/Layout.tsx';
import { restoreWords as words } from '../words/restore.ts';
import { dispatch, draftNow, looked, useDraft, useMet } from './draft-store.ts';
import { stepOf, type RestoreDraft } from './draft.ts';
import { GoalStep } from './GoalStep.tsx';
import { goalsFor } from './goals.ts';
import { PlaceStep } from './PlaceStep.tsx';
import { PlanStep } from './PlanStep.tsx';
import { ProofStep } from './ProofStep.tsx';
import { NotRehearsed, Rehearsing } from './RehearsalStep.tsx';
import { RunStep } from './RunStep.tsx';
import { ThawStep } from './ThawFirst.tsx';
import { shownAtMost } from './use-backups.ts';
import { type Facts, useFacts } from './use-facts.ts';
import { useFollowJob, useUnownedJob } from './use-restore.ts';

/** Five steps from a backup to a proven restore. */
export function RestoreScreen({ route }: { route: Extract<Route, { screen: 'restore' }> }) {
  const { source, backupId } = route;
  const ready = useHeld((state) => state.ready);
  const sources = useSourcesWithBackups();
  const asked = refMeant(sources, source);
  const draft = useDraft();
  useBegin(asked ?? sources[0]?.ref ?? null, asked !== null, backupId as BackupId | null);
  useAdopt();
  const job = useFollowJob();
  useWatch(draft);
  const facts = useFacts(draft.inputs);
  useReachableGoal(draft, facts);
  useOutdated(draft, facts, ready, sources);
  const step = stepOf(draft);
  const title = draft.inputs.source === null ? words.title : words.titleOf(facts.name);
  const empty = ready && sources.length === 0 && draft.at === 'goal';
  return (
    <>
      {empty ? (
        <Bar title={words.title} />
      ) : (
        <Bar title={title} steps={<Steps steps={words.steps} current={step - 1} />} />
      )}
      {empty ? <Nothing /> : <Step draft={draft} facts={facts} sources={sources} job={job} />}
    </>
  );
}

type Sources = ReturnType<typeof useSourcesWithBackups>;

function Step(props: { draft: RestoreDraft; facts: Facts; sources: Sources; job: ReturnType<typeof useFollowJob> }) {
  const { draft, facts, sources, job } = props;
  const source = facts.name;
  switch (draft.at) {
    case 'goal':
      return <GoalStep inputs={draft.inputs} facts={facts} sources={sources} />;
    case 'place':
      return <PlaceStep inputs={draft.inputs} facts={facts} refused={draft.refused} />;
    case 'thawing':
      return <ThawStep job={job} archived={facts.archived} />;
    case 'rehearsing':
      return <Rehearsing job={job} source={source} />;
    case 'not-rehearsed':
      return <NotRehearsed draft={draft} facts={facts} />;
    case 'rehearsed':
      return <PlanStep draft={draft} facts={facts} />;
    case 'restoring':
      return <RunStep job={job} plan={draft.plan} source={source} />;
    case 'ended':
      return <ProofStep draft={draft} facts={facts} />;
  }
}

/** The end of the draft's own restore is told by this screen. */
function useWatch(draft: RestoreDraft): void {
  const jobId = draft.at === 'restoring' || draft.at === 'ended' ? draft.jobId : null;
  useEffect(() => {
    watch(jobId);
    return () => watch(null);
  }, [jobId]);
}

/** The address says which source and backup; where it says none, what was begun goes on. */
function useBegin(source: string | null, named: boolean, backupId: BackupId | null): void {
  useEffect(() => {
    const { inputs, at } = draftNow();
    if (named || inputs.source === null || at === 'ended') dispatch({ type: 'began', source, backupId });
  }, [source, named, backupId]);
}

/** Who comes in while a restore is under way finds it, whoever began it; who is here already is not led away. */
function useAdopt(): void {
  const job = useUnownedJob();
  const cards = useHeld((state) => state.backups);
  const sources = useSources();
  const met = useRef(false);
  useEffect(() => {
    if (met.current) return;
    met.current = true;
    const { at } = draftNow();
    if (job === undefined || (at !== 'goal' && at !== 'ended')) return;
    const card = [...cards.values()].flat().find((one) => one.backupId === job.backupId);
    if (card === undefined) return;
    const type = job.kind === 'restore' ? 'adopted-restore' : 'adopted-rehearsal';
    dispatch({ type, jobId: job.id, source: sourceRef(sources, card), backupId: card.backupId });
  }, [job, cards, sources]);
}

/** What the draft of an earlier window speaks of may have gone since; what a job came to, the job says. */
function useOutdated({ at, inputs }: RestoreDraft, facts: Facts, ready: boolean, sources: Sources): void {
  const met = useMet();
  const { source, backupId } = inputs;
  const open = met && ready && (at === 'goal' || at === 'place');
  const sourceGone = source !== null && !sources.some(({ ref }) => ref === source);
  const asked = sourceGone || facts.backups.state !== 'asking';
  const isGone = backupId !== null && facts.backups.state === 'here' && facts.cards.length < shownAtMost;
  const gone = sourceGone || (isGone && !facts.cards.some((card) => card.backupId === backupId));
  const first = sources[0]?.ref;
  const { name } = facts;
  useEffect(() => {
    if (!open || !asked) return;
    looked();
    if (!gone) return;
    dispatch({ type: 'cleared' });
    if (sourceGone && first !== undefined) dispatch({ type: 'began', source: first, backupId: null });
    tell({ id: 'restore-draft', state: 'attention', title: words.draftGone(name) });
  }, [open, asked, gone, sourceGone, name, first]);
}

/** Where the chosen goal cannot be reached from this source, the first that can. */
function useReachableGoal(draft: RestoreDraft, facts: Facts): void {
  const goals = goalsFor(facts);
  const known = facts.chosen !== undefined;
  const [first] = goals;
  const reachable = goals.includes(draft.inputs.goal);
  useEffect(() => {
    if (known && !reachable && first !== undefined) dispatch({ type: 'changed', inputs: { goal: first } });
  }, [known, reachable, first]);
}

function Nothing() {
  return (
    <Content>
      <EmptyState
        icon="restore"
        title={words.nothingTitle}
        actions={
          <>
            <LinkButton href={href({ screen: 'sources', name: null })}>{words.nothingBackUp}</LinkButton>
            <LinkButton variant="primary" href={href({ screen: 'source-new' })}>
              {words.nothingAct}
            </LinkButton>
          </>
        }
      >
        {words.nothingText}
      </EmptyState>
    </Content>
  );
}
