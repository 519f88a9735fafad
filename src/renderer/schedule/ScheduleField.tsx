import { Select } from '../ui/Select.tsx';
import { TextField } from '../ui/TextField.tsx';
import { plansWords as words, weekdays } from '../words/plans.ts';
import css from './Schedule.module.css';
import { presets, type Schedule, type Weekday, withKind } from './schedule.ts';

type TimedKind = Exclude<Schedule['kind'], 'preset'>;
const timed: readonly TimedKind[] = ['daily', 'working-days', 'weekly'];
/** Monday first, as the week is lived. */
const days: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 0];

/** When, in words: a time on days, one of the presets, or the five fields of cron. */
export function ScheduleField(props: {
  label: string;
  value: Schedule;
  onChange: (schedule: Schedule) => void;
  /** What is wrong with the time or the fields. */
  wrong: string | undefined;
}) {
  const { label, value, onChange, wrong } = props;
  const chosen = value.kind === 'preset' ? value.cron : value.kind;
  const choose = (option: string) => {
    const preset = presets.find((one) => one.cron === option);
    onChange(preset === undefined ? withKind(value, option as TimedKind) : { kind: 'preset', cron: preset.cron });
  };
  return (
    <div className={css.group}>
      <div className={'time' in value ? css.line : undefined}>
        <Select
          label={label}
          value={chosen}
          onChange={choose}
          options={[
            ...timed.map((kind) => ({ value: kind, title: words.kinds[kind] })),
            ...presets.map((preset) => ({ value: preset.cron, title: preset.name })),
            { value: 'cron', title: words.kinds.cron },
          ]}
        />
        {'time' in value && (
          <TextField
            label={words.time}
            value={value.time}
            placeholder="02:00"
            maxLength={5}
            onChange={(time) => onChange({ ...value, time })}
            wrong={wrong}
          />
        )}
      </div>
      {value.kind === 'weekly' && (
        <Select
          label={words.day}
          value={String(value.day)}
          onChange={(day) => onChange({ ...value, day: Number(day) as Weekday })}
          options={days.map((day) => ({ value: String(day), title: weekdays[day] }))}
        />
      )}
      {value.kind === 'cron' && (
        <TextField
          label={words.cron}
          hint={words.cronHint}
          mono
          value={value.cron}
          maxLength={200}
          onChange={(cron) => onChange({ kind: 'cron', cron })}
          wrong={wrong}
        />
      )}
    </div>
  );
}
