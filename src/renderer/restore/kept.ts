/**
 * Pure: what is written of the draft of a restore, so that a window that closes loses nothing. No password is among it,
 * nor the question of a rehearsal, which holds one; what a job came to is asked of the job again.
 */
import { BackupId, JobId } from '../../shared/id.ts';
import { RestorePlan } from '../../shared/restore.ts';
import { z } from '../../shared/schema.ts';
import { PostgresSettings, SourceName } from '../../shared/source.ts';
import { KeptTls, KeptTunnel, keptTunnel, tunnelFrom } from '../frame/kept-way.ts';
import { tunnelSecrets } from '../frame/server-draft.ts';
import { type Inputs, newDraft, noInputs, type RestoreDraft, type ServerInputs } from './draft.ts';

const text = z.nullable(z.string().check(z.maxLength(4_096)));

const KeptDraft = z.strictObject({
  version: z.literal(2),
  at: z.enum(['goal', 'place', 'thawing', 'rehearsing', 'restoring', 'ended']),
  jobId: z.nullable(JobId),
  /** What runs or ran: it says what the end is called. A plan names no secret. */
  plan: z.nullable(RestorePlan),
  inputs: z.strictObject({
    goal: z.enum(['beside', 'move', 'undo']),
    source: z.nullable(SourceName),
    backupId: z.nullable(BackupId),
    database: text,
    besideName: text,
    file: text,
    /** Fields of a form may be empty still. */
    server: z.nullable(
      z.strictObject({
        settings: z.strictObject({
          ...z.omit(PostgresSettings, { tls: true, tunnel: true }).shape,
          host: z.string().check(z.maxLength(4_096)),
          user: z.string().check(z.maxLength(4_096)),
        }),
        tls: KeptTls,
        through: KeptTunnel,
      }),
    ),
    moveName: text,
  }),
});
type KeptDraft = z.output<typeof KeptDraft>;

/** Null where there is nothing to keep. */
export function keptText(draft: RestoreDraft): string | null {
  if (
    draft.at === 'goal' &&
    JSON.stringify(draft.inputs) === JSON.stringify({ ...noInputs, source: draft.inputs.source })
  )
    return null;
  const { server, ...inputs } = draft.inputs;
  const kept: KeptDraft = {
    version: 2,
    ...stepOf(draft),
    plan: draft.at === 'restoring' || draft.at === 'ended' ? draft.plan : null,
    inputs: { ...inputs, server: server === null ? null : keptServer(server) },
  };
  return JSON.stringify(kept);
}

const keptServer = ({ settings, tls, through }: ServerInputs): KeptDraft['inputs']['server'] => ({
  settings,
  tls,
  through: keptTunnel(through),
});

function stepOf(draft: RestoreDraft): Pick<KeptDraft, 'at' | 'jobId'> {
  switch (draft.at) {
    case 'goal':
    case 'place':
      return { at: draft.at, jobId: null };
    case 'thawing':
      return draft.jobId === null ? { at: 'place', jobId: null } : { at: 'thawing', jobId: draft.jobId };
    case 'rehearsing':
    case 'not-rehearsed':
      return draft.jobId === null ? { at: 'place', jobId: null } : { at: 'rehearsing', jobId: draft.jobId };
    case 'rehearsed':
      // A password that only this window had is needed again, and that is asked where it is typed.
      return passwordOf(draft.inputs) ? { at: 'place', jobId: null } : { at: 'rehearsing', jobId: draft.kept.jobId };
    case 'restoring':
    case 'ended':
      return { at: draft.at, jobId: draft.jobId };
  }
}

const passwordOf = ({ goal, server }: Inputs): boolean =>
  goal === 'move' &&
  server !== null &&
  (server.password !== '' || server.draft !== null || Object.keys(tunnelSecrets(server.through)).length > 0);

/**
 * The draft that was kept, at its step: a job is followed by its id, also one that has ended meanwhile. What is no such
 * text is as if nothing had been kept; so is one that has ended, where another backup is asked for.
 */
export function draftOf(kept: string | null, wanted: BackupId | null): RestoreDraft {
  const parsed = parse(kept);
  if (parsed === null) return newDraft;
  const { at, jobId, plan } = parsed;
  const { server, ...rest } = parsed.inputs;
  const inputs: Inputs = { ...rest, server: server === null ? null : serverFrom(server) };
  if (at === 'goal') return { at, inputs, kept: null };
  if (at === 'place' || jobId === null) return { at: 'place', inputs, kept: null, refused: null };
  if (at === 'thawing') return { at, inputs, jobId };
  if (at === 'rehearsing') return { at, inputs, question: '', jobId };
  if (at === 'ended' && wanted !== null && wanted !== inputs.backupId) return newDraft;
  return { at: 'restoring', inputs, plan, jobId };
}

const serverFrom = (kept: NonNullable<KeptDraft['inputs']['server']>): ServerInputs => ({
  ...kept,
  through: tunnelFrom(kept.through),
  draft: null,
  password: '',
});

function parse(kept: string | null): KeptDraft | null {
  if (kept === null) return null;
  try {
    const parsed = z.safeParse(KeptDraft, JSON.parse(kept));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
