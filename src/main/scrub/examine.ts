/** Reads one copy of a backup again: its manifest against the catalog and its HMAC, each range against the manifest. */
import { buffer } from 'node:stream/consumers';
import type { ArtifactFacts, ManifestBody } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId } from '../../shared/id.ts';
import type { CopyFinding } from '../../shared/scrub.ts';
import { readManifest, type ReadManifest } from '../artifact/manifest.ts';
import { checkRange, demandSize } from '../artifact/range.ts';
import { dataKey, manifestKey } from '../artifact/set.ts';
import type { Key } from '../base/key.ts';
import type { Keyring } from '../artifact/unseal.ts';
import type { OpenPlace } from '../set/open.ts';
import { findingOf, speaksOfCopy, together, wasRewritten } from './finding.ts';

/** A copy as the catalog knows it. */
export interface CopyToRead {
  backupId: BackupId;
  manifestSha256: string;
  /** The range to begin with, counted over all artifacts. */
  from: number;
  /** We wrote objects of it again ourselves, so that their times say nothing. */
  repaired: boolean;
}

export interface Examined {
  /** Where the next reading goes on; null where every range was read. */
  position: number | null;
  finding: CopyFinding | null;
}

interface Look {
  place: OpenPlace;
  signal: AbortSignal;
  onBytes: (bytes: number) => void;
  /** Asked between ranges. */
  isEnough: () => boolean;
}

/**
 * Looks at a copy from a range on. What is wrong with the copy is in the answer; what keeps us from looking is thrown.
 * @throws Fail destination.*; the signal's reason.
 */
export async function examine(copy: CopyToRead, look: Look): Promise<Examined> {
  const opened = await manifestOf(copy, look);
  if ('finding' in opened) return { position: null, finding: opened.finding };
  const findings: CopyFinding[] = [];
  let first = 0;
  for (const facts of opened.body.artifacts) {
    const end = first + Math.max(1, facts.ranges.length);
    if (copy.from < end) {
      const from = Math.max(0, copy.from - first);
      const result = await artifactFrom(from, facts, copy, opened.modifiedAt, look);
      if (result.finding !== null) findings.push(result.finding);
      if (result.stoppedAt !== null) return { position: first + result.stoppedAt, finding: together(findings) };
    }
    first = end;
    if (first < rangesOf(opened.body) && look.isEnough()) return { position: first, finding: together(findings) };
  }
  return { position: null, finding: together(findings) };
}

const rangesOf = ({ artifacts }: ManifestBody): number =>
  artifacts.reduce((sum, { ranges }) => sum + Math.max(1, ranges.length), 0);

type Opened = { body: ManifestBody; modifiedAt: number | null } | { finding: CopyFinding };

async function manifestOf(copy: CopyToRead, { place, signal }: Look): Promise<Opened> {
  const name = manifestKey(copy.backupId);
  try {
    const stored = await place.destination.stat(name);
    if (stored === undefined) throw new Fail('manifest.missing', `The manifest of ${copy.backupId} is gone.`);
    const file = await buffer(await place.destination.get(name, { signal }));
    return { body: demandOurs(file, copy, place).body, modifiedAt: copy.repaired ? null : stored.modifiedAt };
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof Fail && thrown.code === 'artifact.missing')
      return { finding: findingOf(new Fail('manifest.missing', thrown.message), name, false) };
    if (!speaksOfCopy(thrown)) throw thrown;
    return { finding: findingOf(thrown, name, false) };
  }
}

/**
 * The manifest, where it is the one that the catalog remembers. Bits that rot do not come to another whole manifest: that
 * one was written, and its HMAC tells whether by somebody who has the secret.
 * @throws Fail manifest.*
 */
export function demandOurs(
  file: Buffer,
  copy: Pick<CopyToRead, 'backupId' | 'manifestSha256'>,
  place: OpenPlace,
): ReadManifest {
  const { sha256 } = readManifest(file, copy.backupId);
  if (sha256 === copy.manifestSha256) return readManifest(file, copy.backupId, place.keyring);
  const writer = writerOf(file, copy.backupId, place);
  throw new Fail('manifest.replaced', `${replacedWords(copy.backupId)} ${writerWords[writer]}`);
}

const replacedWords = (backupId: BackupId): string => `Another manifest lies where that of ${backupId} was.`;

/** Who wrote a manifest that is not ours, as far as its HMAC tells. */
export type Writer = 'secret-holder' | 'stranger' | 'unknown' | 'unsealed';

const writerWords: Record<Writer, string> = {
  'secret-holder':
    'It was written by somebody who has the recovery secret: another Holdfast that seals for this place.',
  stranger: 'It was written by somebody who has the key of the place, but not the recovery secret.',
  unknown: 'Nothing here can tell who wrote it: the secret of its HMAC is not known.',
  unsealed: 'It is not sealed, so nothing tells who wrote it.',
};

/** @param file a manifest that is whole. */
export function writerOf(file: Buffer, backupId: BackupId, { keyring = { secrets: [] } }: OpenPlace): Writer {
  if (readManifestSafely(file, backupId)?.body.sealing === null) return 'unsealed';
  const read = readManifestSafely(file, backupId, keyring);
  if (read === undefined) return 'stranger';
  return read.authenticated ? 'secret-holder' : 'unknown';
}

function readManifestSafely(file: Buffer, backupId: BackupId, keyring?: Keyring): ReadManifest | undefined {
  try {
    return readManifest(file, backupId, keyring);
  } catch {
    return undefined;
  }
}

interface Stop {
  /** The range at which it was enough; null where the artifact was read to its end. */
  stoppedAt: number | null;
  finding: CopyFinding | null;
}

async function artifactFrom(
  from: number,
  facts: ArtifactFacts,
  copy: CopyToRead,
  manifestAt: number | null,
  look: Look,
): Promise<Stop> {
  const name = dataKey(copy.backupId, facts.name);
  const { place, signal, onBytes } = look;
  try {
    await demandSize(place.destination, name, facts);
    for (let index = from; index < facts.ranges.length; index += 1) {
      // A range at least, or a small share would never come to an end.
      if (index > from && look.isEnough()) return { stoppedAt: index, finding: null };
      await checkRange(place.destination, name, facts, index, signal, (chunk) => onBytes(chunk.length));
    }
    return { stoppedAt: null, finding: null };
  } catch (thrown) {
    signal.throwIfAborted();
    if (!speaksOfCopy(thrown)) throw thrown;
    const rewritten = wasRewritten(await modifiedAt(name, place), manifestAt);
    return { stoppedAt: null, finding: findingOf(thrown, name, rewritten) };
  }
}

async function modifiedAt(name: Key, { destination }: OpenPlace): Promise<number | null> {
  return (await destination.stat(name))?.modifiedAt ?? null;
}
