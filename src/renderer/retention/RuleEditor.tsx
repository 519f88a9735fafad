import { retentionPresets } from '../../shared/retention-presets.ts';
import {
  usualAskAbove,
  type RetentionLook,
  type RetentionRule,
  type RetentionSettings,
} from '../../shared/retention.ts';
import { timeZone } from '../clock.ts';
import { Checkbox } from '../ui/Choice.tsx';
import { NumberField } from '../ui/TextField.tsx';
import { Select } from '../ui/Select.tsx';
import { listed } from '../words/number.ts';
import { type Mark, retentionWords as words } from '../words/retention.ts';
import { markClass } from './Calendar.tsx';
import css from './Retention.module.css';
import {
  amountNames,
  askAboveOf,
  hasOwnRule,
  noRule,
  plain,
  presetOf,
  ruleAt,
  withOwnRule,
  withRuleAt,
  type AmountName,
} from './rule.ts';

const marksOfAmounts: Record<AmountName, Mark> = {
  keepLast: 'last',
  daily: 'daily',
  weekly: 'weekly',
  monthly: 'monthly',
  yearly: 'yearly',
  keepDays: 'age',
};
const gigabyte = 1_000_000_000;
const everything = ' everything';
const ownNumbers = ' own';
const orNull = (value: number): number | null => (Number.isNaN(value) || value < 1 ? null : value);

export interface EditorProps {
  look: RetentionLook;
  /** Whose calendar stands beside it. */
  source: string;
  /** Which of the owners is edited. */
  owner: number;
  onOwner: (index: number) => void;
  saved: RetentionSettings;
  draft: RetentionSettings;
  onDraft: (draft: RetentionSettings) => void;
  place: RetentionLook['places'][number] | null;
}

/** What is kept: numbers, a size, and when a person is asked. Nothing holds before it is applied. */
export function RuleEditor(props: EditorProps) {
  const { look, saved, draft, onDraft, place } = props;
  const destination = place?.destination ?? null;
  const rule = ruleAt(draft, destination);
  const shown = rule ?? noRule(timeZone());
  const before = ruleAt(saved, destination);
  const change = (next: Partial<RetentionRule>): void =>
    onDraft(withRuleAt(draft, destination, plain({ ...shown, ...next })));
  const owner = look.owners[props.owner];
  const others = (owner?.sources ?? []).filter((name) => name !== props.source);
  return (
    <>
      <h3 className={css.heading}>{words.keep}</h3>
      <Owner {...props} />
      {others.length > 0 && <p className="three small">{words.alsoFor(listed(others))}</p>}
      <Preset rule={rule} onRule={(next) => onDraft(withRuleAt(draft, destination, next))} />
      <ul className={css.keep}>
        {amountNames.map((name) => (
          <li key={name}>
            <i className={markClass(marksOfAmounts[name])} aria-hidden="true">
              {words.letters[marksOfAmounts[name]]}
            </i>
            <span className="medium" aria-hidden="true">
              {words.amounts[name].title}
            </span>
            <NumberField
              label={`${words.amounts[name].title}, ${words.amounts[name].note}`}
              hideLabel
              min={0}
              max={100_000}
              value={shown[name] ?? Number.NaN}
              onChange={(value) => change({ [name]: orNull(value) })}
            />
            <span className="three">
              {(before?.[name] ?? null) === shown[name] ? words.amounts[name].note : words.was(before?.[name] ?? null)}
            </span>
          </li>
        ))}
      </ul>
      <div className={css.options}>
        <Checkbox checked disabled onChange={() => {}} hint={words.neverProvenHint}>
          {words.neverProven}
        </Checkbox>
        <Size maxBytes={shown.maxBytes} onSize={(maxBytes) => change({ maxBytes })} />
        <Asking draft={draft} onDraft={onDraft} />
        {place !== null && look.places.length > 1 && (
          <Checkbox
            checked={hasOwnRule(draft, place.destination)}
            onChange={(own) => onDraft(withOwnRule(draft, place.destination, own))}
          >
            {words.ownRule(place.place)}
          </Checkbox>
        )}
      </div>
      {rule !== null && <p className="three small">{words.zone(rule.timeZone)}</p>}
    </>
  );
}

function Owner({ look, owner, onOwner }: EditorProps) {
  if (look.owners.length < 2) return null;
  return (
    <Select
      label={words.owner}
      value={String(owner)}
      onChange={(value) => onOwner(Number(value))}
      options={look.owners.map(({ name }, index) => ({ value: String(index), title: words.ownerPlan(name) }))}
    />
  );
}

function Preset({ rule, onRule }: { rule: RetentionRule | null; onRule: (rule: RetentionRule | null) => void }) {
  const preset = presetOf(rule);
  const value = rule === null ? everything : (preset ?? ownNumbers);
  return (
    <Select
      label={words.preset}
      value={value}
      onChange={(name) => {
        const chosen = retentionPresets.find((one) => one.name === name);
        if (name === everything) onRule(null);
        else if (chosen !== undefined) onRule({ ...chosen.rule, timeZone: rule?.timeZone ?? timeZone() });
      }}
      options={[
        { value: everything, title: words.everythingPreset },
        ...retentionPresets.map(({ name, detail }) => ({ value: name, title: detail })),
        ...(value === ownNumbers ? [{ value: ownNumbers, title: words.ownPreset }] : []),
      ]}
    />
  );
}

function Size({ maxBytes, onSize }: { maxBytes: number | null; onSize: (maxBytes: number | null) => void }) {
  return (
    <div className={css.option}>
      <Checkbox checked={maxBytes !== null} onChange={(on) => onSize(on ? 20 * gigabyte : null)}>
        {words.maxSize}
      </Checkbox>
      {maxBytes !== null && (
        <NumberField
          label={words.gigabytes}
          min={1}
          max={1_000_000}
          value={Math.max(1, Math.round(maxBytes / gigabyte))}
          onChange={(value) => onSize((orNull(value) ?? 1) * gigabyte)}
        />
      )}
    </div>
  );
}

function Asking({ draft, onDraft }: Pick<EditorProps, 'draft' | 'onDraft'>) {
  const askAbove = askAboveOf(draft);
  return (
    <div className={css.option}>
      <Checkbox
        checked={askAbove !== null}
        onChange={(on) => onDraft({ ...draft, askAbove: on ? usualAskAbove : null })}
      >
        {words.ask}
      </Checkbox>
      {askAbove !== null && (
        <NumberField
          label={words.askAbove}
          min={1}
          max={100_000}
          value={askAbove}
          onChange={(value) => onDraft({ ...draft, askAbove: orNull(value) ?? usualAskAbove })}
        />
      )}
    </div>
  );
}
