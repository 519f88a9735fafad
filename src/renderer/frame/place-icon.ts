import { type DestinationSettings } from '../../shared/destination.ts';
import { type IconName } from '../ui/icon-names.ts';

/** Each kind of place has one. */
export const placeIcon: Record<DestinationSettings['kind'], IconName> = {
  folder: 'folder',
  sftp: 'server',
  s3: 'cloud',
  azure: 'cloud',
};
