/** The command by which another computer finds the place of a kit again, as it is printed. */
import type { AzureSettings, DestinationCard, S3Settings, SftpSettings } from '../../shared/destination.ts';
import { quoted } from './quoted.ts';

/** Secrets are asked for; the access key's name is none. */
export function foundCommand({ name, settings }: Pick<DestinationCard, 'name' | 'settings'>): string {
  const words = ['holdfast', 'found-again', name];
  switch (settings.kind) {
    case 'folder':
      words.push('--folder', settings.path);
      break;
    case 'sftp':
      words.push(...ofSftp(settings));
      break;
    case 's3':
      words.push(...ofS3(settings));
      break;
    case 'azure':
      words.push(...ofAzure(settings));
      break;
  }
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : quoted(word))).join(' ');
}

function ofSftp({ host, port, user, hostKey, auth, keyFile, path }: SftpSettings): string[] {
  const address = `${user}@${host.includes(':') ? `[${host}]` : host}:${port}`;
  const way = { key: ['--sftp-key', keyFile ?? ''], agent: ['--sftp-agent'], password: ['--sftp-password-stdin'] }[
    auth
  ];
  return ['--sftp', address, '--path', path, '--sftp-host-key', hostKey, ...way];
}

const below = (name: string, prefix: string): string => (prefix === '' ? name : `${name}/${prefix}`);
const endpointOf = (endpoint: string | undefined): string[] => (endpoint === undefined ? [] : ['--endpoint', endpoint]);

function ofS3({ bucket, prefix, region, endpoint, pathStyle, accessKeyId }: S3Settings): string[] {
  const style = pathStyle ? ['--path-style'] : [];
  return [
    '--s3',
    below(bucket, prefix),
    '--region',
    region,
    ...endpointOf(endpoint),
    ...style,
    '--access-key-id',
    accessKeyId,
  ];
}

function ofAzure({ account, container, prefix, endpoint, auth }: AzureSettings): string[] {
  return [
    '--azure',
    `${account}/${below(container, prefix)}`,
    ...endpointOf(endpoint),
    ...(auth === 'sas' ? ['--sas'] : []),
  ];
}
