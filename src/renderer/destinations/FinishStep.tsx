import { Checkbox } from '../ui/Choice.tsx';
import { faultText } from '../ui/fault.ts';
import { Facts } from '../ui/Facts.tsx';
import { Section } from '../ui/Layout.tsx';
import { TextField } from '../ui/TextField.tsx';
import { placeWizard as words } from '../words/place-wizard.ts';
import { settingsOf } from './check.ts';
import { isSealed } from './draft.ts';
import { whereFacts } from './facts.tsx';
import { type PlaceWizard } from './use-place-wizard.ts';
import css from '../frame/Wizard.module.css';

/** What it is called, and whether what goes there is sealed. */
export function FinishStep({ wizard, nameOnly = false }: { wizard: PlaceWizard; nameOnly?: boolean }) {
  const { draft, change, faults } = wizard;
  const name = (
    <TextField
      label={words.form.name}
      value={draft.name}
      onChange={(text) => change({ name: text, nameIsOwn: true })}
      wrong={faultText(faults.name)}
      maxLength={255}
    />
  );
  if (nameOnly) return name;
  const settings = settingsOf(draft);
  const sealed = isSealed(draft);
  return (
    <div className={css.two}>
      <div className={css.form}>
        {name}
        <Checkbox
          checked={sealed}
          onChange={(seal) => change({ seal })}
          hint={sealed ? words.form.sealHint : draft.kind === 'folder' ? words.form.openHere : words.form.openHint}
        >
          {words.form.seal}
        </Checkbox>
      </div>
      {settings !== null && (
        <Section title={words.form.summary}>
          <Facts facts={whereFacts(settings)} />
        </Section>
      )}
    </div>
  );
}
