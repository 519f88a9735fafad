import { describe, expect, test } from 'vitest';
import { writeManifest } from '../../../src/main/artifact/manifest.ts';
import { dataKey, listProofs, listSets, manifestKey, proofKey } from '../../../src/main/artifact/set.ts';
import type { BackupId, ProofId } from '../../../src/shared/id.ts';
import { memoryDestination } from '../../helpers/memory-destination.ts';
import { backupId, manifestBody, otherBackupId } from './facts.ts';

describe('Where the parts of a backup lie', () => {
  test('data and manifests have prefixes of their own', () => {
    expect(manifestKey(backupId)).toBe(`manifests/${backupId}.jsonl`);
    expect(dataKey(backupId, '01-app.sqlite.zst')).toBe(`data/${backupId}/01-app.sqlite.zst`);
    expect(proofKey(backupId, 'proof-20261120-130000-0123abcd' as ProofId)).toBe(
      `proofs/${backupId}/proof-20261120-130000-0123abcd.jsonl`,
    );
  });

  test('a place is listed from its manifests alone, oldest first, and a broken one does not hide the others', async () => {
    const place = memoryDestination();
    const broken = 'bk-20261120-180000-0123abcd' as BackupId;
    const first = writeManifest(manifestBody());
    place.files.set(manifestKey(otherBackupId), writeManifest(manifestBody({ backupId: otherBackupId })).file);
    place.files.set(manifestKey(broken), writeManifest(manifestBody({ backupId: broken })).file.subarray(0, -1));
    place.files.set(manifestKey(backupId), first.file);
    place.files.set('manifests/notes.txt', Buffer.from('hello'));
    place.files.set(`manifests/deeper/${backupId}.jsonl`, first.file);
    place.files.set('data/bk-20261122-000000-0123abcd/01-x.sqlite.zst', Buffer.from('no manifest, no backup'));

    const listed = [];
    for await (const set of listSets(place))
      listed.push(
        'why' in set ? [set.key, set.why] : [set.backupId, set.sha256 === first.sha256, set.body.source.name],
      );
    expect(listed).toEqual([
      [backupId, true, 'app'],
      [manifestKey(broken), 'The manifest does not consist of two whole lines.'],
      [otherBackupId, false, 'app'],
      [`manifests/deeper/${backupId}.jsonl`, 'This is not the name of a manifest.'],
      ['manifests/notes.txt', 'This is not the name of a manifest.'],
    ]);
  });

  test('a cancelled listing ends with its reason', async () => {
    const place = memoryDestination();
    place.files.set(manifestKey(backupId), writeManifest(manifestBody()).file);
    const aborter = new AbortController();
    const reason = new Error('enough');
    aborter.abort(reason);
    await expect(listSets(place, aborter.signal).next()).rejects.toBe(reason);
  });

  test('proofs are found by their names', async () => {
    const place = memoryDestination();
    const proofId = 'proof-20261120-130000-0123abcd' as ProofId;
    for (const name of [
      proofKey(backupId, proofId),
      `proofs/${backupId}/x.jsonl`,
      `proofs/x/${proofId}.jsonl`,
      `proofs/${proofId}.jsonl`,
    ]) {
      place.files.set(name, Buffer.from('{}'));
    }
    const found = [];
    for await (const proof of listProofs(place)) found.push(proof);
    expect(found).toEqual([{ backupId, proofId }]);
  });
});
