/** The manifest of a set as it is to lie in another place: the same first line, and a second that this place's secret vouches for. */
import type { Sealing } from '../../shared/artifact.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { DestinationId } from '../../shared/id.ts';
import { resign } from '../artifact/manifest.ts';
import type { RecoveryKey } from '../artifact/recovery-secret.ts';

/**
 * @param file as it lies in the place that it is copied from.
 * @param recovery the secrets that this job was given, by their place.
 * @throws Fail seal.open-set where what goes there has to be sealed and this is not; seal.not-recipient where the place
 * could not open what it would get.
 */
export function manifestFor(
  { id, name, seal, sealKeys = [] }: DestinationCard,
  file: Buffer,
  sealing: Sealing | null,
  recovery: ReadonlyMap<DestinationId, RecoveryKey>,
): Buffer {
  if (sealing === null) {
    if (seal === true)
      throw new Fail('seal.open-set', `This backup is not sealed, and what goes to ${name} has to be.`);
    return file;
  }
  const own = recovery.get(id);
  if (own !== undefined && sealing.recipients.includes(own.keyId)) return resign(file, own);
  const opens = sealKeys.some(({ fingerprint }) => sealing.recipients.includes(`key-${fingerprint}`));
  if (seal === true && !opens)
    throw new Fail('seal.not-recipient', `This backup is sealed, but not for ${name}: its kit would not open it.`);
  // A place that seals nothing holds what others can open; whoever vouched for it where it came from does so here.
  return file;
}
