import { useEffect, useRef, useState } from 'react';
import { toFailure } from '../../shared/failure.ts';
import { Bar } from '../frame/Bar.tsx';
import { tell } from '../frame/shown.ts';
import { navigate } from '../navigate.ts';
import { href, type Route } from '../route.ts';
import { useDoor, useHeld } from '../store/hooks.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Icon, Mark } from '../ui/Icon.tsx';
import { Content, Lead } from '../ui/Layout.tsx';
import { ProgressBar } from '../ui/Progress.tsx';
import { frame } from '../words/frame.ts';
import { firstRunWords as words } from '../words/first-run.ts';
import { percent } from '../words/number.ts';
import css from './FirstRun.module.css';
import { StepList } from './StepList.tsx';
import { totalMs, type Tour, tourSteps } from './tour.ts';
import { type TourActs, useTour } from './use-tour.ts';

/** From nothing to a proven backup, a loss, and its undoing: on the sample, with times measured here. */
export function FirstRun({ route }: { route: Extract<Route, { screen: 'overview' | 'first-run' }> }) {
  const { sample, tour, jobs, acts, failure, asking } = useTour();
  const { door } = useDoor();
  useProveAfterBackup(tour, acts);
  const others = useHeld((state) => state.sources.some((source) => source.sample !== true));
  return (
    <>
      <Bar
        title={route.screen === 'overview' ? frame.screens.overview : frame.screens['first-run']}
        actions={
          <Button variant="quiet" onPress={() => void door.openLink({ link: 'guide' }).catch(tellWhere)}>
            {words.guide}
          </Button>
        }
      />
      <Content>
        <div className={css.middle}>
          <Mark className={css.mark} />
          <Lead text={tour.finished ? words.finished : words.lead} note={noteOf(tour, others)} />
          <section className={css.round} aria-label={words.sampleLabel}>
            <StepList tour={tour} />
            <div className={css.go}>
              <Next tour={tour} acts={acts} sample={sample !== null} asking={asking} jobs={jobs} />
            </div>
          </section>
          <Failed tour={tour} failure={failure} />
          <Others />
        </div>
      </Content>
    </>
  );
}

/** Where no browser can be opened from here, the hint says where the guide lies. */
function tellWhere(thrown: unknown): void {
  const { message, hint } = toFailure(thrown, '');
  tell({ id: 'guide', state: 'attention', title: message, detail: hint });
}

function noteOf(tour: Tour, others: boolean): string {
  if (tour.finished) return words.finishedText(totalMs(tour));
  return others ? words.subOthers : words.sub;
}

/** The first press makes the backup and its proof: a backup that was not restored has shown nothing yet. */
function useProveAfterBackup(tour: Tour, acts: TourActs): void {
  const going = useRef(false);
  const { backUp, prove } = tour.steps;
  const backupId = tour.backup?.backupId;
  useEffect(() => {
    if (backUp.kind === 'running') going.current = true;
    if (!going.current || backupId === undefined || prove.kind !== 'ready') return;
    going.current = false;
    acts.prove(backupId);
  }, [backUp.kind, prove.kind, backupId, acts]);
}

function Next(props: {
  tour: Tour;
  acts: TourActs;
  sample: boolean;
  asking: boolean;
  jobs: ReturnType<typeof useTour>['jobs'];
}) {
  const { tour, acts, sample, asking, jobs } = props;
  const running = tourSteps.map((step) => tour.steps[step]).find((state) => state.kind === 'running');
  const job = running?.kind === 'running' ? jobs.find((one) => one.id === running.jobId) : undefined;
  if (tour.finished && running === undefined) return <Finish acts={acts} />;
  if (running !== undefined || asking) {
    const phase = job?.progress?.phase ?? words.starting;
    const value =
      job?.progress === null || job === undefined ? null : percent(job.progress.bytes, job.progress.totalBytes);
    return (
      <div className={css.running}>
        <span className="small two">{phase}</span>
        <ProgressBar label={phase} value={value} />
      </div>
    );
  }
  const act = nextAct(tour, acts, sample);
  return (
    <>
      <Button variant="primary" size="large" icon={act.icon} onPress={act.press}>
        {act.title}
      </Button>
      <span className="small two">{act.note}</span>
    </>
  );
}

function nextAct(tour: Tour, acts: TourActs, sample: boolean) {
  const { steps, backup, undo } = tour;
  const open = (step: keyof typeof steps): boolean => ['ready', 'failed'].includes(steps[step].kind);
  const begin = () => {
    navigate({ screen: 'first-run' }, 'replace');
    acts.start();
  };
  if (!sample || backup === null) return { icon: 'play', title: words.start, note: words.needs, press: begin } as const;
  const { backupId } = backup;
  if (open('prove')) {
    return { icon: 'play', title: words.proveAct, note: words.proveText, press: () => acts.prove(backupId) } as const;
  }
  if (open('break')) {
    return { icon: 'trash', title: words.breakAct, note: words.breakNote, press: () => acts.damage(backupId) } as const;
  }
  if (open('restore') || undo === null) {
    return {
      icon: 'restore',
      title: words.restoreAct,
      note: words.restoreNote,
      press: () => acts.restore(backupId),
    } as const;
  }
  return { icon: 'undo', title: words.undoAct, note: words.undoNote, press: () => acts.undo(undo.restoreId) } as const;
}

/** BS-1 and the other end of the sample: it stays a source like any other, or all of it goes. */
function Finish({ acts }: { acts: TourActs }) {
  const [removing, setRemoving] = useState(false);
  const remove = async () => {
    setRemoving(true);
    if (await acts.remove()) {
      tell({ id: 'sample', state: 'none', title: words.removed });
      navigate({ screen: 'overview' });
    }
    setRemoving(false);
  };
  return (
    <>
      <Button variant="primary" size="large" onPress={() => navigate({ screen: 'overview' })}>
        {words.keep}
      </Button>
      <Button size="large" icon="trash" pending={removing} onPress={() => void remove()}>
        {words.remove}
      </Button>
      <span className="small two">{words.keepNote}</span>
    </>
  );
}

function Failed({ tour, failure }: { tour: Tour; failure: ReturnType<typeof useTour>['failure'] }) {
  const step = tourSteps.find((one) => tour.steps[one].kind === 'failed');
  const state = step === undefined ? undefined : tour.steps[step];
  const shown = failure ?? (state?.kind === 'failed' ? state.failure : null);
  if (shown === null) return null;
  return (
    <div className={css.failed}>
      <FailureBox failure={shown} {...(step === undefined ? {} : { title: words.failedAt(words.titles[step]) })} />
    </div>
  );
}

function Others() {
  return (
    <div className={css.others} role="group" aria-label={words.others}>
      <a href={href({ screen: 'source-new' })}>
        <Icon name="plug" />
        <b>{words.own}</b>
        <small>{words.ownText}</small>
      </a>
      <a href={href({ screen: 'found' })}>
        <Icon name="key" />
        <b>{words.found}</b>
        <small>{words.foundText}</small>
      </a>
    </div>
  );
}
