import { faultText } from '../ui/fault.ts';
import { Fold } from '../ui/Fold.tsx';
import { Select } from '../ui/Select.tsx';
import { TextField } from '../ui/TextField.tsx';
import { placeWizard as words } from '../words/place-wizard.ts';
import { type AzureDraft } from './draft.ts';
import { SecretField } from './SecretField.tsx';
import { type PlaceForm } from './use-place-wizard.ts';
import css from '../frame/Wizard.module.css';
import wayCss from '../frame/WayFields.module.css';

const { form } = words;

/** A container of Azure's blob storage. */
export function AzureFields({ wizard }: { wizard: PlaceForm }) {
  const { draft, faults } = wizard;
  const { azure } = draft;
  const change = (part: Partial<AzureDraft>) => wizard.change({ azure: { ...azure, ...part } });
  return (
    <div className={css.form}>
      <div className={wayCss.half}>
        <TextField
          label={form.account}
          value={azure.account}
          onChange={(account) => change({ account })}
          wrong={faultText(faults.account)}
          mono
          maxLength={24}
        />
        <TextField
          label={form.container}
          value={azure.container}
          onChange={(container) => change({ container })}
          wrong={faultText(faults.container)}
          mono
          maxLength={63}
        />
      </div>
      <TextField
        label={form.containerPrefix}
        hint={form.prefixHint}
        value={azure.prefix}
        onChange={(prefix) => change({ prefix })}
        wrong={faultText(faults.prefix)}
        mono
        maxLength={100}
      />
      <Select<AzureDraft['auth']>
        label={form.azureAuth}
        value={azure.auth}
        onChange={(auth) => change({ auth })}
        options={[
          { value: 'key', title: form.azureAuths.key },
          { value: 'sas', title: form.azureAuths.sas },
        ]}
      />
      <SecretField wizard={wizard} label={form.azureAuths[azure.auth]} hint={form.azureSecretHint[azure.auth]} />
      <Fold title={form.more}>
        <div className={css.form}>
          <Select<AzureDraft['tier']>
            label={form.tier}
            value={azure.tier}
            onChange={(tier) => change({ tier })}
            options={(['', 'Hot', 'Cool', 'Cold', 'Archive'] as const).map((value) => ({
              value,
              title: value === '' ? form.tierOfAccount : form.tiers[value],
            }))}
          />
          <TextField
            label={form.endpoint}
            hint={form.azureEndpointHint}
            value={azure.endpoint}
            onChange={(endpoint) => change({ endpoint })}
            wrong={faultText(faults.endpoint)}
            placeholder="https://account.blob.core.windows.net"
            mono
            maxLength={1024}
          />
        </div>
      </Fold>
    </div>
  );
}
