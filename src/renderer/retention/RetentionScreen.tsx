import { useEffect, useState } from 'react';
import { addressOf, type DestinationCard } from '../../shared/destination.ts';
import { type DestinationId, type SourceId } from '../../shared/id.ts';
import { type RetentionLook, type RetentionSettings } from '../../shared/retention.ts';
import { timeZone, useNow } from '../clock.ts';
import { Bar } from '../frame/Bar.tsx';
import { navigate } from '../navigate.ts';
import { href, type Route } from '../route.ts';
import { useHeld, useSource, useSources } from '../store/hooks.ts';
import { Banner, FailureBox } from '../ui/Banner.tsx';
import { Button, LinkButton } from '../ui/Button.tsx';
import { Content, EmptyState, Skeleton } from '../ui/Layout.tsx';
import { Select } from '../ui/Select.tsx';
import { backups } from '../words/backups.ts';
import { retentionWords as words } from '../words/retention.ts';
import { Calendar, Legend } from './Calendar.tsx';
import { monthGrid, monthOf, namesOf, shiftMonth, today as todayIn } from './calendar.ts';
import { DayPanel } from './DayPanel.tsx';
import { useDraft } from './draft-store.ts';
import { Earlier, RetentionLead, Stops } from './Findings.tsx';
import { Pins } from './Pins.tsx';
import css from './Retention.module.css';
import { needsWord, isSame } from './rule.ts';
import { RuleEditor } from './RuleEditor.tsx';
import { ApplyDialog, RuleSummary } from './RuleSummary.tsx';
import { useApply } from './use-apply.ts';
import { useLook } from './use-look.ts';

type RetentionRoute = Extract<Route, { screen: 'retention' }>;

/** What is kept and why, what goes and when; and the rule that says so. */
export function RetentionScreen({ route }: { route: RetentionRoute }) {
  const sources = useSources();
  const name = route.source ?? sources[0]?.name ?? null;
  const source = useSource(name);
  if (name === null)
    return (
      <Nothing title={words.noSource} text={words.noSourceText}>
        <LinkButton variant="primary" href={href({ screen: 'source-new' })}>
          {words.addSource}
        </LinkButton>
      </Nothing>
    );
  if (source === undefined)
    return (
      <Nothing title={words.gone} text={words.goneText}>
        <LinkButton href={href({ screen: 'retention', source: null })}>{words.backToAll}</LinkButton>
      </Nothing>
    );
  return <Retention key={source.id} sourceId={source.id} name={name} />;
}

function Nothing({ title, text, children }: { title: string; text: string; children: React.ReactNode }) {
  return (
    <>
      <Bar title={words.title} />
      <Content>
        <EmptyState icon="pin" title={title} actions={children}>
          {text}
        </EmptyState>
      </Content>
    </>
  );
}

function Retention({ sourceId, name }: { sourceId: SourceId; name: string }) {
  const today = todayIn(useNow(), timeZone());
  const [last, setLast] = useState(monthOf(today));
  const [destination, setDestination] = useState<DestinationId | null>(null);
  const { draft, found, keep } = useDraft(sourceId);
  const months = [shiftMonth(last, -1), last] as const;
  const look = useLook({ name, destination, months, draft });
  const refused = look.value === null && look.failure !== null && found;
  useEffect(() => {
    // What it was for is gone since: it may not stand in the way of what holds.
    if (refused) keep(null);
  }, [refused, keep]);
  return (
    <>
      <Bar
        title={words.title}
        sub={<Sources name={name} />}
        actions={<Pager first={months[0]} last={last} today={monthOf(today)} onLast={setLast} />}
      />
      <Content bare>
        {look.value === null ? (
          <div className={css.waiting}>
            {look.failure === null ? (
              <Skeleton width={320} />
            ) : (
              <FailureBox
                failure={look.failure}
                title={words.notRead}
                actions={
                  <Button size="small" onPress={look.again}>
                    {words.tryAgain}
                  </Button>
                }
              />
            )}
          </div>
        ) : (
          <Panes
            {...{ name, today, last, months, draft, found }}
            question={look.question}
            look={look.value}
            again={look.again}
            onLast={setLast}
            onPlace={setDestination}
            onDraft={keep}
          />
        )}
      </Content>
    </>
  );
}

function Sources({ name }: { name: string }) {
  const sources = useSources();
  return (
    <Select
      label={words.source}
      hideLabel
      inline
      value={name}
      onChange={(source) => navigate({ screen: 'retention', source })}
      options={sources.map((source) => ({ value: source.name, title: source.name, icon: source.settings.kind }))}
    />
  );
}

