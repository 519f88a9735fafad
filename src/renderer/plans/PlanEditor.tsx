import { useState } from 'react';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { type PlanCard, type PlanSettings } from '../../shared/plan.ts';
import { timeZone } from '../clock.ts';
import { Bar } from '../frame/Bar.tsx';
import { tell } from '../frame/shown.ts';
import { navigate } from '../navigate.ts';
import { href } from '../route.ts';
import { useApi, useHeld, useSources } from '../store/hooks.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Checkbox, RadioList, Switch } from '../ui/Choice.tsx';
import { ConfirmDialog } from '../ui/Dialog.tsx';
import { Content, Foot, Section } from '../ui/Layout.tsx';
import { ComboBox, Select } from '../ui/Select.tsx';
import { TextField } from '../ui/TextField.tsx';
import { plansWords as words } from '../words/plans.ts';
import { Destinations } from './Destinations.tsx';
import { useKeptForm } from './form-store.ts';
import {
  choicesWith,
  faultsOf,
  type FormFault,
  formOf,
  jitterChoicesMs,
  makeUpChoicesMs,
  type PlanForm,
  settingsOf,
  suggestedForm,
  sundayProof,
} from './form.ts';
import { freeName } from './name.ts';
import { PlanPreview } from './PlanPreview.tsx';
import scheduleCss from '../schedule/Schedule.module.css';
import css from './Plans.module.css';
import { ScheduleField } from '../schedule/ScheduleField.tsx';
import { unplanned } from './standing.ts';
import { timeZones } from './zones.ts';

/** One plan in its form; what it comes to stands beside it. */
export function PlanEditor({ card }: { card: PlanCard | null }) {
  const plans = useHeld((state) => state.plans);
  const sources = useSources();
  const first = (): PlanForm => {
    if (card !== null) return formOf(card.plan);
    const taken = plans.map((one) => one.plan.name);
    const bare = unplanned(sources, plans).map((source) => source.id);
    return suggestedForm(freeName(words.nightlyName, taken), bare, timeZone());
  };
  const { form, change, forget, changed } = useKeptForm(card?.plan.id ?? 'new', first);
  const [tried, setTried] = useState(false);
  const faults = faultsOf(form, timeZones());
  const saving = useSave(card, form, forget);
  const wrong = (fault: FormFault) => (tried && faults.includes(fault) ? words.faults[fault] : undefined);
  const list = href({ screen: 'plans', planId: null });
  return (
    <>
      <Bar title={card === null ? words.newTitle : card.plan.name} crumb={{ title: words.title, href: list }} />
      <Content>
        <div className={css.form}>
          <div className={css.fields}>
            {saving.failure !== null && <FailureBox failure={saving.failure} />}
            <TextField
              label={words.name}
              required
              value={form.name}
              maxLength={80}
              onChange={(name) => change({ name })}
              wrong={wrong('name')}
            />
            <Sources form={form} change={change} wrong={wrong('sources')} />
            <Section title={words.when} ruled>
              <div className={scheduleCss.group}>
                <ScheduleField
                  label={words.scheduleLabel}
                  value={form.backup}
                  onChange={(backup) => change({ backup })}
                  wrong={wrong('backup-time') ?? wrong('backup-cron')}
                />
                <ComboBox
                  label={words.timeZone}
                  value={form.timeZone}
                  onChange={(zone) => change({ timeZone: zone })}
                  options={timeZones().map((zone) => ({ value: zone, title: zone }))}
                  hint={words.timeZoneHere(timeZone())}
                  wrong={wrong('time-zone')}
                />
              </div>
            </Section>
            <ProofFields form={form} change={change} wrong={wrong('proof-time') ?? wrong('proof-cron')} />
            <Rules form={form} change={change} />
            <Destinations form={form} change={change} />
          </div>
          <PlanPreview form={form} />
        </div>
      </Content>
      <EditorFoot
        isNew={card === null}
        changed={changed}
        saving={saving.saving}
        onCancel={() => {
          forget();
          navigate({ screen: 'plans', planId: null });
        }}
        onSave={() => {
          setTried(true);
          if (faults.length === 0) saving.save();
        }}
        fault={tried && faults[0] !== undefined ? words.faults[faults[0]] : (saving.failure?.message ?? null)}
      />
    </>
  );
}

type Change = (part: Partial<PlanForm>) => void;

function useSave(card: PlanCard | null, form: PlanForm, forget: () => void) {
  const { plan } = useApi();
  const [saving, setSaving] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const save = () => {
    setSaving(true);
    const planId = card === null ? {} : { planId: card.plan.id };
    plan
      .save({ ...planId, settings: settingsOf(form) })
      .then(
        (saved) => {
          forget();
          tell({ id: saved.plan.id, state: 'waiting', title: words.saved(saved.plan.name), detail: saved.words });
          navigate({ screen: 'plans', planId: null });
        },
        (thrown: unknown) => setFailure(toFailure(thrown, '')),
      )
      .finally(() => setSaving(false));
  };
  return { saving, failure, save };
}

