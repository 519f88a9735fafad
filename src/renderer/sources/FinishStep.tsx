import { useChoosePath } from '../frame/choose-path.ts';
import { Button } from '../ui/Button.tsx';
import { Checkbox } from '../ui/Choice.tsx';
import { Facts } from '../ui/Facts.tsx';
import { Fold } from '../ui/Fold.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Section } from '../ui/Layout.tsx';
import { NumberField, TextField } from '../ui/TextField.tsx';
import { addressOf, scopeInWords, sources as words } from '../words/sources.ts';
import { type FinishDraft } from './draft.ts';
import { faultText } from '../ui/fault.ts';
import { FieldFault } from '../ui/FieldFault.tsx';
import { settingsOf } from './input.ts';
import { scopeOf } from './scope.ts';
import { type Wizard } from './use-wizard.ts';
import css from './Wizard.module.css';

/** What the source is called, where its backups go, and what few people change. */
export function FinishStep({ wizard }: { wizard: Wizard }) {
  const { state, dispatch } = wizard;
  const { finish, faults, origin } = state;
  const change = (next: Partial<FinishDraft>) => dispatch({ do: 'finish', change: next });
  return (
    <div className={css.two}>
      <div className={css.form}>
        <TextField
          label={words.finish.name}
          hint={origin.kind === 'edit' ? words.finish.nameFixed : words.finish.nameHint}
          value={finish.name}
          onChange={(name) => change({ name })}
          wrong={faultText(faults.name)}
          disabled={origin.kind === 'edit'}
          maxLength={63}
        />
        <Checkbox
          checked={finish.production}
          onChange={(production) => change({ production })}
          hint={words.finish.productionText}
        >
          {words.finish.production}
        </Checkbox>
        <Places folders={finish.folders} onChange={(folders) => change({ folders })} />
        <FieldFault fault={faults.folders} />
        <Fold title={words.finish.more}>
          <div className={css.form}>
            <NumberField
              label={words.finish.compression}
              hint={words.finish.compressionText(finish.compressionLevel)}
              value={finish.compressionLevel}
              onChange={(level) => change({ compressionLevel: Number.isNaN(level) ? 1 : level })}
              min={1}
              max={19}
            />
            <Checkbox
              checked={finish.digests}
              onChange={(digests) => change({ digests })}
              hint={words.finish.digestsText}
            >
              {words.finish.digests}
            </Checkbox>
          </div>
        </Fold>
      </div>
      <Summary wizard={wizard} />
    </div>
  );
}

function Places({ folders, onChange }: { folders: readonly string[]; onChange: (folders: string[]) => void }) {
  const choosePath = useChoosePath();
  const add = async () => {
    const folder = await choosePath('folder');
    if (folder !== null && !folders.includes(folder)) onChange([...folders, folder]);
  };
  return (
    <div className={css.stack} role="group" aria-label={words.finish.places}>
      <span className={css.label}>{words.finish.places}</span>
      {folders.length === 0 && (
        <span className={css.folder}>
          <Icon name="folder" />
          {words.finish.placesDefault}
        </span>
      )}
      {folders.map((folder) => (
        <span key={folder} className={css.folder}>
          <Icon name="folder" />
          <span className="mono cut" title={folder}>
            {folder}
          </span>
          <Button
            size="small"
            variant="quiet"
            icon="x"
            label={words.finish.removeFolder(folder)}
            onPress={() => onChange(folders.filter((one) => one !== folder))}
          />
        </span>
      ))}
      <Button size="small" icon="plus" className={css.start} onPress={() => void add()}>
        {words.finish.addFolder}
      </Button>
      <span className={css.note}>{words.finish.placesHint}</span>
    </div>
  );
}

function Summary({ wizard: { state } }: { wizard: Wizard }) {
  const settings = settingsOf(state.draft);
  if (settings === null) return null;
  return (
    <Section title={words.finish.summary}>
      <Facts
        facts={[
          {
            name: settings.kind === 'sqlite' ? words.facts.file : words.facts.server,
            value: addressOf({ settings }),
          },
          settings.kind === 'postgres' ? { name: words.facts.user, value: settings.user } : null,
          settings.kind === 'postgres'
            ? { name: words.facts.databases(settings.databases.length), value: settings.databases.join(', ') }
            : null,
          settings.kind === 'postgres' ? { name: words.facts.tls, value: words.tlsShort[settings.tls.mode] } : null,
          settings.kind === 'postgres' && settings.tunnel !== undefined
            ? {
                name: words.facts.tunnel,
                value: words.facts.through([
                  ...(settings.tunnel.jump === undefined ? [] : [settings.tunnel.jump.host]),
                  settings.tunnel.server.host,
                ]),
              }
            : null,
          settings.kind === 'postgres'
            ? { name: words.facts.password, value: words.passwordOf[settings.password] }
            : null,
          { name: words.facts.what, value: scopeInWords(scopeOf(state.content)) },
        ]}
      />
    </Section>
  );
}
