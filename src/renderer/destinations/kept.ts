/** Pure: the draft of a place as it is written, so that a window that closes loses nothing. No secret is among it. */
import { s3PresetIds } from '../../shared/s3-presets.ts';
import { z } from '../../shared/schema.ts';
import { newPlace, type PlaceDraft } from './draft.ts';

const text = z.string().check(z.maxLength(4_096));
const Draft = z.strictObject({
  step: z.enum(['kind', 'where', 'finish']),
  kind: z.enum(['folder', 'sftp', 's3', 'azure']),
  folder: z.strictObject({ path: text }),
  sftp: z.strictObject({
    host: text,
    port: text,
    user: text,
    auth: z.enum(['agent', 'key', 'password']),
    keyFile: text,
    hostKey: text,
    path: text,
  }),
  s3: z.strictObject({
    service: z.enum(s3PresetIds),
    account: text,
    endpoint: text,
    region: text,
    bucket: text,
    prefix: text,
    pathStyle: z.boolean(),
    accessKeyId: text,
    storageClass: text,
    encryption: z.enum(['none', 's3', 'kms']),
    kmsKeyId: text,
  }),
  azure: z.strictObject({
    account: text,
    endpoint: text,
    container: text,
    prefix: text,
    auth: z.enum(['key', 'sas']),
    tier: z.enum(['', 'Hot', 'Cool', 'Cold', 'Archive']),
  }),
  name: text,
  nameIsOwn: z.boolean(),
  seal: z.nullable(z.boolean()),
});
const Kept = z.strictObject({ version: z.literal(1), draft: Draft });

/** Null where there is nothing to keep. A secret that has to be typed again is asked for where it is typed. */
export function keptText(draft: PlaceDraft, first: PlaceDraft): string | null {
  if (JSON.stringify(draft) === JSON.stringify(first)) return null;
  const step = draft.step === 'finish' ? 'where' : draft.step;
  return JSON.stringify({ version: 1, draft: { ...draft, step } });
}

/** What is no such text is as if nothing had been kept. */
export function keptDraft(kept: string | null): PlaceDraft {
  if (kept === null) return newPlace;
  try {
    const parsed = z.safeParse(Kept, JSON.parse(kept));
    return parsed.success ? parsed.data.draft : newPlace;
  } catch {
    return newPlace;
  }
}