function Pager(props: { first: string; last: string; today: string; onLast: (month: string) => void }) {
  const { first, last, today, onLast } = props;
  return (
    <span className={css.pager} role="group" aria-label={words.months}>
      <Button variant="quiet" icon="left" label={words.earlierMonth} onPress={() => onLast(shiftMonth(last, -1))} />
      <span className="medium num" aria-live="polite">
        {words.range(first, last)}
      </span>
      <Button
        variant="quiet"
        icon="right"
        label={words.laterMonth}
        disabled={last >= today}
        onPress={() => onLast(shiftMonth(last, 1))}
      />
    </span>
  );
}

interface PanesProps {
  name: string;
  today: string;
  last: string;
  months: readonly [string, string];
  draft: RetentionSettings | null;
  /** The draft is from an earlier visit. */
  found: boolean;
  question: ReturnType<typeof useLook>['question'];
  look: RetentionLook;
  again: () => void;
  onLast: (month: string) => void;
  onPlace: (destination: DestinationId) => void;
  onDraft: (draft: RetentionSettings | null) => void;
}

/** Two folders may share a name: then the address says which is which. */
function placeOptions(
  places: RetentionLook['places'],
  cards: readonly DestinationCard[],
): { value: DestinationId; title: string }[] {
  return places.map(({ destination, place }) => {
    const card = cards.find(({ id }) => id === destination);
    const isTwin = places.some((other) => other.place === place && other.destination !== destination);
    const title = isTwin && card !== undefined ? `${place} (${addressOf(card.settings)})` : place;
    return { value: destination, title };
  });
}

/** Whose rule a draft is; the first where there is none. */
function ownerOf({ owners }: RetentionLook, draft: RetentionSettings | null): number {
  const wanted = JSON.stringify(draft?.owner);
  return Math.max(
    0,
    owners.findIndex(({ settings }) => JSON.stringify(settings.owner) === wanted),
  );
}

function GoesOn({ onRevert }: { onRevert: () => void }) {
  return (
    <Banner
      tone="plain"
      title={words.goesOn}
      actions={
        <Button size="small" onPress={onRevert}>
          {words.startOver}
        </Button>
      }
    >
      {words.goesOnText}
    </Banner>
  );
}

function Panes(props: PanesProps) {
  const { look, draft, today, question } = props;
  const [day, setDay] = useState<string | null>(null);
  const [ownerIndex, setOwner] = useState(() => ownerOf(look, draft));
  const applying = useApply();
  const cards = useHeld((state) => state.destinations);
  const placeNames = (places: readonly DestinationId[]): string[] => namesOf(places, cards, backups.unknownPlace);
  const place = look.places.find((one) => one.destination === look.destination) ?? null;
  const owner = look.owners[ownerIndex] ?? look.owners[0];
  const chosen = day ?? look.days.at(-1)?.day ?? null;
  const shown = applying.now.state === 'seen' ? applying.now : null;
  const changed = draft !== null && owner !== undefined && !isSame(draft, owner.settings);
  return (
    <div className={css.lay}>
      <section className={css.cal} aria-label={words.title}>
        <RetentionLead place={place} look={look} drafted={changed} />
        <Stops place={place} owner={owner?.settings ?? null} source={props.name} onAgain={props.again} />
        {look.places.length > 1 && (
          <Select
            label={words.place}
            inline
            value={look.destination}
            onChange={props.onPlace}
            options={placeOptions(look.places, cards)}
          />
        )}
        <Calendar
          months={props.months.map(monthGrid)}
          days={look.days}
          today={today}
          chosen={chosen}
          placeNames={placeNames}
          onChoose={setDay}
        />
        <Legend days={look.days} />
        {chosen !== null && <DayPanel question={question} day={chosen} placeNames={placeNames} />}
        <Earlier months={look.months} first={props.months[0]} onMonth={props.onLast} />
      </section>
      <section className={css.rules} aria-label={words.rules}>
        <div className={css.in}>
          {props.found && changed && <GoesOn onRevert={() => props.onDraft(null)} />}
          {owner !== undefined && (
            <RuleEditor
              look={look}
              owner={ownerIndex}
              onOwner={(index) => {
                setOwner(index);
                props.onDraft(null);
              }}
              source={props.name}
              saved={owner.settings}
              draft={draft ?? owner.settings}
              onDraft={(next) => {
                applying.reset();
                props.onDraft(next);
              }}
              place={place}
            />
          )}
          <Pins pins={look.pins} source={props.name} />
        </div>
        {owner !== undefined && (
          <RuleSummary
            place={place}
            changed={changed}
            applying={applying}
            onApply={() => applying.look(owner.settings.owner, changed ? draft : null)}
            onRevert={() => props.onDraft(null)}
          />
        )}
      </section>
      <ApplyDialog
        preview={shown?.preview ?? null}
        applying={shown?.applying ?? false}
        word={shown !== null && needsWord(shown.preview.backups, shown.preview.proven, shown.preview.settings)}
        onConfirm={() => applying.apply(() => props.onDraft(null))}
        onClose={applying.reset}
      />
    </div>
  );
}
