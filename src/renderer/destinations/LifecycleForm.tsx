import { useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { type LifecycleFact, type LifecyclePreview, LifecycleWish } from '../../shared/place-admin.ts';
import { z } from '../../shared/schema.ts';
import { tell } from '../frame/shown.ts';
import { useApi } from '../store/hooks.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Checkbox } from '../ui/Choice.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Select } from '../ui/Select.tsx';
import { TextField } from '../ui/TextField.tsx';
import { common } from '../words/common.ts';
import { lifecycleWords as words } from '../words/place-setup.ts';
import { Clashes } from './Clashes.tsx';
import css from './Parts.module.css';
import { useSaved } from './use-saved.ts';

type Typed = Record<'cold' | 'expire' | 'versions', string>;

const textOf = (days: number | null | undefined): string => (days === null || days === undefined ? '' : String(days));
/** NaN where it is no number. */
const daysOf = (text: string): number | null => (text.trim() === '' ? null : Number(text.trim()));

/** Null: nothing is to be done, so that Holdfast's rules are taken away. Undefined: something typed is no number of days. */
function wishOf(typed: Typed, storageClass: string): LifecycleWish | null | undefined {
  const [cold, expireAfterDays, versionsAfterDays] = [typed.cold, typed.expire, typed.versions].map(daysOf);
  if (cold === null && expireAfterDays === null && versionsAfterDays === null) return null;
  const wish = { cold: cold === null ? null : { afterDays: cold, storageClass }, expireAfterDays, versionsAfterDays };
  return z.safeParse(LifecycleWish, wish).data;
}

/** First what is wished, then what that takes away, then it is set: never the third without the second. */
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
  const failure = looking.failure ?? setting.failure;
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={words.dialogTitle(card.name)}
      actions={
        shown === null ? (
          <>
            <Button onPress={onClose}>{common.cancel}</Button>
            <Button variant="primary" onPress={look} pending={looking.saving} disabled={wish === undefined}>
              {words.preview}
            </Button>
          </>
        ) : (
          <>
            <Button onPress={() => setShown(null)}>{words.back}</Button>
            <Button
              variant="primary"
              pending={setting.saving}
              disabled={refused || (asks && !accepted)}
              onPress={() => {
                if (wish !== undefined)
                  setting.save(() =>
                    destination.lifecycle({ name: card.id, wish, token: shown.token, accept: accepted }),
                  );
              }}
            >
              {words.set}
            </Button>
          </>
        )
      }
    >
      <div className={css.form}>
        {failure !== null && <FailureBox failure={failure} />}
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
        {asks && !refused && (
          <Checkbox checked={accepted} onChange={setAccepted}>
            {words.accept}
          </Checkbox>
        )}
      </div>
    </Dialog>
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
    return days === null || (Number.isInteger(days) && days >= 1 && days <= 36_500) ? {} : { wrong: words.daysWrong };
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
