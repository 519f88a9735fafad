import { useState } from 'react';
import { timeZone, useNow } from '../clock.ts';
import { Bar } from '../frame/Bar.tsx';
import { href } from '../route.ts';
import { useHeld } from '../store/hooks.ts';
import { Banner } from '../ui/Banner.tsx';
import { Button, LinkButton } from '../ui/Button.tsx';
import { CodeBlock } from '../ui/CodeBlock.tsx';
import { Content, EmptyState, Lead } from '../ui/Layout.tsx';
import { momentInSentence } from '../words/moment.ts';
import { plansWords as words } from '../words/plans.ts';
import { leadOf } from './lead.ts';
import { PauseDialog } from './PauseDialog.tsx';
import { PlanBlock } from './PlanBlock.tsx';
import css from './Plans.module.css';
import { unplanned } from './standing.ts';
import { type PlanActs, usePlanActs } from './use-plan-acts.ts';

/** Every plan: when next, what waits and why, how the last runs went. */
export function PlanList() {
  const plans = useHeld((state) => state.plans);
  const scheduler = useHeld((state) => state.scheduler);
  const acts = usePlanActs();
  const [pausing, setPausing] = useState(false);
  const some = plans.length > 0;
  const now = useNow();
  const said = (at: number): string => momentInSentence(at, now, timeZone());
  const sources = new Set(plans.flatMap((card) => card.plan.sources)).size;
  return (
    <>
      <Bar
        title={words.title}
        actions={
          <>
            {some && scheduler.paused === null && scheduler.active && (
              <Button icon="pause" onPress={() => setPausing(true)}>
                {words.pauseAll}
              </Button>
            )}
            {some && (
              <LinkButton variant="primary" icon="plus" href={href({ screen: 'plan-new' })}>
                {words.add}
              </LinkButton>
            )}
          </>
        }
      />
      <Content>
        {some && <Lead text={leadOf(plans, scheduler, said)} note={words.leadSub(plans.length, sources)} />}
        <Notices acts={acts} />
        {some ? (
          <div className={css.list}>
            {plans.map((card) => (
              <PlanBlock key={card.plan.id} card={card} scheduler={scheduler} acts={acts} />
            ))}
          </div>
        ) : (
          <Empty acts={acts} />
        )}
      </Content>
      <PauseDialog
        open={pausing}
        title={words.pauseAllTitle}
        onClose={() => setPausing(false)}
        onPause={acts.pauseAll}
      />
    </>
  );
}

function Notices({ acts }: { acts: PlanActs }) {
  const now = useNow();
  const plans = useHeld((state) => state.plans);
  const sources = useHeld((state) => state.sources);
  const scheduler = useHeld((state) => state.scheduler);
  const bare = unplanned(sources, plans);
  const names = plans.map((card) => card.plan.name);
  const { paused } = scheduler;
  const until = paused === null || paused.until === null ? null : momentInSentence(paused.until, now, timeZone());
  if (plans.length === 0) return null;
  return (
    <div className={css.notices}>
      {!scheduler.active && (
        <Banner tone="attention" title={words.offTitle}>
          <p>{words.offText}</p>
          <CodeBlock label={words.offTitle} text={words.offCommand} />
        </Banner>
      )}
      {paused !== null && (
        <Banner
          tone="attention"
          title={words.pausedTitle(until)}
          actions={<Button onPress={acts.resumeAll}>{words.resumeAll}</Button>}
        >
          {words.pausedText}
        </Banner>
      )}
      {bare.length > 0 && (
        <Banner
          tone="working"
          title={words.unplannedTitle(bare.map((source) => source.name))}
          actions={
            <Button
              onPress={() =>
                acts.protect(
                  bare.map((source) => source.id),
                  names,
                )
              }
            >
              {words.protect}
            </Button>
          }
        >
          {`${words.unplannedText} ${words.oneClick}.`}
        </Banner>
      )}
    </div>
  );
}

function Empty({ acts }: { acts: PlanActs }) {
  const sources = useHeld((state) => state.sources);
  const scheduler = useHeld((state) => state.scheduler);
  const worthy = unplanned(sources, []);
  if (worthy.length === 0)
    return (
      <EmptyState
        icon="calendar"
        title={words.emptyTitle}
        actions={
          <LinkButton variant="primary" href={href({ screen: 'source-new' })}>
            {words.addSource}
          </LinkButton>
        }
      >
        {words.emptyNoSource}
      </EmptyState>
    );
  return (
    <>
      <EmptyState
        icon="calendar"
        title={words.emptyTitle}
        actions={
          <>
            <LinkButton href={href({ screen: 'plan-new' })}>{words.ownTimes}</LinkButton>
            <Button
              variant="primary"
              onPress={() =>
                acts.protect(
                  worthy.map((source) => source.id),
                  [],
                )
              }
            >
              {words.oneClick}
            </Button>
          </>
        }
      >
        {words.emptyText} {words.oneClickFor(worthy.map((source) => source.name))}
      </EmptyState>
      {!scheduler.active && (
        <div className={css.notices}>
          <Banner tone="plain" title={words.offTitle}>
            <p>{words.offText}</p>
            <CodeBlock label={words.offTitle} text={words.offCommand} />
          </Banner>
        </div>
      )}
    </>
  );
}
