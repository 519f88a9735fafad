import { useState } from 'react';
import { timeZone, useNow } from '../clock.ts';
import { Bar } from '../frame/Bar.tsx';
import { PlaceAt } from '../frame/PlaceAt.tsx';
import { href, type Route } from '../route.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button, LinkButton } from '../ui/Button.tsx';
import { Content, Lead, Skeleton } from '../ui/Layout.tsx';
import { destinations as words, noteOf } from '../words/destinations.ts';
import { PlaceDetail } from './PlaceDetail.tsx';
import { PlaceTable } from './PlaceTable.tsx';
import { faultsOf, leadOf, type PlaceLead, type PlaceRow } from './standing.ts';
import { StolenKey } from './StolenKey.tsx';
import { usePlaceActs } from './use-place-acts.ts';
import { useRows } from './use-rows.ts';

/** Where backups are kept, and what could happen to them there. */
export function DestinationsScreen({ route }: { route: Extract<Route, { screen: 'destinations' }> }) {
  const { place, part } = route;
  if (place === null) return <All />;
  return (
    <PlaceAt
      place={place}
      to={(one) => ({ screen: 'destinations', place: one, ...(part === undefined ? {} : { part }) })}
    >
      {(card) => <PlaceDetail key={card.id} card={card} part={part} />}
    </PlaceAt>
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
