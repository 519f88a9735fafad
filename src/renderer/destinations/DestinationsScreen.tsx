import { useState } from 'react';
import { timeZone, useNow } from '../clock.ts';
import { Bar } from '../frame/Bar.tsx';
import { href, type Route } from '../route.ts';
import { useHeld } from '../store/hooks.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button, LinkButton } from '../ui/Button.tsx';
import { Content, EmptyState, Lead, Skeleton } from '../ui/Layout.tsx';
import { destinations as words, noteOf } from '../words/destinations.ts';
import { frame } from '../words/frame.ts';
import { PlaceDetail } from './PlaceDetail.tsx';
import { PlaceTable } from './PlaceTable.tsx';
import { faultsOf, leadOf, type PlaceLead, type PlaceRow } from './standing.ts';
import { StolenKey } from './StolenKey.tsx';
import { usePlaceActs } from './use-place-acts.ts';
import { useRows } from './use-rows.ts';

/** Where backups are kept, and what could happen to them there. */
export function DestinationsScreen({ route }: { route: Extract<Route, { screen: 'destinations' }> }) {
  const { place, part } = route;
  const card = useHeld((state) => state.destinations.find(({ name }) => name === place));
  if (place === null) return <All />;
  if (card !== undefined) return <PlaceDetail key={card.id} card={card} part={part} />;
  const list = href({ screen: 'destinations', place: null });
  return (
    <>
      <Bar title={place} crumb={{ title: frame.screens.destinations, href: list }} />
      <Content>
        <EmptyState icon="destinations" title={words.gone(place)}>
          {words.goneText}
        </EmptyState>
      </Content>
    </>
  );
}

function All() {
  const { rows, ready, failure, again } = useRows();
  const acts = usePlaceActs();
  const [testing, setTesting] = useState(false);
  const testAll = async () => {
    setTesting(true);
    await acts.test(rows.map(({ card }) => card));
    setTesting(false);
  };
  return (
    <>
      <Bar
        title={words.title}
        actions={
          <>
            <Button onPress={() => void testAll()} pending={testing}>
              {words.testAll}
            </Button>
            <LinkButton variant="primary" icon="plus" href={href({ screen: 'destination-new' })}>
              {words.add}
            </LinkButton>
          </>
        }
      />
      <Content>
        {failure !== null && (
          <FailureBox
            failure={failure}
            actions={
              <Button size="small" onPress={again}>
                {words.again}
              </Button>
            }
          />
        )}
        {ready ? (
          <>
            <Said rows={rows} />
            <PlaceTable rows={rows} acts={acts} />
            <StolenKey rows={rows} />
          </>
        ) : (
          failure === null && <Skeleton width={420} />
        )}
      </Content>
    </>
  );
}

function Said({ rows }: { rows: readonly PlaceRow[] }) {
  const now = useNow();
  const lead = leadOf(rows);
  const note = noteOf(faultsOf(rows), now, timeZone());
  const said = lead.kind === 'onlyHere' ? [words.lead.onlyHereNote, note].join(' ') : note;
  return <Lead text={sentenceOf(lead)} note={said === '' ? undefined : said} />;
}

function sentenceOf(lead: PlaceLead): string {
  const { lead: said } = words;
  switch (lead.kind) {
    case 'onlyHere':
    case 'notMeasured':
      return said[lead.kind];
    case 'unreachable':
      return said.unreachable(lead.names);
    case 'damaged':
    case 'behind':
      return said[lead.kind](lead.names, lead.copies);
    case 'nothingYet':
      return said.nothingYet(lead.places);
    case 'canDelete':
      return lead.some === 0 ? said.canDeleteNone(lead.all) : said.canDelete(lead.some, lead.all);
  }
}
