/**
 * From settings to a place. What a kind needs (SSH, the S3 client) is loaded by the first who uses one of that kind: most
 * owners and jobs never do, and it takes its time.
 */
import type { DestinationSettings } from '../../shared/destination.ts';
import { systemClock, type Clock } from '../base/clock.ts';
import type { Secret } from '../base/secret.ts';
import type { SshSurroundings } from '../ssh/hop.ts';
import type { Destination } from './destination.ts';
import { createFolder, folderDestination } from './folder.ts';
import { patient } from './retry.ts';
import { splitting } from './split.ts';
import { throttlePuts, type Throttle } from './throttle.ts';
import { sweepUnfinished, type SweepAct } from './unfinished.ts';

/** What a place needs besides its settings: its own secrets by name, and this machine's ways to log in. */
export interface Access {
  secrets: Readonly<Record<string, Secret>>;
  surroundings: SshSurroundings;
}

/** What goes to a place, and how. Whoever only reads needs none of it. */
export interface Limits {
  maxFileBytes?: number | undefined;
  throttle?: Throttle;
}

/** The place that these settings speak of. Nothing is read or made before its first use. */
export async function openDestination(
  settings: DestinationSettings,
  access: Access,
  { maxFileBytes, throttle }: Limits = {},
): Promise<Destination> {
  return splitting(await openKind(settings, access, throttle), maxFileBytes);
}

async function openKind(
  settings: DestinationSettings,
  access: Access,
  throttle: Throttle | undefined,
): Promise<Destination> {
  const pace = patient(systemClock, throttle);
  switch (settings.kind) {
    case 'folder': {
      const place = folderDestination(settings.path);
      return throttle === undefined ? place : throttlePuts(place, throttle);
    }
    case 'sftp': {
      const { sftpDestination } = await import('./sftp.ts');
      return sftpDestination(settings, access.secrets['login'], access.surroundings, throttle);
    }
    case 's3':
      return (await import('./s3.ts')).s3Destination(settings, access.secrets['secretAccessKey'], pace);
    case 'azure':
      return (await import('./azure.ts')).azureDestination(settings, access.secrets['azure'], pace);
  }
}

/** Makes the bucket or container itself, where it is not there; a folder is made anyway. @throws Fail destination.* */
export async function createBucketOf(settings: DestinationSettings, { secrets }: Access): Promise<void> {
  if (settings.kind === 's3') await (await import('./s3.ts')).createBucket(settings, secrets['secretAccessKey']);
  if (settings.kind === 'azure') await (await import('./azure.ts')).createContainer(settings, secrets['azure']);
}

/** Makes the folder of a new place where there is none yet; a bucket has to be there. @throws Fail destination.* */
export async function createDestination(settings: DestinationSettings, access: Access): Promise<void> {
  switch (settings.kind) {
    case 'folder':
      return createFolder(settings.path);
    case 'sftp':
      return (await import('./sftp.ts')).createSftpFolder(settings, access.secrets['login'], access.surroundings);
    case 's3':
      return (await import('./s3.ts')).examineS3(settings, access.secrets['secretAccessKey']);
    case 'azure':
      return (await import('./azure.ts')).examineAzure(settings, access.secrets['azure']);
  }
}

/**
 * Removes what processes that have ended left unfinished in a place; what a living one writes stays.
 * @param act `count` only looks.
 * @returns how many files, or open uploads, there were of these.
 * @throws Fail destination.unreachable, destination.permission.
 */
export async function sweepDestination(
  settings: DestinationSettings,
  access: Access,
  clock: Clock,
  act: SweepAct = 'remove',
): Promise<number> {
  switch (settings.kind) {
    case 'folder':
      return sweepUnfinished(settings.path, clock, act);
    case 'sftp':
      return (await import('./sftp.ts')).sweepSftp(settings, access.secrets['login'], access.surroundings, clock, act);
    case 's3':
      return (await import('./s3.ts')).sweepS3(settings, access.secrets['secretAccessKey'], clock, act);
    case 'azure':
      // Azure itself forgets blocks after a week, and shows them to nobody.
      return 0;
  }
}

/** Names of the secrets that a place keeps in the vault. */
export function secretsOf(settings: DestinationSettings): { name: string; optional: boolean }[] {
  switch (settings.kind) {
    case 'folder':
      return [];
    case 'sftp':
      // The passphrase of a key file, which may have none.
      return settings.auth === 'agent' ? [] : [{ name: 'login', optional: settings.auth === 'key' }];
    case 's3':
      return [{ name: 'secretAccessKey', optional: false }];
    case 'azure':
      return [{ name: 'azure', optional: false }];
  }
}
