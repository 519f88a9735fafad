import { type ReactNode } from 'react';
import { timeZone, useNow } from '../clock.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { FileField } from '../ui/FileField.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Content, Foot, Lead, Section, Skeleton } from '../ui/Layout.tsx';
import { Select } from '../ui/Select.tsx';
import { TextField } from '../ui/TextField.tsx';
import { useChoosePath } from '../frame/choose-path.ts';
import { momentInSentence } from '../words/moment.ts';
import { restoreWords as words } from '../words/restore.ts';
import { dispatch } from './draft-store.ts';
import { type Inputs } from './draft.ts';
import { lackingWay, type Missing, requestOf } from './request.ts';
import css from './Restore.module.css';
import { ServerForm } from './ServerForm.tsx';
import { ArchivedNote, ThawFirstButton } from './ThawFirst.tsx';
import { databaseNameFault } from './suggest.ts';
import { type Facts } from './use-facts.ts';
import { rowsOf } from './use-backups.ts';
import { useRehearse } from './use-restore.ts';
import { type Failure } from '../../shared/failure.ts';

const change = (inputs: Partial<Inputs>): void => dispatch({ type: 'changed', inputs });

/** What is restored, and where to. */
export function PlaceStep({ inputs, facts, refused }: { inputs: Inputs; facts: Facts; refused: Failure | null }) {
  const rehearse = useRehearse();
  const asked = requestOf(inputs, facts.suggested);
  const missing = asked.ready ? null : asked.missing;
  return (
    <>
      <Content>
        <div className={css.form}>
          <Lead text={words.placeLead[inputs.goal]} note={words.placeSub} />
          <div className={css.parts}>
            {refused !== null && <FailureBox title={words.refusedTitle} failure={refused} />}
            <ArchivedNote archived={facts.archived} />
            <Section title={words.what} ruled>
              <What inputs={inputs} facts={facts} />
            </Section>
            <Section title={inputs.goal === 'move' ? words.serverHeading : words.where} ruled>
              <Where inputs={inputs} facts={facts} missing={missing} />
            </Section>
          </div>
        </div>
      </Content>
      <Foot note={missing === null ? undefined : <span id="missing">{missingText(missing, inputs)}</span>}>
        <Button icon="left" onPress={() => dispatch({ type: 'went-back' })}>
          {words.back}
        </Button>
        {facts.archived.soonest === null ? (
          <Button
            variant="primary"
            iconAfter="right"
            disabled={!asked.ready}
            describedBy={missing === null ? undefined : 'missing'}
            onPress={() => asked.ready && rehearse(asked.request)}
          >
            {words.rehearse}
          </Button>
        ) : (
          <ThawFirstButton
            archived={facts.archived}
            asked={asked}
            inputs={inputs}
            describedBy={missing === null ? undefined : 'missing'}
          />
        )}
      </Foot>
    </>
  );
}

function missingText(missing: Missing, { server }: Inputs): string {
  const lacking = missing === 'way' && server !== null ? lackingWay(server) : null;
  return lacking?.message ?? words.missing[missing];
}

function What({ inputs, facts }: { inputs: Inputs; facts: Facts }) {
  const now = useNow();
  const { manifest, databases, database, chosen } = facts;
  if (manifest.state === 'failed') return <FailureBox failure={manifest.failure} />;
  if (database === undefined || chosen === undefined) return <Skeleton width={280} />;
  const content = words.databaseFacts(database.tables.length, rowsOf(database));
  const when = words.ofBackup(momentInSentence(chosen.takenAt, now, timeZone()));
  return (
    <div className={css.lines}>
      {databases.length > 1 && (
        <Select
          label={words.databaseLabel}
          value={inputs.database ?? database.name}
          onChange={(name) => change({ database: name })}
          options={databases.map((one) => ({
            value: one.name,
            title: one.name,
            at: words.databaseFacts(one.tables.length, rowsOf(one)),
          }))}
        />
      )}
      <p className={css.fact}>
        <Icon name={facts.suggested.kind} />
        <span>
          <span className="mono">{database.name}</span>, {when}
          <small>{content}</small>
        </span>
      </p>
      {manifest.state === 'here' && manifest.value.missing.length > 0 && (
        <p className="small attention">{words.incompleteText(manifest.value.missing.join(', '))}</p>
      )}
    </div>
  );
}

function Where({ inputs, facts, missing }: { inputs: Inputs; facts: Facts; missing: Missing | null }): ReactNode {
  if (inputs.goal === 'undo') return <Original facts={facts} />;
  if (facts.suggested.kind === 'sqlite') return <NewFile inputs={inputs} facts={facts} missing={missing} />;
  if (inputs.goal === 'beside') return <NewDatabase inputs={inputs} facts={facts} />;
  return <ServerForm inputs={inputs} database={facts.database?.name ?? ''} />;
}

function Original({ facts }: { facts: Facts }) {
  const settings = facts.source?.settings;
  const name = facts.database?.name ?? '';
  const place = settings?.kind === 'postgres' ? `${name}, ${settings.host}:${settings.port}` : (settings?.file ?? name);
  return (
    <div className={css.lines}>
      <p className={css.fact}>
        <Icon name="undo" />
        <span>
          {words.originalWhere} <span className="mono">{place}</span>
          <small>{words.originalText(words.keptDays)}</small>
        </span>
      </p>
      <p className={css.fact}>
        <Icon name="info" />
        <span className="small two">{words.originalStops}</span>
      </p>
    </div>
  );
}

function NewDatabase({ inputs, facts }: { inputs: Inputs; facts: Facts }) {
  const settings = facts.source?.settings;
  const value = inputs.besideName ?? facts.suggested.besideName;
  const fault = databaseNameFault(value);
  return (
    <TextField
      label={words.newDatabase}
      mono
      required
      value={value}
      onChange={(besideName) => change({ besideName })}
      hint={words.newDatabaseHint(settings?.kind === 'postgres' ? `${settings.host}:${settings.port}` : '')}
      wrong={fault === null ? undefined : words.missing[`name-${fault}`]}
    />
  );
}

function NewFile({ inputs, facts, missing }: { inputs: Inputs; facts: Facts; missing: Missing | null }) {
  const choosePath = useChoosePath();
  const { folder, besideName } = facts.suggested;
  const choose = () => choosePath('restore-file', inputs.besideName ?? besideName);
  const elsewhere = inputs.file !== null || folder === null;
  if (elsewhere)
    return (
      <div className={css.lines}>
        <FileField
          label={words.newFile}
          hint={words.newFileHint}
          icon="sqlite"
          value={inputs.file ?? ''}
          onChange={(file) => change({ file })}
          choose={choose}
        />
        {folder !== null && (
          <span>
            <Button variant="link" onPress={() => change({ file: null })}>
              {words.fileBeside(folder)}
            </Button>
          </span>
        )}
      </div>
    );
  return (
    <div className={css.lines}>
      <TextField
        label={words.newFile}
        mono
        required
        value={inputs.besideName ?? besideName}
        onChange={(name) => change({ besideName: name })}
        hint={words.newFileIn(folder)}
        wrong={missing === 'file-name' ? words.missing['file-name'] : undefined}
      />
      <span>
        <Button
          onPress={() => {
            void choose().then((file) => {
              if (file !== null) change({ file });
            });
          }}
        >
          {words.chooseFile}
        </Button>
      </span>
    </div>
  );
}
