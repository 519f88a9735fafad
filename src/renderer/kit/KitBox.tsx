import { type ReactNode } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { timeZone, useNow } from '../clock.ts';
import { href } from '../route.ts';
import { LinkButton } from '../ui/Button.tsx';
import { Glyph } from '../ui/Icon.tsx';
import { momentInSentence } from '../words/moment.ts';
import { kitWords } from '../words/kit.ts';
import css from './Kit.module.css';

const words = kitWords.box;

/** The kit of a place in short: where the place itself is shown, and `named` where the kits of several are. */
export function KitBox({ card, named = false }: { card: DestinationCard; named?: boolean }) {
  const now = useNow();
  const { id, name, recovery } = card;
  if (recovery === undefined) return null;
  const { printedAt, provenAt, copies = [] } = recovery;
  const when = (at: number): string => momentInSentence(at, now, timeZone());
  const to = href({ screen: 'kit', place: id });
  const act = printedAt === undefined && provenAt === null ? words.print : provenAt === null ? words.prove : words.open;
  return (
    <section className={css.box} aria-label={kitWords.crumb(name)}>
      <h3>{named ? kitWords.crumb(name) : kitWords.title}</h3>
      {!named && <p className="two small">{kitWords.what}</p>}
      <ul>
        <Line state={provenAt === null ? 'attention' : 'proven'}>
          {provenAt === null ? words.unproven : words.proven(when(provenAt))}
        </Line>
        <Line state={printedAt === undefined ? 'none' : 'stored'}>
          {printedAt === undefined ? words.neverPrinted : words.printed(when(printedAt))}
        </Line>
        {copies.map((copy) => (
          <Line key={copy.holder} state="stored">
            {`${kitWords.state.copy(copy.holder)} ${when(copy.provenAt)}`}
          </Line>
        ))}
      </ul>
      <LinkButton size="small" href={to} label={words.label(act, name)}>
        {act}
      </LinkButton>
    </section>
  );
}

function Line({ state, children }: { state: 'attention' | 'proven' | 'stored' | 'none'; children: ReactNode }) {
  return (
    <li>
      <Glyph state={state} />
      <span>{children}</span>
    </li>
  );
}
