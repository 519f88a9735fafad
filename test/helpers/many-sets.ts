/** A sealed set once more under other ids, as another backup would lie in the same bucket: its data is the same, its manifest signed anew. */
import type { ManifestBody } from '../../src/shared/artifact.ts';
import type { BackupId } from '../../src/shared/id.ts';
import { writeManifest } from '../../src/main/artifact/manifest.ts';
import { recoveryKey } from '../../src/main/artifact/recovery-secret.ts';
import type { FakeS3 } from './fake-s3.ts';

export interface Multiplied {
  /** `team/`, say. */
  prefix: string;
  backupId: string;
  /** The digits of the kit. */
  secret: string;
  count: number;
  /** What is another in the set of this number. */
  change?: (number: number) => Partial<Pick<ManifestBody, 'machine' | 'source'>>;
}

/** @returns the ids, oldest first; all are older than the set that is multiplied */
export function multiply(bucket: FakeS3, { prefix, backupId, secret, count, change }: Multiplied): string[] {
  const key = recoveryKey(secret);
  const named = (name: string): string => `${prefix}manifests/${name}.jsonl`;
  const original = bucket.objects.get(named(backupId));
  if (original === undefined) throw new Error(`There is no ${named(backupId)}.`);
  const body = JSON.parse(original.bytes.toString().split('\n')[0] ?? '') as ManifestBody;
  const data = [...bucket.objects].filter(([name]) => name.startsWith(`${prefix}data/${backupId}/`));
  const ids: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    const takenAt = body.takenAt - (count - number + 1) * 3_600_000;
    const stamp = new Date(takenAt)
      .toISOString()
      .replaceAll(/[-:]|\..*/g, '')
      .replace('T', '-');
    const id = `bk-${stamp}-${lettersOf(number)}` as BackupId;
    ids.push(id);
    const again = { ...body, ...change?.(number), backupId: id, takenAt, finishedAt: takenAt + 2_000 };
    const { file } = writeManifest(again, key);
    bucket.objects.set(named(id), { ...original, bytes: file });
    for (const [name, kept] of data) bucket.objects.set(name.replace(backupId, id), kept);
  }
  return ids;
}

/** Eight letters, as ids have them. */
export function lettersOf(number: number): string {
  return `${number}`.padStart(8, '0').replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? 'a');
}
