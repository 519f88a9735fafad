import { type DestinationCard } from '../../shared/destination.ts';
import { timeZone, useNow } from '../clock.ts';
import { Bar } from '../frame/Bar.tsx';
import { PlaceAt } from '../frame/PlaceAt.tsx';
import { href, type Route } from '../route.ts';
import { useApi } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Content, Lead } from '../ui/Layout.tsx';
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
  return (
    <PlaceAt place={route.place} to={(place) => ({ screen: 'kit', place })}>
      {(card) => (
        <>
          <Bar
            title={words.crumb(card.name)}
            crumb={{ title: card.name, href: href({ screen: 'destinations', place: card.id }) }}
          />
          <Content>
            <Kit key={card.id} card={card} />
          </Content>
        </>
      )}
    </PlaceAt>
  );
}

function Kit({ card }: { card: DestinationCard }) {
  const api = useApi();
  const now = useNow();
  const { id: place, recovery } = card;
  // Another key has other words; the same is asked again after each proof.
  const shown = useAsked(recovery === undefined ? null : `kit ${card.id} ${recovery.keyId}`, () =>
    api.kit.show({ name: place }),
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
          <NoKit card={card} />
          <EnterKit card={card} onDone={shown.again} />
        </div>
      ) : (
        <div className={css.columns}>
          <div className={css.main}>
            {shown.failure !== null && !lost && <FailureBox failure={shown.failure} />}
            {lost ? (
              <EnterKit card={card} onDone={shown.again} />
            ) : (
              <>
                <Behind card={card} />
                <PrintKit card={card} />
                <ProveKit card={card} ask={shown.value?.ask ?? null} onDone={shown.again} />
              </>
            )}
          </div>
          <KitState card={card} lost={lost} onEntered={shown.again} />
        </div>
      )}
    </>
  );
}
