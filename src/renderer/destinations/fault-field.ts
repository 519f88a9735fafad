/** Pure: the field that can mend what a place answered. */
import type { Failure, FailureCode } from '../../shared/failure.ts';
import { addressField, type PlaceDraft, type PlaceFaults, type PlaceField } from './draft.ts';

const always: Partial<Record<FailureCode, PlaceField>> = { 'vault.missing-secret': 'secret' };

const folder: Partial<Record<FailureCode, PlaceField>> = {
  'call.refused': 'path',
  'destination.unreachable': 'path',
  'destination.permission': 'path',
  'destination.full': 'path',
  'destination.symlink': 'path',
  'destination.not-a-file': 'path',
  'destination.other-place': 'path',
};

const sftp: Partial<Record<FailureCode, PlaceField>> = {
  'call.refused': 'keyFile',
  'destination.unreachable': 'host',
  'destination.host-key-changed': 'hostKey',
  'destination.permission': 'remotePath',
  'destination.symlink': 'remotePath',
  'destination.not-a-file': 'remotePath',
  'destination.other-place': 'remotePath',
  'tunnel.unreachable': 'host',
  'tunnel.host-key-unknown': 'hostKey',
  'tunnel.host-key-changed': 'hostKey',
};

const s3: Partial<Record<FailureCode, PlaceField>> = {
  'destination.unreachable': 'endpoint',
  'destination.untrusted': 'endpoint',
  'destination.auth-failed': 'secret',
  'destination.no-bucket': 'bucket',
  'destination.permission': 'bucket',
  'destination.other-place': 'bucket',
  'destination.wrong-region': 'region',
};

const azure: Partial<Record<FailureCode, PlaceField>> = {
  'destination.unreachable': 'account',
  'destination.untrusted': 'endpoint',
  'destination.auth-failed': 'secret',
  'destination.no-bucket': 'container',
  'destination.permission': 'secret',
  'destination.other-place': 'container',
};

export function fieldOf(code: string, draft: Pick<PlaceDraft, 'kind' | 'sftp' | 's3'>): PlaceField | null {
  const known = code as FailureCode;
  if (draft.kind === 'sftp' && (code === 'destination.auth-failed' || code === 'tunnel.auth-failed'))
    return draft.sftp.auth === 'password' ? 'secret' : draft.sftp.auth === 'key' ? 'keyFile' : 'user';
  const field = { folder, sftp, s3, azure }[draft.kind][known] ?? always[known] ?? null;
  // Most services have no field for their address, which follows from another.
  return field === 'endpoint' && draft.kind === 's3' ? addressField(draft.s3) : field;
}

/** What a failed call says, at its field where there is one. */
export function faultsOf(
  { code, message, hint }: Pick<Failure, 'code' | 'message' | 'hint'>,
  draft: Pick<PlaceDraft, 'kind' | 'sftp' | 's3'>,
): PlaceFaults | null {
  const field = fieldOf(code, draft);
  return field === null ? null : { [field]: hint === '' ? { message } : { message, hint } };
}