function Sources({ form, change, wrong }: { form: PlanForm; change: Change; wrong: string | undefined }) {
  const sources = useSources();
  const removed = form.sources.filter((id) => !sources.some((source) => source.id === id));
  const set = (id: PlanForm['sources'][number], on: boolean) =>
    change({ sources: on ? [...form.sources, id] : form.sources.filter((one) => one !== id) });
  return (
    <Section title={words.sources} ruled>
      <div className={css.sources} role="group" aria-label={words.sources}>
        {sources.map((source) => (
          <Checkbox
            key={source.id}
            checked={form.sources.includes(source.id)}
            onChange={(on) => set(source.id, on)}
            {...(source.sample === true ? { hint: words.sampleHint } : {})}
          >
            {source.name}
          </Checkbox>
        ))}
        {removed.map((id) => (
          <Checkbox key={id} checked onChange={() => set(id, false)}>
            {words.removedSource}
          </Checkbox>
        ))}
      </div>
      {wrong !== undefined && (
        <p className="small danger" role="alert">
          {wrong}
        </p>
      )}
    </Section>
  );
}

function ProofFields({ form, change, wrong }: { form: PlanForm; change: Change; wrong: string | undefined }) {
  const { proof } = form;
  return (
    <Section title={words.proof} ruled>
      <div className={scheduleCss.group}>
        <Select<PlanSettings['verifyEach']>
          label={words.verifyEach}
          hint={words.verifyHints[form.verifyEach]}
          value={form.verifyEach}
          onChange={(verifyEach) => change({ verifyEach })}
          options={(['read', 'restore', 'none'] as const).map((value) => ({
            value,
            title: words.verifyChoices[value],
          }))}
        />
        <Switch
          checked={proof.when === 'at'}
          onChange={(on) =>
            change({ proof: on ? { when: 'at', schedule: sundayProof(), which: 'latest' } : { when: 'never' } })
          }
        >
          {words.proofAt}
        </Switch>
        {proof.when === 'at' && (
          <>
            <ScheduleField
              label={words.proofSchedule}
              value={proof.schedule}
              onChange={(schedule) => change({ proof: { ...proof, schedule } })}
              wrong={wrong}
            />
            <RadioList
              label={words.proofWhich}
              value={proof.which}
              onChange={(which) => change({ proof: { ...proof, which } })}
              choices={(['latest', 'random-older'] as const).map((value) => ({
                value,
                title: words.whichChoices[value],
                detail: words.whichHints[value],
              }))}
            />
          </>
        )}
      </div>
    </Section>
  );
}

function Rules({ form, change }: { form: PlanForm; change: Change }) {
  return (
    <Section title={words.missed} ruled>
      <div className={scheduleCss.group}>
        <div className={css.pair}>
          <Select
            label={words.makeUp}
            hint={words.makeUpHint}
            value={String(form.makeUpWithinMs)}
            onChange={(ms) => change({ makeUpWithinMs: Number(ms) })}
            options={choicesWith(makeUpChoicesMs, form.makeUpWithinMs).map((ms) => ({
              value: String(ms),
              title: ms === 0 ? words.makeUpNever : words.makeUpWithin(ms),
            }))}
          />
          <Select
            label={words.jitter}
            hint={words.jitterHint}
            value={String(form.jitterMs)}
            onChange={(ms) => change({ jitterMs: Number(ms) })}
            options={choicesWith(jitterChoicesMs, form.jitterMs).map((ms) => ({
              value: String(ms),
              title: ms === 0 ? words.jitterNone : words.jitterUpTo(ms),
            }))}
          />
        </div>
        <Switch
          checked={form.onBattery === 'wait'}
          onChange={(wait) => change({ onBattery: wait ? 'wait' : 'run' })}
          hint={words.onBatteryHint}
        >
          {words.onBattery}
        </Switch>
        <Switch
          checked={form.onMetered === 'wait'}
          onChange={(wait) => change({ onMetered: wait ? 'wait' : 'run' })}
          hint={words.onMeteredHint}
        >
          {words.onMetered}
        </Switch>
      </div>
    </Section>
  );
}

function EditorFoot(props: {
  isNew: boolean;
  changed: boolean;
  saving: boolean;
  onCancel: () => void;
  onSave: () => void;
  /** What keeps it from being saved. */
  fault: string | null;
}) {
  const [asking, setAsking] = useState(false);
  const { isNew, changed, saving, onCancel, onSave, fault } = props;
  return (
    <Foot note={fault === null ? undefined : <span className="danger">{fault}</span>}>
      <Button onPress={() => (changed ? setAsking(true) : onCancel())}>{words.cancel}</Button>
      <Button variant="primary" pending={saving} onPress={onSave}>
        {isNew ? words.create : words.save}
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={words.discardAsk}
        confirm={words.discardYes}
        onConfirm={() => {
          setAsking(false);
          onCancel();
        }}
      >
        {words.discardText}
      </ConfirmDialog>
    </Foot>
  );
}
