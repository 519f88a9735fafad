import { type TlsMode } from '../../shared/source.ts';
import { Button } from '../ui/Button.tsx';
import { faultText } from '../ui/fault.ts';
import { FileField } from '../ui/FileField.tsx';
import { Select } from '../ui/Select.tsx';
import { sourceWizard as words } from '../words/source-wizard.ts';
import { chooseBeside, useChoosePath } from './choose-path.ts';
import { checksAuthority, type TlsDraft, type WayFaults } from './server-draft.ts';
import css from './WayFields.module.css';

const modes: readonly TlsMode[] = ['verify-full', 'verify-ca', 'require', 'disable'];

/** How a PostgreSQL server proves who it is. */
export function TlsFields({
  tls: { named, ...tls },
  faults,
  onChange,
}: {
  tls: TlsDraft;
  faults: WayFaults;
  onChange: (tls: TlsDraft) => void;
}) {
  const choosePath = useChoosePath();
  const change = (next: Partial<TlsDraft>) => onChange({ ...tls, own: true, ...next });
  return (
    <>
      <Select<TlsMode>
        label={words.connection.tls}
        hint={words.connection.tlsProves[tls.mode]}
        value={tls.mode}
        onChange={(mode) => change({ mode })}
        options={modes.map((mode) => ({ value: mode, title: words.connection.tlsOption[mode] }))}
        wrong={faultText(faults.tls)}
      />
      {checksAuthority(tls.mode) && (
        <div className={css.stack}>
          <FileField
            label={words.connection.caFile}
            hint={words.connection.caHint}
            value={tls.caFile}
            onChange={(caFile) => change({ caFile })}
            choose={() => (named === undefined ? choosePath('ca-file') : chooseBeside(choosePath, 'ca-file', named))}
            wrong={faultText(faults.caFile)}
            icon="lock"
          />
          {(tls.caFile !== '' || named !== undefined) && (
            <Button size="small" variant="link" className={css.start} onPress={() => change({ caFile: '' })}>
              {words.connection.clearFile}
            </Button>
          )}
        </div>
      )}
    </>
  );
}
