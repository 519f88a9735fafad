import { useChoosePath } from '../frame/choose-path.ts';
import { faultText } from '../ui/fault.ts';
import { FileField } from '../ui/FileField.tsx';
import { destinations as words } from '../words/destinations.ts';
import { placeWizard } from '../words/place-wizard.ts';
import { AzureFields } from './AzureFields.tsx';
import { PlaceTestPanel } from './PlaceTestPanel.tsx';
import { S3Fields } from './S3Fields.tsx';
import { SftpFields } from './SftpFields.tsx';
import { type PlaceForm, type PlaceWizard } from './use-place-wizard.ts';
import css from '../frame/Wizard.module.css';

/** Where it is, how we log in, and whether that works. */
export function WhereStep({ wizard }: { wizard: PlaceWizard }) {
  return (
    <div className={css.two}>
      <WhereFields wizard={wizard} />
      <PlaceTestPanel
        test={wizard.test}
        onStart={() => void wizard.startTest()}
        note={isInFolder(wizard) ? words.testing.idleNewFolder : words.testing.idleNew}
      />
    </div>
  );
}

const isInFolder = ({ draft: { kind } }: PlaceWizard): boolean => kind === 'folder' || kind === 'sftp';

export function WhereFields({ wizard }: { wizard: PlaceForm }) {
  switch (wizard.draft.kind) {
    case 'folder':
      return <FolderFields wizard={wizard} />;
    case 's3':
      return <S3Fields wizard={wizard} />;
    case 'azure':
      return <AzureFields wizard={wizard} />;
    case 'sftp':
      return <SftpFields wizard={wizard} />;
  }
}

function FolderFields({ wizard: { draft, change, faults } }: { wizard: PlaceForm }) {
  const choosePath = useChoosePath();
  return (
    <div className={css.form}>
      <FileField
        label={placeWizard.form.folder}
        hint={placeWizard.form.folderHint}
        value={draft.folder.path}
        onChange={(path) => change({ folder: { path } })}
        choose={() => choosePath('folder', '', draft.folder.path)}
        wrong={faultText(faults.path)}
      />
    </div>
  );
}
