import { useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { type LifecycleFact, type LifecyclePreview, LifecycleWish } from '../../shared/place-admin.ts';
import { z } from '../../shared/schema.ts';
import { tell } from '../frame/shown.ts';
import { useApi } from '../store/hooks.ts';
import { Select } from '../ui/Select.tsx';
import { TextField } from '../ui/TextField.tsx';
import { lifecycleWords as words, previewedWords } from '../words/place-setup.ts';
import { Clashes } from './Clashes.tsx';
import { areDays, daysOf } from './days.ts';
import css from './Parts.module.css';
import { PreviewedDialog } from './PreviewedDialog.tsx';
import { useSaved } from './use-saved.ts';

type Typed = Record<'cold' | 'expire' | 'versions', string>;

const textOf = (days: number | null | undefined): string => (days === null || days === undefined ? '' : String(days));

/** Null: nothing is to be done, so that Holdfast's rules are taken away. Undefined: something typed is no number of days. */
function wishOf(typed: Typed, storageClass: string): LifecycleWish | null | undefined {
  const [cold, expireAfterDays, versionsAfterDays] = [typed.cold, typed.expire, typed.versions].map(daysOf);
  if (cold === null && expireAfterDays === null && versionsAfterDays === null) return null;
  const wish = { cold: cold === null ? null : { afterDays: cold, storageClass }, expireAfterDays, versionsAfterDays };
  return z.safeParse(LifecycleWish, wish).data;
}

export function LifecycleForm(props: {
  card: DestinationCard;
  fact: LifecycleFact;
  onClose: () => void;
  onSet: () => void;
}) {
  const { card, fact, onClose, onSet } = props;
  const { destination } = useApi();
  const { wish: before, classes } = fact;
  const [typed, setTyped] = useState<Typed>({
    cold: textOf(before?.cold?.afterDays),
    expire: textOf(before?.expireAfterDays),
    versions: textOf(before?.versionsAfterDays),
  });
  const [storageClass, setClass] = useState(before?.cold?.storageClass ?? classes[0]?.id ?? '');
  const [shown, setShown] = useState<LifecyclePreview | null>(null);
  const [accepted, setAccepted] = useState(false);
  const looking = useSaved(() => undefined);
  const setting = useSaved(() => {
    tell({ id: `lifecycle ${card.name}`, state: 'stored', title: words.done(card.name) });
    onSet();
  });
  const wish = wishOf(typed, storageClass);
  const look = () => {
    if (wish === undefined) return;
    setAccepted(false);
    looking.save(async () => setShown(await destination.lifecyclePreview({ name: card.id, wish })));
  };
  const refused = shown?.clashes.some(({ grade }) => grade === 'refused') === true;
  const asks = shown !== null && shown.clashes.length > 0;
  const set = () => {
    if (wish !== undefined && shown !== null)
      setting.save(() => destination.lifecycle({ name: card.id, wish, token: shown.token, accept: accepted }));
  };
  return (
    <PreviewedDialog
      title={words.dialogTitle(card.name)}
      onClose={onClose}
      isShown={shown !== null}
      look={{ act: look, pending: looking.saving, disabled: wish === undefined }}
      set={{ act: set, pending: setting.saving, disabled: refused }}
      onBack={() => setShown(null)}
      failure={looking.failure ?? setting.failure}
      accept={asks && !refused ? { words: words.accept, accepted, onAccept: setAccepted } : undefined}
    >
      {shown === null ? (
        <Fields
          typed={typed}
          onType={(part) => setTyped((now) => ({ ...now, ...part }))}
          storageClass={storageClass}
          onClass={setClass}
          classes={classes}
        />
      ) : (
        <Preview preview={shown} removes={wish === null} />
      )}
      {shown !== null && refused && <p className="danger">{words.refused}</p>}
    </PreviewedDialog>
  );
}

function Fields({
  typed,
  onType,
  storageClass,
  onClass,
  classes,
}: {
  typed: Typed;
  onType: (part: Partial<Typed>) => void;
  storageClass: string;
  onClass: (id: string) => void;
  classes: LifecycleFact['classes'];
}) {
  const wrong = (text: string) => {
    const days = daysOf(text);
    return days === null || areDays(days) ? {} : { wrong: previewedWords.daysWrong };
  };
  return (
    <>
      <p className="two">{words.dialogText}</p>
      <div className={css.pairOfFields}>
        <TextField
          label={words.coldField}
          value={typed.cold}
          onChange={(cold) => onType({ cold })}
          maxLength={6}
          disabled={classes.length === 0}
          {...wrong(typed.cold)}
        />
        <Select
          label={words.classField}
          value={storageClass}
          onChange={onClass}
          disabled={typed.cold.trim() === ''}
          options={classes.map(({ id, thawHours }) => ({ value: id, title: id, at: words.classAt(thawHours) }))}
        />
      </div>
      <TextField
        label={words.expireField}
        hint={words.expireHint}
        value={typed.expire}
        onChange={(expire) => onType({ expire })}
        maxLength={6}
        {...wrong(typed.expire)}
      />
      <TextField
        label={words.versionsField}
        value={typed.versions}
        onChange={(versions) => onType({ versions })}
        maxLength={6}
        {...wrong(typed.versions)}
      />
    </>
  );
}

function Preview({ preview, removes }: { preview: LifecyclePreview; removes: boolean }) {
  const { sets, keeps, clashes, coldNow, goneNow, notes } = preview;
  return (
    <>
      {removes ? <p>{words.nothing}</p> : <h4 className={css.minor}>{words.sets}</h4>}
      <ul className={css.lines}>
        {sets.map((rule) => (
          <li key={rule.id}>
            <span className="mono">{rule.id}</span>
            <span>{rule.words.join(' ')}</span>
          </li>
        ))}
        {coldNow.backups > 0 && <li>{words.coldNow(coldNow.backups, coldNow.sizeBytes)}</li>}
        {goneNow.backups > 0 && <li className="danger">{words.goneNow(goneNow.backups, goneNow.sizeBytes)}</li>}
        {keeps.length > 0 && <li>{words.keeps(keeps.length)}</li>}
        {notes.map((note) => (
          <li key={note} className="two">
            {note}
          </li>
        ))}
      </ul>
      <Clashes clashes={clashes} />
    </>
  );
}
