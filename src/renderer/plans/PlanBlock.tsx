import { useState } from 'react';
import { type PlanCard, type PlanRun, type SchedulerState } from '../../shared/plan.ts';
import { timeZone, useNow } from '../clock.ts';
import { href } from '../route.ts';
import { useHeld } from '../store/hooks.ts';
import { Badge } from '../ui/Badge.tsx';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { ConfirmDialog } from '../ui/Dialog.tsx';
import { Glyph } from '../ui/Icon.tsx';
import { MenuButton } from '../ui/Menu.tsx';
import { Moment } from '../ui/Time.tsx';
import { momentInSentence, upcoming } from '../words/moment.ts';
import { plansWords as words } from '../words/plans.ts';
import { type GlyphName } from '../words/state.ts';
import { navigate } from '../navigate.ts';
import { PauseDialog } from './PauseDialog.tsx';
import css from './Plans.module.css';
import { planState, runsBySource, type PlanState, type SourceRuns } from './standing.ts';
import { type PlanActs } from './use-plan-acts.ts';

const stateGlyph: Record<PlanState['kind'], GlyphName> = {
  off: 'none',
  'all-paused': 'waiting',
  paused: 'waiting',
  running: 'working',
  waiting: 'attention',
  never: 'danger',
  failed: 'danger',
  due: 'stored',
};

/** One plan: its words, its state, what comes, and how it went for each source. */
export function PlanBlock({ card, scheduler, acts }: { card: PlanCard; scheduler: SchedulerState; acts: PlanActs }) {
  const sources = useHeld((state) => state.sources);
  const state = planState(card, scheduler);
  const runs = runsBySource(card, sources);
  return (
    <section className={css.plan} aria-labelledby={`plan-${card.plan.id}`}>
      <div className={css.planHead}>
        <h3 id={`plan-${card.plan.id}`}>
          <a href={href({ screen: 'plans', planId: card.plan.id })}>{card.plan.name}</a>
        </h3>
        <Badge state={stateGlyph[state.kind]}>{words.state[state.kind]}</Badge>
        <Acts card={card} acts={acts} runs={runs} />
      </div>
      <p className="two">{card.words}</p>
      <Coming card={card} state={state} />
      {card.waiting !== null && (
        <Banner tone="attention" title={words.waits[card.waiting.reason]}>
          <p>
            {card.waiting.detail} <Since at={card.waiting.since} />
          </p>
        </Banner>
      )}
      <Runs card={card} runs={runs} />
    </section>
  );
}

function Since({ at }: { at: number }) {
  const now = useNow();
  return <span className="three">{words.waitsSince(momentInSentence(at, now, timeZone()))}</span>;
}

function Acts({ card, acts, runs }: { card: PlanCard; acts: PlanActs; runs: readonly SourceRuns[] }) {
  const [open, setOpen] = useState<'pause' | 'remove' | null>(null);
  const { name, id, paused } = card.plan;
  const names = runs.flatMap(({ source }) => (source === null ? [] : [source.name]));
  return (
    <span className={css.acts}>
      <Button size="small" icon="play" label={words.runNowName(name)} onPress={() => acts.runNow(card)}>
        {words.runNow}
      </Button>
      {paused === null ? (
        <Button size="small" icon="pause" label={words.pauseName(name)} onPress={() => setOpen('pause')}>
          {words.pause}
        </Button>
      ) : (
        <Button size="small" icon="play" label={words.resumeName(name)} onPress={() => acts.resume(id)}>
          {words.resume}
        </Button>
      )}
      <MenuButton
        size="small"
        variant="quiet"
        label={words.moreName(name)}
        lines={[
          {
            id: 'edit',
            title: words.edit,
            icon: 'settings',
            onAction: () => navigate({ screen: 'plans', planId: id }),
          },
          '-',
          { id: 'remove', title: words.remove, icon: 'trash', danger: true, onAction: () => setOpen('remove') },
        ]}
      />
      <PauseDialog
        open={open === 'pause'}
        title={words.pauseTitle(name)}
        onClose={() => setOpen(null)}
        onPause={(choice) => acts.pause(id, choice)}
      />
      <ConfirmDialog
        open={open === 'remove'}
        onClose={() => setOpen(null)}
        title={words.removeAsk(name)}
        confirm={words.removeYes}
        destroys
        onConfirm={() => {
          setOpen(null);
          void acts.remove(card);
        }}
      >
        {words.removeText(names)}
      </ConfirmDialog>
    </span>
  );
}

/** The next moments, or until when it is paused. */
function Coming({ card, state }: { card: PlanCard; state: PlanState }) {
  const now = useNow();
  const zone = timeZone();
  if (state.kind === 'paused' || state.kind === 'all-paused') {
    const until = state.until === null ? null : momentInSentence(state.until, now, zone);
    return <p className="small two">{words.pausedUntil(until)}</p>;
  }
  const [first, ...rest] = card.next.map((at) => upcoming(at, now, zone));
  return (
    <dl className={css.coming}>
      <div>
        <dt>{words.next}</dt>
        <dd>
          <span className="medium num">{first ?? words.noNext}</span>
          {rest.length > 0 && <span className="three num">{words.andThen(rest.slice(0, 3))}</span>}
        </dd>
      </div>
      {card.nextProof !== null && (
        <div>
          <dt>{words.nextProof}</dt>
          <dd className="num">{upcoming(card.nextProof, now, zone)}</dd>
        </div>
      )}
    </dl>
  );
}

function Runs({ card, runs }: { card: PlanCard; runs: readonly SourceRuns[] }) {
  return (
    <table className={css.runs} aria-label={words.runsLabel(card.plan.name)}>
      <thead>
        <tr>
          <th scope="col">{words.source}</th>
          <th scope="col">{words.lastBackup}</th>
          <th scope="col">{words.lastProof}</th>
        </tr>
      </thead>
      <tbody>
        {runs.map(({ sourceId, source, backup, proof }) => (
          <tr key={sourceId}>
            <th scope="row">
              {source === null ? (
                <span className="three">{words.removedSource}</span>
              ) : (
                <a href={href({ screen: 'sources', name: source.name })}>{source.name}</a>
              )}
            </th>
            <td>
              <Run run={backup} />
            </td>
            <td>
              <Run run={proof} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Run({ run }: { run: PlanRun | null }) {
  if (run === null) return <span className="three">{words.noRun}</span>;
  const outcome = run.what === 'proof' && run.outcome === 'succeeded' ? words.proven : words.outcome[run.outcome];
  const word = <span>{outcome}</span>;
  return (
    <span className={css.run}>
      <Glyph state={glyphOf(run)} />
      {run.jobId === null ? word : <a href={href({ screen: 'activity', jobId: run.jobId })}>{word}</a>}
      <Moment at={run.startedAt ?? run.dueAt} form="sentence" className="three" />
      {run.standsFor > 1 && <span className="three">{words.standsFor(run.standsFor)}</span>}
      {run.failure !== null && <span className={css.why}>{run.failure.message}</span>}
    </span>
  );
}

function glyphOf(run: PlanRun): GlyphName {
  switch (run.outcome) {
    case 'running':
      return 'working';
    case 'succeeded':
      return run.what === 'proof' ? 'proven' : 'stored';
    case 'failed':
      return 'danger';
    case 'missed':
      return 'attention';
    case 'cancelled':
      return 'none';
  }
}
