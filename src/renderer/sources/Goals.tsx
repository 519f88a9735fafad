import { useState } from 'react';
import { toFailure } from '../../shared/failure.ts';
import { type SourceStanding } from '../../shared/overview.ts';
import { type Goals as GoalsOfSource, type Source } from '../../shared/source.ts';
import { useNow } from '../clock.ts';
import { useApi } from '../store/hooks.ts';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Bullets, type BulletLine } from '../ui/chart/Bullets.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Section } from '../ui/Layout.tsx';
import { Select } from '../ui/Select.tsx';
import { common } from '../words/common.ts';
import { sources } from '../words/sources.ts';

const words = sources.goals;
const hourMs = 3_600_000;
const lossChoicesMs = [1, 4, 12, 24, 26, 48, 7 * 24, 31 * 24].map((hours) => hours * hourMs);
const timeChoicesMs = [1 / 12, 1 / 4, 1 / 2, 1, 2, 4, 8, 24].map((hours) => hours * hourMs);
/** What stands for no goal in a list of times. */
const none = 'none';

/** What was promised of a source, and whether it holds by what was measured (SV-12). */
export function Goals({ source, standing }: { source: Source; standing: SourceStanding | undefined }) {
  const [open, setOpen] = useState(false);
  const now = useNow();
  const goals = source.goals;
  return (
    <Section
      title={words.heading}
      note={goals === undefined ? undefined : words.measured}
      actions={
        <Button size="small" onPress={() => setOpen(true)}>
          {goals === undefined ? words.set : words.change}
        </Button>
      }
    >
      {goals === undefined ? (
        <p className="small three">{words.none}</p>
      ) : (
        <Bullets lines={linesOf(goals, standing, now)} />
      )}
      {open && <GoalsDialog source={source} onClose={() => setOpen(false)} />}
    </Section>
  );
}

function linesOf(goals: GoalsOfSource, standing: SourceStanding | undefined, now: number): BulletLine[] {
  const provenUntil = standing?.provenUntil ?? null;
  const loss = provenUntil === null ? null : Math.max(0, now - provenUntil);
  const restoreMs = standing?.restoreMs ?? null;
  const time = restoreMs === null ? null : restoreMs + (standing?.thawMs ?? 0);
  return [
    {
      name: words.loss,
      value: loss,
      target: goals.rpoMs,
      label: loss === null ? words.nothingProven : words.lossLabel(loss, goals.rpoMs),
      text: loss === null ? words.unmeasured(words.nothingProven, goals.rpoMs) : words.value(loss, goals.rpoMs),
    },
    {
      name: words.time,
      value: time,
      target: goals.rtoMs,
      label: time === null ? words.never : words.timeLabel(time, goals.rtoMs),
      text: time === null ? words.unmeasured(words.never, goals.rtoMs) : words.value(time, goals.rtoMs),
    },
  ];
}

function GoalsDialog({ source, onClose }: { source: Source; onClose: () => void }) {
  const api = useApi();
  const [rpoMs, setRpo] = useState(source.goals?.rpoMs ?? null);
  const [rtoMs, setRto] = useState(source.goals?.rtoMs ?? null);
  const [pending, setPending] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const save = async () => {
    setPending(true);
    try {
      await api.source.setGoals({ name: source.name, rpoMs, rtoMs });
      onClose();
    } catch (thrown) {
      const { message, hint } = toFailure(thrown, '');
      setFault(`${message} ${hint}`);
      setPending(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.title(source.name)}
      actions={
        <>
          <Button onPress={onClose}>{common.cancel}</Button>
          <Button variant="primary" onPress={() => void save()} pending={pending}>
            {words.save}
          </Button>
        </>
      }
    >
      <TimeChoice label={words.loss} hint={words.lossHint} value={rpoMs} onChange={setRpo} choicesMs={lossChoicesMs} />
      <TimeChoice label={words.time} hint={words.timeHint} value={rtoMs} onChange={setRto} choicesMs={timeChoicesMs} />
      {fault !== null && <Banner tone="danger" title={fault} />}
    </Dialog>
  );
}

function TimeChoice({
  label,
  hint,
  value,
  onChange,
  choicesMs,
}: {
  label: string;
  hint: string;
  value: number | null;
  onChange: (ms: number | null) => void;
  choicesMs: readonly number[];
}) {
  // One that was set in the terminal is in the list as well.
  const all = value === null || choicesMs.includes(value) ? choicesMs : [...choicesMs, value].toSorted((a, b) => a - b);
  return (
    <Select
      label={label}
      hint={hint}
      value={value === null ? none : String(value)}
      onChange={(chosen) => onChange(chosen === none ? null : Number(chosen))}
      options={[
        { value: none, title: words.noGoal },
        ...all.map((ms) => ({ value: String(ms), title: words.choice(ms) })),
      ]}
    />
  );
}
