import { type DestinationSettings } from '../../shared/destination.ts';
import { type Fact } from '../ui/Facts.tsx';
import { destinations as words } from '../words/destinations.ts';
import { placeDetail } from '../words/place-detail.ts';
import { placeWizard } from '../words/place-wizard.ts';

const { detail } = placeDetail;

/** Where a place is, without a secret. */
export function whereFacts(settings: DestinationSettings): (Fact | null)[] {
  const kind = { name: detail.kind, value: words.kindTitles[settings.kind] };
  switch (settings.kind) {
    case 'folder':
      return [kind, { name: detail.folder, value: <span className="mono">{settings.path}</span> }];
    case 'sftp':
      return [
        kind,
        { name: detail.server, value: <span className="mono">{`${settings.host}:${settings.port}`}</span> },
        { name: detail.folder, value: <span className="mono">{settings.path}</span> },
        { name: detail.user, value: settings.user },
        { name: detail.login, value: detail.logins[settings.auth] },
        { name: detail.hostKey, value: <code>{settings.hostKey}</code> },
      ];
    case 'azure':
      return [
        kind,
        { name: placeWizard.form.account, value: <span className="mono">{settings.account}</span> },
        { name: placeWizard.form.container, value: <span className="mono">{settings.container}</span> },
        settings.prefix === '' ? null : { name: detail.folder, value: <span className="mono">{settings.prefix}</span> },
        settings.endpoint === undefined
          ? null
          : { name: detail.server, value: <span className="mono">{settings.endpoint}</span> },
        { name: placeWizard.form.azureAuth, value: placeWizard.form.azureAuths[settings.auth] },
        settings.tier === undefined
          ? null
          : { name: placeWizard.form.tier, value: placeWizard.form.tiers[settings.tier] },
      ];
    case 's3':
      return [
        kind,
        { name: detail.bucket, value: <span className="mono">{settings.bucket}</span> },
        settings.prefix === '' ? null : { name: detail.folder, value: <span className="mono">{settings.prefix}</span> },
        settings.endpoint === undefined
          ? null
          : { name: detail.server, value: <span className="mono">{settings.endpoint}</span> },
        { name: detail.region, value: settings.region },
        { name: detail.accessKey, value: <span className="mono">{settings.accessKeyId}</span> },
        settings.storageClass === undefined ? null : { name: detail.storageClass, value: settings.storageClass },
        settings.encryption === undefined
          ? null
          : {
              name: detail.encryption,
              value:
                settings.encryption.by === 's3'
                  ? detail.encryptions.s3
                  : detail.encryptions.kms(settings.encryption.keyId),
            },
      ];
  }
}
