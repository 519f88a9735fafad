import { useState } from 'react';
import { type JobResult } from '../../shared/contract/job-result.ts';
import { type Failure } from '../../shared/failure.ts';
import { Bar } from '../frame/Bar.tsx';
import { navigate } from '../navigate.ts';
import { placeIcon } from '../frame/place-icon.ts';
import { isNoKit, isWholeKit, KitDigits } from '../kit/KitDigits.tsx';
import { href } from '../route.ts';
import { useApi, useHeld } from '../store/hooks.ts';
import { useJobRun, type JobRun } from '../store/use-job-run.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Content, Foot, Lead, Section } from '../ui/Layout.tsx';
import { ProgressBar } from '../ui/Progress.tsx';
import { Select } from '../ui/Select.tsx';
import { TextField } from '../ui/TextField.tsx';
import { faultText } from '../ui/fault.ts';
import { destinations } from '../words/destinations.ts';
import { foundWords as words } from '../words/found.ts';
import { frame } from '../words/frame.ts';
import { percent } from '../words/number.ts';
import { checkName, checkWhere, settingsOf } from './check.ts';
import { newPlace, secretOf, suggestedName, type PlaceDraft, type PlaceFaults, type PlaceKind } from './draft.ts';
import { faultsOf } from './fault-field.ts';
import { FoundList } from './FoundList.tsx';
import { type PlaceForm } from './use-place-wizard.ts';
import { WhereFields } from './WhereStep.tsx';
import css from '../frame/Wizard.module.css';

const kinds: readonly PlaceKind[] = ['folder', 's3', 'azure', 'sftp'];

/** From an empty computer, a place and a kit to every backup that lies there. */
export function FoundScreen() {
  const finder = useFinder();
  const { run } = finder.job;
  const report = run.state === 'over' ? run.result.find : undefined;
  const list = href({ screen: 'destinations', place: null });
  return (
    <>
      <Bar title={words.title} crumb={{ title: frame.screens.destinations, href: list }} />
      {report !== undefined ? (
        <FoundList report={report} />
      ) : run.state === 'running' || run.state === 'asking' ? (
        <Looking run={run} onStop={finder.job.cancel} />
      ) : (
        <Asking finder={finder} />
      )}
    </>
  );
}

interface Finder {
  form: PlaceForm;
  kit: string;
  setKit: (kit: string) => void;
  cut: boolean;
  failure: Failure | null;
  job: ReturnType<typeof useJobRun>;
  look: () => void;
}

/** What was typed lives here alone: there are secrets among it. */
function useFinder(): Finder {
  const api = useApi();
  const taken = useHeld((state) => state.destinations).map(({ name }) => name);
  const [draft, setDraft] = useState<PlaceDraft>(newPlace);
  const [secret, setSecret] = useState('');
  const [kit, setKit] = useState('');
  const [faults, setFaults] = useState<PlaceFaults>({});
  const [cut, setCut] = useState(false);
  const job = useJobRun();
  const change = (part: Partial<PlaceDraft>) => {
    setFaults({});
    setDraft((before) => {
      const next = { ...before, ...part };
      return next.nameIsOwn ? next : { ...next, name: suggestedName(next, taken) };
    });
  };
  const look = () => {
    const settings = settingsOf(draft);
    const found = { ...checkWhere(draft, secret, false), ...checkName(draft.name, taken) };
    const half = !isNoKit(kit) && !isWholeKit(kit);
    setFaults(found);
    setCut(half);
    if (Object.keys(found).length > 0 || half || settings === null) return;
    job.start(() =>
      api.destination.found({
        name: draft.name.trim(),
        settings,
        ...(secret === '' || secretOf(draft) === 'none' ? {} : { secret }),
        ...(isNoKit(kit) ? {} : { kit }),
      }),
    );
  };
  const failure = failureOf(job.run);
  const answered = failure === null ? null : faultsOf(failure, draft);
  const form = {
    card: null,
    draft,
    change: (part: Partial<PlaceDraft>) => {
      job.reset();
      change(part);
    },
    secret,
    setSecret,
    secretKept: false,
    faults: { ...answered, ...faults },
  };
  return { form, kit, setKit, cut, failure, job, look };
}

function failureOf(run: JobRun): Failure | null {
  if (run.state === 'refused') return run.failure;
  return run.state === 'over' ? failureOfJob(run.result) : null;
}

const failureOfJob = ({ job }: JobResult): Failure | null => (job.state === 'failed' ? job.failure : null);

function Asking({ finder }: { finder: Finder }) {
  const { form, kit, setKit, cut, failure, job, look } = finder;
  const { draft, change, faults } = form;
  const stopped = job.run.state === 'over' && job.run.result.job.state === 'cancelled';
  return (
    <>
      <Content>
        <form
          className={css.wizard}
          aria-label={words.title}
          onSubmit={(event) => {
            event.preventDefault();
            look();
          }}
        >
          <Lead text={words.lead} note={words.note} />
          {stopped && <p className="two">{words.stopped}</p>}
          {failure !== null && (
            <div className={css.failure}>
              <FailureBox failure={failure} title={words.failed} />
            </div>
          )}
          <div className={css.two}>
            <div className={css.form}>
              <Select<PlaceKind>
                label={words.kind}
                value={draft.kind}
                onChange={(kind) => change({ kind })}
                options={kinds.map((value) => ({
                  value,
                  title: destinations.kindTitles[value],
                  icon: placeIcon[value],
                }))}
              />
              <WhereFields wizard={form} />
              <TextField
                label={words.name}
                value={draft.name}
                onChange={(name) => change({ name, nameIsOwn: true })}
                wrong={faultText(faults.name)}
                maxLength={255}
              />
            </div>
            <Section title={words.kit}>
              <div className={css.form}>
                <p className="two small">{words.kitText}</p>
                <KitDigits value={kit} onChange={setKit} wrong={cut ? words.cut : undefined} />
              </div>
            </Section>
          </div>
          {/* Enter in any field looks. */}
          <input type="submit" hidden />
        </form>
      </Content>
      <Foot>
        <Button variant="quiet" onPress={() => navigate({ screen: 'overview' })}>
          {words.cancel}
        </Button>
        <Button variant="primary" icon="search" onPress={look}>
          {words.act}
        </Button>
      </Foot>
    </>
  );
}

function Looking({ run, onStop }: { run: JobRun; onStop: () => void }) {
  const job = run.state === 'running' ? run.job : null;
  const progress = job?.progress ?? null;
  const value = progress === null ? null : percent(progress.bytes, progress.totalBytes);
  return (
    <>
      <Content>
        <Lead text={words.looking} calm />
        <div className={css.single}>
          <span className="small two">{progress?.table ?? progress?.phase ?? ''}</span>
          <ProgressBar label={words.looking} value={value} />
        </div>
      </Content>
      <Foot>
        <Button icon="stop" onPress={onStop} disabled={run.state !== 'running'} pending={job?.state === 'cancelling'}>
          {words.stop}
        </Button>
      </Foot>
    </>
  );
}
