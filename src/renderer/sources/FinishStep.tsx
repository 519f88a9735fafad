import { type DestinationCard } from '../../shared/destination.ts';
import { useChoosePath } from '../frame/choose-path.ts';
import { PlaceChoices } from '../frame/PlaceChoices.tsx';
import { href } from '../route.ts';
import { useHeld } from '../store/hooks.ts';
import { Button } from '../ui/Button.tsx';
import { Checkbox } from '../ui/Choice.tsx';
import { Facts } from '../ui/Facts.tsx';
import { Fold } from '../ui/Fold.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Section } from '../ui/Layout.tsx';
import { Select } from '../ui/Select.tsx';
import { NumberField, TextField } from '../ui/TextField.tsx';
import { direct } from '../words/direct.ts';
import { addressOf, scopeInWords, sources as words } from '../words/sources.ts';
import { sourceWizard } from '../words/source-wizard.ts';
import { type FinishDraft } from './draft.ts';
import { faultText } from '../ui/fault.ts';
import { FieldFault } from '../ui/FieldFault.tsx';
import { settingsOf } from './input.ts';
import { chosenPlaces } from './places.ts';
import { scopeOf } from './scope.ts';
import { type Wizard } from './use-wizard.ts';
import wizardCss from '../frame/Wizard.module.css';
import wayCss from '../frame/WayFields.module.css';
import css from './Wizard.module.css';

/** What the source is called, where its backups go, and what few people change. */
export function FinishStep({ wizard }: { wizard: Wizard }) {
  const { state, dispatch } = wizard;
  const { finish, faults, origin } = state;
  const change = (next: Partial<FinishDraft>) => dispatch({ do: 'finish', change: next });
  return (
    <div className={wizardCss.two}>
      <div className={wizardCss.form}>
        <TextField
          label={sourceWizard.finish.name}
          hint={origin.kind === 'edit' ? sourceWizard.finish.nameFixed : sourceWizard.finish.nameHint}
          value={finish.name}
          onChange={(name) => change({ name })}
          wrong={faultText(faults.name)}
          disabled={origin.kind === 'edit'}
          maxLength={63}
        />
        <Checkbox
          checked={finish.production}
          onChange={(production) => change({ production })}
          hint={sourceWizard.finish.productionText}
        >
          {sourceWizard.finish.production}
        </Checkbox>
        <Places finish={finish} change={change} />
        <FieldFault fault={faults.folders} />
        <Fold title={sourceWizard.finish.more}>
          <div className={wizardCss.form}>
            <NumberField
              label={sourceWizard.finish.compression}
              hint={sourceWizard.finish.compressionText(finish.compressionLevel)}
              value={finish.compressionLevel}
              onChange={(level) => change({ compressionLevel: Number.isNaN(level) ? 1 : level })}
              min={1}
              max={19}
            />
            <Checkbox
              checked={finish.digests}
              onChange={(digests) => change({ digests })}
              hint={sourceWizard.finish.digestsText}
            >
              {sourceWizard.finish.digests}
            </Checkbox>
            <Select
              label={direct.choice}
              hint={direct.choiceText[finish.direct ?? 'never']}
              value={finish.direct ?? 'never'}
              onChange={(value) => change({ direct: value === 'never' ? null : value })}
              options={(['never', 'when-full', 'always'] as const).map((value) => ({
                value,
                title: direct.choices[value],
              }))}
            />
          </div>
        </Fold>
      </div>
      <Summary wizard={wizard} />
    </div>
  );
}

/** All known places, and folders that become one. */
function Places({ finish, change }: { finish: FinishDraft; change: (next: Partial<FinishDraft>) => void }) {
  const choosePath = useChoosePath();
  const destinations = useHeld((state) => state.destinations);
  const { folders, places } = chosenPlaces(finish, destinations);
  const known = new Set(destinations.flatMap(({ settings }) => (settings.kind === 'folder' ? [settings.path] : [])));
  const add = async () => {
    const folder = await choosePath('folder');
    if (folder !== null && !folders.includes(folder)) change({ places, folders: [...folders, folder] });
  };
  const without = (folder: string) => change({ places, folders: folders.filter((one) => one !== folder) });
  const toggle = ({ name, settings }: DestinationCard, on: boolean) => {
    if (settings.kind !== 'folder')
      change({ folders, places: on ? [...places, name] : places.filter((one) => one !== name) });
    else if (on) change({ places, folders: [...folders, settings.path] });
    else without(settings.path);
  };
  return (
    <div className={wayCss.stack} role="group" aria-label={sourceWizard.finish.places}>
      <span className={wayCss.label}>{sourceWizard.finish.places}</span>
      <PlaceChoices
        isChosen={({ name, settings }) =>
          settings.kind === 'folder' ? folders.includes(settings.path) : places.includes(name)
        }
        onToggle={toggle}
      />
      {folders
        .filter((folder) => !known.has(folder))
        .map((folder) => (
          <span key={folder} className={css.folder}>
            <Icon name="folder" />
            <span className="mono cut" title={folder}>
              {folder}
            </span>
            <Button
              size="small"
              variant="quiet"
              icon="x"
              label={sourceWizard.finish.removeFolder(folder)}
              onPress={() => without(folder)}
            />
          </span>
        ))}
      <span className="row wrap">
        <Button size="small" icon="plus" className={wayCss.start} onPress={() => void add()}>
          {sourceWizard.finish.addFolder}
        </Button>
        <a className="small" href={href({ screen: 'destination-new' })}>
          {sourceWizard.finish.addPlace}
        </a>
      </span>
      <span className={css.note}>{sourceWizard.finish.placesHint}</span>
    </div>
  );
}

function Summary({ wizard: { state } }: { wizard: Wizard }) {
  const settings = settingsOf(state.draft);
  if (settings === null) return null;
  return (
    <Section title={sourceWizard.finish.summary}>
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
