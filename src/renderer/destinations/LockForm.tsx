import { useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { type LockFact, type LockPreview, type LockWish } from '../../shared/place-admin.ts';
import { tell } from '../frame/shown.ts';
import { useApi } from '../store/hooks.ts';
import { RadioList } from '../ui/Choice.tsx';
import { TextField } from '../ui/TextField.tsx';
import { lockWords as words, previewedWords } from '../words/place-setup.ts';
import { areDays, daysOf } from './days.ts';
import css from './Parts.module.css';
import { PreviewedDialog } from './PreviewedDialog.tsx';
import { useSaved } from './use-saved.ts';

type Kind = LockWish['mode'] | 'off';
const kinds: readonly Kind[] = ['governance', 'compliance', 'off'];

/** Null: what comes is not locked. Undefined: what was typed is no number of days. */
function wishOf(kind: Kind, typed: string): LockWish | null | undefined {
  if (kind === 'off') return null;
  const days = daysOf(typed);
  return areDays(days) ? { mode: kind, days } : undefined;
}

/** What a bucket locks by itself. Nobody takes it back for what was stored under it, so it is read before it is set. */
export function LockForm(props: { card: DestinationCard; fact: LockFact; onClose: () => void; onSet: () => void }) {
  const { card, fact, onClose, onSet } = props;
  const { destination } = useApi();
  const [kind, setKind] = useState<Kind>(fact.mode ?? 'governance');
  const [typed, setTyped] = useState(String(fact.days ?? 30));
  const [shown, setShown] = useState<LockPreview | null>(null);
  const [accepted, setAccepted] = useState(false);
  const looking = useSaved(() => undefined);
  const setting = useSaved(() => {
    tell({ id: `lock ${card.name}`, state: 'stored', title: words.done(card.name) });
    onSet();
  });
  const wish = wishOf(kind, typed);
  const look = () => {
    if (wish === undefined) return;
    setAccepted(false);
    looking.save(async () => setShown(await destination.lockPreview({ name: card.id, wish })));
  };
  const set = () => {
    if (wish !== undefined && shown !== null)
      setting.save(() => destination.lock({ name: card.id, wish, token: shown.token, accept: accepted }));
  };
  return (
    <PreviewedDialog
      title={words.dialogTitle(card.name)}
      onClose={onClose}
      isShown={shown !== null}
      look={{ act: look, pending: looking.saving, disabled: wish === undefined }}
      set={{ act: set, pending: setting.saving, disabled: false }}
      onBack={() => setShown(null)}
      failure={looking.failure ?? setting.failure}
      accept={shown === null ? undefined : { words: words.accept, accepted, onAccept: setAccepted }}
    >
      {shown === null ? (
        <>
          <p className="two">{words.dialogText}</p>
          <RadioList
            label={words.kindField}
            value={kind}
            onChange={setKind}
            choices={kinds.map((value) => ({ value, ...words.kinds[value] }))}
          />
          <TextField
            label={words.daysField}
            value={typed}
            onChange={setTyped}
            maxLength={6}
            disabled={kind === 'off'}
            {...(wish === undefined ? { wrong: previewedWords.daysWrong } : {})}
          />
        </>
      ) : (
        <>
          <h4 className={css.minor}>{words.means}</h4>
          <ul className={css.lines}>
            {shown.words.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </>
      )}
    </PreviewedDialog>
  );
}
