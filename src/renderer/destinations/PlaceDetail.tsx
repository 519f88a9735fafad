import { useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { Bar } from '../frame/Bar.tsx';
import { Behind } from '../kit/Behind.tsx';
import { KitBox } from '../kit/KitBox.tsx';
import { SealKeys } from '../kit/SealKeys.tsx';
import { navigate } from '../navigate.ts';
import { href, type PlacePart, placeParts } from '../route.ts';
import { useApi, useHeld, useSources } from '../store/hooks.ts';
import { Badge } from '../ui/Badge.tsx';
import { Button, LinkButton } from '../ui/Button.tsx';
import { Facts } from '../ui/Facts.tsx';
import { Content, Lead, Section } from '../ui/Layout.tsx';
import { MenuButton } from '../ui/Menu.tsx';
import { PartLinks } from '../ui/PartLinks.tsx';
import { Moment } from '../ui/Time.tsx';
import { destinations as words, sentenceOfPlace } from '../words/destinations.ts';
import { placeDetail } from '../words/place-detail.ts';
import { frame } from '../words/frame.ts';
import { count } from '../words/number.ts';
import { placeParts as partWords } from '../words/place-parts.ts';
import { Copies } from './Copies.tsx';
import css from './Destinations.module.css';
import { whereFacts } from './facts.tsx';
import { stateGlyph, stateWord } from './PlaceCells.tsx';
import { Limits } from './Limits.tsx';
import partCss from './Parts.module.css';
import { PlaceDialogs, type Asking } from './PlaceDialogs.tsx';
import { PlaceTestPanel } from './PlaceTestPanel.tsx';
import { Protection } from './Protection.tsx';
import { Reading } from './Reading.tsx';
import { Room } from './Room.tsx';
import { leadOfPlace, type PlaceRow } from './standing.ts';
import { type PlaceActs, usePlaceActs } from './use-place-acts.ts';
import { usePlaceTest } from './use-place-test.ts';
import { useRows } from './use-rows.ts';

const { detail } = placeDetail;

/** One place: where it is, what it holds, whether that is sealed, and whether it works now. */
export function PlaceDetail({ card, part }: { card: DestinationCard; part: PlacePart | undefined }) {
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
            <LinkButton href={href({ screen: 'destination-edit', place: card.id })}>{words.menu.edit}</LinkButton>
          </>
        }
      />
      <Content>
        {ready && row !== undefined && <Said row={row} />}
        {part === undefined && <Behind card={card} />}
        <Parts card={card} row={ready ? row : undefined} current={part} />
        <Part card={card} row={ready ? row : undefined} current={part} acts={acts} onAsk={() => setAsking('seal')} />
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

/** What waits in a part stands beside its name, so that nobody has to open it to know. */
function Parts({
  card,
  row,
  current,
}: {
  card: DestinationCard;
  row: PlaceRow | undefined;
  current: PlacePart | undefined;
}) {
  const late = (row?.waiting ?? 0) + (row?.failed ?? 0);
  const damaged = row?.damaged ?? 0;
  const numbers: Partial<Record<PlacePart, number>> = {
    ...(late > 0 ? { copies: late } : {}),
    ...(damaged > 0 ? { reading: damaged } : {}),
  };
  const first = { title: partWords.first, href: href({ screen: 'destinations', place: card.id }) };
  const links = placeParts.map((part) => ({
    title: partWords.titles[part],
    href: href({ screen: 'destinations', place: card.id, part }),
    number: numbers[part],
  }));
  return (
    <div className={partCss.parts}>
      <PartLinks
        label={partWords.label}
        links={[first, ...links]}
        current={current === undefined ? 0 : placeParts.indexOf(current) + 1}
      />
    </div>
  );
}

function Part({
  card,
  row,
  current,
  acts,
  onAsk,
}: {
  card: DestinationCard;
  row: PlaceRow | undefined;
  current: PlacePart | undefined;
  acts: PlaceActs;
  onAsk: () => void;
}) {
  switch (current) {
    case 'copies':
      return <Copies card={card} acts={acts} />;
    case 'reading':
      return <Reading card={card} />;
    case 'protection':
      return <Protection card={card} />;
    case undefined:
      return (
        <div className={css.columns}>
          <div className={css.facts}>
            <Section title={detail.where}>
              <Facts facts={whereFacts(card.settings)} />
            </Section>
            {row !== undefined && <Holds row={row} />}
            <Room card={card} />
            <Limits card={card} />
          </div>
          <div>
            <Test card={card} />
            <Sealing card={card} onAsk={onAsk} />
          </div>
        </div>
      );
  }
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
      {seal && <SealKeys card={card} />}
    </Section>
  );
}

function Test({ card }: { card: DestinationCard }) {
  const { destination } = useApi();
  const { test, start } = usePlaceTest();
  return (
    <PlaceTestPanel test={test} onStart={() => void start((attempt) => destination.test({ name: card.id, attempt }))} />
  );
}
