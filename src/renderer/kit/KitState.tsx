import { useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Facts } from '../ui/Facts.tsx';
import { Section } from '../ui/Layout.tsx';
import { Moment } from '../ui/Time.tsx';
import { common } from '../words/common.ts';
import { kitWords } from '../words/kit.ts';
import css from './Kit.module.css';
import { EnterKit } from './EnterKit.tsx';
import { RotateKit } from './RotateKit.tsx';

const words = kitWords.state;

/** What is known of the key and its copies. */
export function KitState({
  card,
  lost,
  onEntered,
}: {
  card: DestinationCard;
  /** Then it is entered in the middle of the screen. */
  lost: boolean;
  onEntered: () => void;
}) {
  const { name, recovery } = card;
  const [entering, setEntering] = useState(false);
  if (recovery === undefined) return null;
  const { keyId, madeAt, printedAt, provenAt, copies = [], earlier = [] } = recovery;
  const when = (at: number | null) => (at === null ? words.never : <Moment at={at} form="day" />);
  return (
    <div>
      <Section title={words.title}>
        <Facts
          facts={[
            { name: words.key, value: <span className="mono">{keyId}</span> },
            { name: words.made, value: when(madeAt) },
            { name: words.printed, value: when(printedAt ?? null) },
            { name: words.proven, value: when(provenAt) },
            copies.length === 0
              ? null
              : {
                  name: words.copies,
                  value: copies.map((copy) => (
                    <div key={copy.holder}>
                      {words.copy(copy.holder)} <Moment at={copy.provenAt} form="sentence" />
                    </div>
                  )),
                },
            earlier.length === 0
              ? null
              : {
                  name: words.earlier,
                  value: earlier.map((one) => (
                    <div key={one.keyId}>
                      <span className="mono">{words.until(one.keyId)}</span> <Moment at={one.replacedAt} form="day" />
                    </div>
                  )),
                },
          ]}
        />
      </Section>
      {!lost && (
        <div className={css.acts}>
          <RotateKit card={card} />
          <Button size="small" onPress={() => setEntering(true)}>
            {kitWords.enter.open}
          </Button>
        </div>
      )}
      <Dialog
        open={entering}
        onClose={() => setEntering(false)}
        title={kitWords.crumb(name)}
        actions={<Button onPress={() => setEntering(false)}>{common.cancel}</Button>}
      >
        <EnterKit
          card={card}
          onDone={() => {
            setEntering(false);
            onEntered();
          }}
        />
      </Dialog>
    </div>
  );
}
