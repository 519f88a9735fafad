/**
 * The second, optional face of a place: how the place itself is set up, and what a login could destroy there. What a kind does not
 * have is said in words that a person can act on; nothing here is needed to store or to read.
 */
import type { DestinationSettings } from '../../shared/destination.ts';
import type { Fail } from '../../shared/failure.ts';
import type {
  LifecycleFact,
  LifecycleRule,
  LifecycleWish,
  LockFact,
  LockWish,
  PlaceAdvice,
  PlaceFact,
  PlaceRight,
  VersioningFact,
} from '../../shared/place-admin.ts';
import type { Access } from './open.ts';

/** A rule as it is told, and what it takes away in a form that a policy can count with. */
export interface SeenRule extends LifecycleRule {
  /** It deletes what it hits after so many days, or on a day; undefined: it does not. */
  expires?: { afterDays: number } | { at: number };
  /** The class it moves what it hits to, where that cannot be read at once. */
  cools?: { afterDays: number; storageClass: string };
}

export interface SeenLifecycle extends Omit<LifecycleFact, 'rules' | 'clashes'> {
  rules: SeenRule[];
  /** The service is not known: it may have classes beside `classes`, and says so itself. */
  otherClasses: boolean;
  /** Names the whole of what was read, so that a change in between is seen. */
  digest: string;
}

export interface SeenLock extends Omit<LockFact, 'canSet'> {
  /** Why it cannot be set here; null where it can. */
  refusal: Fail | null;
}

export interface SeenPlace {
  versioning: VersioningFact;
  lifecycle: SeenLifecycle;
  lock: SeenLock;
  encryption: PlaceFact;
  publicBlock: PlaceFact;
  advice: PlaceAdvice[];
}

export interface PlaceAdmin {
  /** What can be read is read; what cannot be says why. @throws Fail destination.* only where the place cannot be reached at all. */
  look(signal?: AbortSignal): Promise<SeenPlace>;
  /** Versions that are on stay on. @throws Fail destination.unsupported, destination.permission */
  switchVersioningOn(): Promise<void>;
  /** Rules of ours as this wish would have them. */
  rulesFor(wish: LifecycleWish | null): SeenRule[];
  /**
   * Writes our rules beside those of others, which stay as they are, and reads them back.
   * @param digest of what was read before. @throws Fail lifecycle.moved where it is another one now, destination.unsupported, destination.*
   */
  setLifecycle(wish: LifecycleWish | null, digest: string): Promise<void>;
  /**
   * What every object that is stored from now on is locked with; null for nothing. What is there stays as it is.
   * @param before as it was read. @throws Fail lock.moved where it is another one now, lock.not-enabled, destination.unsupported, destination.*
   */
  setLock(wish: LockWish | null, before: LockWish | null): Promise<void>;
  /** What this login could destroy beside overwriting and removing an object, which every place is asked alike. */
  rights(signal?: AbortSignal): Promise<PlaceRight[]>;
  /** How the rights to remove are taken away, to paste. */
  rightsAdvice(): PlaceAdvice[];
  close(): void;
}

export async function openAdmin(settings: DestinationSettings, access: Access): Promise<PlaceAdmin> {
  switch (settings.kind) {
    case 's3':
      return (await import('./s3-admin.ts')).s3Admin(settings, access.secrets['secretAccessKey']);
    case 'azure':
      return (await import('./azure-admin.ts')).azureAdmin(settings, access.secrets['azure']);
    case 'folder':
    case 'sftp':
      return (await import('./plain-admin.ts')).plainAdmin(settings);
  }
}
