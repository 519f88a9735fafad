import { useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { type ScrubSettings } from '../../shared/scrub.ts';
import { useApi } from '../store/hooks.ts';
import { ScheduleField } from '../schedule/ScheduleField.tsx';
import { fromCron, isTime, toCron } from '../schedule/schedule.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Checkbox } from '../ui/Choice.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Facts } from '../ui/Facts.tsx';
import { Section } from '../ui/Layout.tsx';
import { NumberField } from '../ui/TextField.tsx';
import { common } from '../words/common.ts';
import { readingWords } from '../words/place-parts.ts';
import { scheduleText } from '../words/schedule.ts';
import css from './Parts.module.css';
import { useSaved } from './use-saved.ts';

const words = readingWords.settings;

/** When a place is read by itself, in words; a dialog changes it. */
export function ReadingSettings({ card, settings }: { card: DestinationCard; settings: ScrubSettings }) {
  const [open, setOpen] = useState(false);
  const { on, times, withinDays, onBattery, onMetered } = settings;
  const waits = words.facts.on;
  const said =
    onBattery === 'wait' && onMetered === 'wait'
      ? waits.both
      : onBattery === 'wait'
        ? waits.battery
        : onMetered === 'wait'
          ? waits.metered
          : waits.none;
  return (
    <Section
      title={words.title}
      actions={
        <Button size="small" variant="link" onPress={() => setOpen(true)}>
          {words.change}
        </Button>
      }
    >
      {on ? (
        <Facts
          facts={[
            { name: words.facts.when, value: scheduleText(fromCron(times.cron)) },
            { name: words.facts.within, value: words.facts.days(withinDays) },
            { name: words.facts.waits, value: said },
          ]}
        />
      ) : (
        <p className="attention">{words.off}</p>
      )}
      {open && <Form card={card} settings={settings} onClose={() => setOpen(false)} />}
    </Section>
  );
}

function Form({ card, settings, onClose }: { card: DestinationCard; settings: ScrubSettings; onClose: () => void }) {
  const { scrub } = useApi();
  const [form, setForm] = useState({ ...settings, schedule: fromCron(settings.times.cron) });
  const { save, saving, failure } = useSaved(onClose);
  // A number is taken when its field is left, in the same moment as what is pressed.
  const change = (part: Partial<typeof form>) => setForm((before) => ({ ...before, ...part }));
  const { on, schedule, withinDays, onBattery, onMetered } = form;
  const wrongDays =
    Number.isInteger(withinDays) && withinDays >= 1 && withinDays <= 3650 ? undefined : words.withinWrong;
  const wrongTime = 'time' in schedule && !isTime(schedule.time) ? words.timeWrong : undefined;
  const send = () =>
    save(() =>
      scrub.change({
        name: card.id,
        settings: { on, withinDays, onBattery, onMetered, times: { ...settings.times, cron: toCron(schedule) } },
      }),
    );
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.title}
      actions={
        <>
          <Button onPress={onClose}>{common.cancel}</Button>
          <Button
            variant="primary"
            onPress={send}
            pending={saving}
            disabled={on && (wrongDays !== undefined || wrongTime !== undefined)}
          >
            {words.save}
          </Button>
        </>
      }
    >
      <div className={css.form}>
        {failure !== null && <FailureBox failure={failure} />}
        <Checkbox checked={on} onChange={(next) => change({ on: next })}>
          {words.on}
        </Checkbox>
        {on && (
          <>
            <ScheduleField
              label={words.schedule}
              value={schedule}
              onChange={(next) => change({ schedule: next })}
              wrong={wrongTime}
            />
            <NumberField
              label={words.within}
              hint={words.withinHint}
              value={withinDays}
              onChange={(next) => change({ withinDays: next })}
              min={1}
              max={3650}
              {...(wrongDays === undefined ? {} : { wrong: wrongDays })}
            />
            <Checkbox checked={onBattery === 'wait'} onChange={(wait) => change({ onBattery: wait ? 'wait' : 'run' })}>
              {words.battery}
            </Checkbox>
            <Checkbox checked={onMetered === 'wait'} onChange={(wait) => change({ onMetered: wait ? 'wait' : 'run' })}>
              {words.metered}
            </Checkbox>
          </>
        )}
      </div>
    </Dialog>
  );
}
