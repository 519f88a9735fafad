import { useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { policyWithoutDelete } from '../../shared/s3-policy.ts';
import { Bar } from '../frame/Bar.tsx';
import { KitBox } from '../kit/KitBox.tsx';
import { navigate } from '../navigate.ts';
import { href } from '../route.ts';
import { useApi, useHeld, useSources } from '../store/hooks.ts';
import { Badge } from '../ui/Badge.tsx';
import { Button, LinkButton } from '../ui/Button.tsx';
import { CodeBlock } from '../ui/CodeBlock.tsx';
import { Facts } from '../ui/Facts.tsx';
import { Content, Lead, Section } from '../ui/Layout.tsx';
import { MenuButton } from '../ui/Menu.tsx';
import { Moment } from '../ui/Time.tsx';
import { destinations as words, sentenceOfPlace } from '../words/destinations.ts';
import { frame } from '../words/frame.ts';
import { count } from '../words/number.ts';
import css from './Destinations.module.css';
import { whereFacts } from './facts.tsx';
import { stateGlyph, stateWord } from './PlaceCells.tsx';
import { PlaceDialogs, type Asking } from './PlaceDialogs.tsx';
import { PlaceTestPanel } from './PlaceTestPanel.tsx';
import { Room } from './Room.tsx';
import { leadOfPlace, type PlaceRow } from './standing.ts';
import { usePlaceActs } from './use-place-acts.ts';
import { usePlaceTest } from './use-place-test.ts';
import { useRows } from './use-rows.ts';

const { detail } = words;

/** One place: where it is, what it holds, whether that is sealed, and whether it works now. */
export function PlaceDetail({ card }: { card: DestinationCard }) {
  const acts = usePlaceActs();
  const [asking, setAsking] = useState<Asking>(null);
  const { rows, ready } = useRows();
  const row = rows.find((one) => one.card.id === card.id);
  const list = href({ screen: 'destinations', place: null });
  return (
    <>
      <Bar
        title={card.name}
        crumb={{ title: frame.screens.destinations, href: list }}
        actions={
          <>
            <MenuButton
              label={words.menu.more(card.name)}
              lines={[
                {
                  id: 'seal',
                  title: card.seal === true ? words.menu.unseal : words.menu.seal,
                  icon: card.seal === true ? 'unlock' : 'lock',
                  onAction: () => setAsking('seal'),
                },
                '-',
                {
                  id: 'remove',
                  title: words.menu.remove,
                  icon: 'trash',
                  danger: true,
                  onAction: () => setAsking('remove'),
                },
              ]}
            />
            <LinkButton href={href({ screen: 'destination-edit', place: card.name })}>{words.menu.edit}</LinkButton>
          </>
        }
      />
      <Content>
        {ready && row !== undefined && <Said row={row} />}
        <div className={css.columns}>
          <div>
            <div className={css.facts}>
              <Section title={detail.where}>
                <Facts facts={whereFacts(card.settings)} />
              </Section>
              {ready && row !== undefined && <Holds row={row} />}
              <Room card={card} />
              <Sealing card={card} onAsk={() => setAsking('seal')} />
            </div>
            <Policy card={card} />
          </div>
          <Test card={card} />
        </div>
      </Content>
      <PlaceDialogs
        card={card}
        asking={asking}
        onClose={() => setAsking(null)}
        acts={acts}
        onRemoved={() => navigate({ screen: 'destinations', place: null }, 'replace')}
      />
    </>
  );
}

function Said({ row }: { row: PlaceRow }) {
  const { state, card } = row;
  return (
    <>
      <Lead text={sentenceOfPlace(leadOfPlace(row))} />
      <div className={css.standing}>
        <Badge state={stateGlyph[state.kind]}>{stateWord(state)}</Badge>
        <Badge state={card.seal === true ? 'stored' : 'none'}>{card.seal === true ? words.sealed : words.open}</Badge>
      </div>
    </>
  );
}

function Holds({ row: { card, stored, waiting, failed, newestAt } }: { row: PlaceRow }) {
  const sources = useSources().filter((source) => source.destinations.includes(card.id));
  const plans = useHeld((state) => state.plans).filter(({ plan }) => plan.destinations.includes(card.id));
  return (
    <Section title={detail.holds}>
      <Facts
        facts={[
          { name: detail.backups, value: count(stored) },
          waiting + failed === 0
            ? null
            : { name: detail.behind, value: <span className="attention">{count(waiting + failed)}</span> },
          newestAt === null ? null : { name: detail.newest, value: <Moment at={newestAt} /> },
          {
            name: detail.sources,
            value:
              sources.length === 0 ? (
                <span className="three">{detail.nothing}</span>
              ) : (
                sources.map(({ id, name }) => (
                  <a key={id} className="col" href={href({ screen: 'sources', name })}>
                    {name}
                  </a>
                ))
              ),
          },
          plans.length === 0
            ? null
            : {
                name: detail.plans,
                value: plans.map(({ plan }) => (
                  <a key={plan.id} className="col" href={href({ screen: 'plans', planId: plan.id })}>
                    {plan.name}
                  </a>
                )),
              },
        ]}
      />
    </Section>
  );
}

function Sealing({ card, onAsk }: { card: DestinationCard; onAsk: () => void }) {
  const { seal = false, settings } = card;
  const text = seal ? detail.sealedText : settings.kind === 'folder' ? detail.openHere : detail.openText;
  return (
    <Section title={detail.sealing}>
      <div className={css.sealing}>
        <p>{text}</p>
        <Button size="small" icon={seal ? 'unlock' : 'lock'} onPress={onAsk}>
          {seal ? detail.unseal : detail.seal}
        </Button>
      </div>
      <KitBox card={card} />
    </Section>
  );
}

/** Only where a test has shown that the key could delete: a policy that nobody needs is noise. */
function Policy({ card: { settings, tested } }: { card: DestinationCard }) {
  if (settings.kind !== 's3' || tested?.mayRemove !== true) return null;
  return (
    <div className={css.policy}>
      <Section title={words.policy.heading}>
        <p className="two small">{words.policy.text}</p>
        <CodeBlock text={JSON.stringify(policyWithoutDelete(settings), null, 2)} label={words.policy.label} />
      </Section>
    </div>
  );
}

function Test({ card }: { card: DestinationCard }) {
  const { destination } = useApi();
  const { test, start } = usePlaceTest();
  return (
    <PlaceTestPanel
      test={test}
      onStart={() => void start((attempt) => destination.test({ name: card.name, attempt }))}
    />
  );
}
