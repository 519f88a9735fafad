import { placeIcon } from '../frame/place-icon.ts';
import { RadioCards } from '../ui/Choice.tsx';
import { destinations as words } from '../words/destinations.ts';
import { placeWizard } from '../words/place-wizard.ts';
import { type PlaceKind } from './draft.ts';

import { type PlaceWizard } from './use-place-wizard.ts';
import css from '../frame/Wizard.module.css';

const kinds: readonly PlaceKind[] = ['folder', 's3', 'azure', 'sftp'];

/** What kind of place it is. */
export function KindStep({ wizard: { draft, change } }: { wizard: PlaceWizard }) {
  return (
    <div className={css.single}>
      <RadioCards<PlaceKind>
        label={placeWizard.wizard.kind}
        hideLabel
        value={draft.kind}
        onChange={(kind) => change({ kind, seal: null })}
        choices={kinds.map((value) => ({
          value,
          title: words.kindTitles[value],
          detail: placeWizard.wizard.kindDetail[value],
          icon: placeIcon[value],
        }))}
      />
    </div>
  );
}
