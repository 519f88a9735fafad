import { type DestinationCard } from '../../shared/destination.ts';
import { timeZone, useNow } from '../clock.ts';
import { Bar } from '../frame/Bar.tsx';
import { href, type Route } from '../route.ts';
import { useApi, useHeld } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Content, EmptyState, Lead } from '../ui/Layout.tsx';
import { frame } from '../words/frame.ts';
import { kitWords as words } from '../words/kit.ts';
import { Behind } from './Behind.tsx';
import { EnterKit } from './EnterKit.tsx';
import css from './Kit.module.css';
import { KitState } from './KitState.tsx';
import { NoKit } from './NoKit.tsx';
import { PrintKit } from './PrintKit.tsx';
import { ProveKit } from './ProveKit.tsx';

/** The paper that opens a place: made, shown to exist, entered again where this computer has lost its secret. */
export function KitScreen({ route }: { route: Extract<Route, { screen: 'kit' }> }) {
  const card = useHeld((state) => state.destinations.find(({ name }) => name === route.place));
  return (
    <>
      <Bar
        title={words.crumb(route.place)}
        crumb={
          card === undefined
            ? { title: frame.screens.destinations, href: href({ screen: 'destinations', place: null }) }
            : { title: card.name, href: href({ screen: 'destinations', place: card.name }) }
        }
      />
      <Content>
        {card === undefined ? (
          <EmptyState icon="key" title={words.noPlace(route.place)} />
        ) : (
          <Kit key={card.id} card={card} />
        )}
      </Content>
    </>
  );
}

function Kit({ card }: { card: DestinationCard }) {
  const api = useApi();
  const now = useNow();
  const { name, recovery } = card;
  // Another key has other words; the same is asked again after each proof.
  const shown = useAsked(recovery === undefined ? null : `kit ${card.id} ${recovery.keyId}`, () =>
    api.kit.show({ name }),
  );
  const lost = shown.failure?.code === 'vault.missing-secret';
  const unproven = recovery !== undefined && recovery.provenAt === null;
  return (
    <>
      <Lead
        text={words.lead(card, lost, now, timeZone())}
        note={recovery === undefined ? undefined : lost ? words.whyLost : unproven ? words.why : words.what}
      />
      {recovery === undefined ? (
        <div className={css.main}>
          <NoKit name={name} />
          <EnterKit name={name} onDone={shown.again} />
        </div>
      ) : (
        <div className={css.columns}>
          <div className={css.main}>
            {shown.failure !== null && !lost && <FailureBox failure={shown.failure} />}
            {lost ? (
              <EnterKit name={name} onDone={shown.again} />
            ) : (
              <>
                <Behind card={card} />
                <PrintKit card={card} />
                <ProveKit name={name} ask={shown.value?.ask ?? null} onDone={shown.again} />
              </>
            )}
          </div>
          <KitState card={card} lost={lost} onEntered={shown.again} />
        </div>
      )}
    </>
  );
}
