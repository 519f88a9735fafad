import { s3Presets } from '../../shared/s3-presets.ts';
import { Checkbox } from '../ui/Choice.tsx';
import { faultText } from '../ui/fault.ts';
import { Fold } from '../ui/Fold.tsx';
import { Select } from '../ui/Select.tsx';
import { TextField } from '../ui/TextField.tsx';
import { placeWizard as words } from '../words/place-wizard.ts';
import { presetWith, type S3Draft, withService } from './draft.ts';
import { SecretField } from './SecretField.tsx';
import { type PlaceForm } from './use-place-wizard.ts';
import css from '../frame/Wizard.module.css';
import wayCss from '../frame/WayFields.module.css';

const { form } = words;

/** A bucket of AWS, or of what speaks its language. */
export function S3Fields({ wizard }: { wizard: PlaceForm }) {
  const { draft, faults } = wizard;
  const { s3 } = draft;
  const preset = presetWith(s3.service);
  const change = (part: Partial<S3Draft>) => wizard.change({ s3: { ...s3, ...part } });
  return (
    <div className={css.form}>
      <Select<S3Draft['service']>
        label={form.service}
        value={s3.service}
        onChange={(service) => wizard.change({ s3: withService(s3, service) })}
        options={s3Presets.map(({ id, name }) => ({ value: id, title: name }))}
        hint={preset.notes[0]}
      />
      {preset.needs.includes('endpoint') && (
        <TextField
          label={form.endpoint}
          hint={form.endpointHint}
          value={s3.endpoint}
          onChange={(endpoint) => change({ endpoint })}
          wrong={faultText(faults.endpoint)}
          placeholder="https://s3.example.org"
          mono
          maxLength={1024}
        />
      )}
      {preset.needs.includes('account') && (
        <TextField
          label={form.accountId}
          value={s3.account}
          onChange={(account) => change({ account })}
          wrong={faultText(faults.account)}
          mono
          maxLength={100}
        />
      )}
      <div className={wayCss.half}>
        <TextField
          label={form.bucket}
          value={s3.bucket}
          onChange={(bucket) => change({ bucket })}
          wrong={faultText(faults.bucket)}
          mono
          maxLength={63}
        />
        {preset.region === null && (
          <TextField
            label={form.region}
            value={s3.region}
            onChange={(region) => change({ region })}
            wrong={faultText(faults.region)}
            placeholder={preset.regions[0] ?? 'eu-central-1'}
            mono
            maxLength={255}
          />
        )}
      </div>
      <TextField
        label={form.prefix}
        hint={form.prefixHint}
        value={s3.prefix}
        onChange={(prefix) => change({ prefix })}
        wrong={faultText(faults.prefix)}
        mono
        maxLength={100}
      />
      <TextField
        label={form.accessKey}
        value={s3.accessKeyId}
        onChange={(accessKeyId) => change({ accessKeyId })}
        wrong={faultText(faults.accessKeyId)}
        mono
        maxLength={255}
      />
      <SecretField wizard={wizard} label={form.secretKey} hint={form.secretHint} />
      <More s3={s3} change={change} wizard={wizard} />
    </div>
  );
}

function More({
  s3,
  change,
  wizard: { faults },
}: {
  s3: S3Draft;
  change: (part: Partial<S3Draft>) => void;
  wizard: PlaceForm;
}) {
  return (
    <Fold title={form.more}>
      <div className={css.form}>
        {presetWith(s3.service).needs.includes('endpoint') && (
          <Checkbox checked={s3.pathStyle} onChange={(pathStyle) => change({ pathStyle })} hint={form.pathStyleHint}>
            {form.pathStyle}
          </Checkbox>
        )}
        <TextField
          label={form.storageClass}
          hint={form.storageClassHint}
          value={s3.storageClass}
          onChange={(storageClass) => change({ storageClass })}
          wrong={faultText(faults.storageClass)}
          mono
          maxLength={255}
        />
        <Select<S3Draft['encryption']>
          label={form.encryption}
          value={s3.encryption}
          onChange={(encryption) => change({ encryption })}
          options={[
            { value: 'none', title: form.encryptions.none },
            { value: 's3', title: form.encryptions.s3 },
            { value: 'kms', title: form.encryptions.kms },
          ]}
        />
        {s3.encryption === 'kms' && (
          <TextField
            label={form.kmsKey}
            hint={form.kmsKeyHint}
            value={s3.kmsKeyId}
            onChange={(kmsKeyId) => change({ kmsKeyId })}
            wrong={faultText(faults.kmsKeyId)}
            mono
            maxLength={2048}
          />
        )}
      </div>
    </Fold>
  );
}
