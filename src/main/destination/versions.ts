/** What a place keeps of objects that were removed or replaced: only some kinds keep anything, and say so. */
import type { DestinationSettings } from '../../shared/destination.ts';
import type { Key } from '../base/key.ts';
import type { Access } from './open.ts';

/** An older version of an object, or the mark that says it was removed. */
export interface Version {
  name: string;
  versionId: string;
  sizeBytes: number;
  /** A mark has no bytes. */
  isMark: boolean;
}

export interface Versions {
  /** Everything that is kept below the folder `prefix`, the newest included. @throws Fail destination.* */
  list(prefix: Key, signal?: AbortSignal): AsyncIterable<Version>;
  /** @throws Fail destination.locked where a lock keeps it, destination.permission where this key may not. */
  remove(version: Version): Promise<void>;
  /** What the place keeps for a time of everything that is removed there, and nobody here can end sooner; null for nothing. */
  staysAfterwards?(signal?: AbortSignal): Promise<string | null>;
  close(): void;
}

/** Null where the kind has no versions that could be asked for. */
export async function openVersions(settings: DestinationSettings, access: Access): Promise<Versions | null> {
  if (settings.kind === 's3')
    return (await import('./s3-versions.ts')).s3Versions(settings, access.secrets['secretAccessKey']);
  if (settings.kind === 'azure')
    return (await import('./azure-versions.ts')).azureVersions(settings, access.secrets['azure']);
  return null;
}
