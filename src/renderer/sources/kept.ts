/**
 * Pure: what is written of the draft of a source, so that a window that closes loses nothing. No password is among it, nor
 * the handle of one; a draft that had one asks for it again.
 */
import { DirectChoice } from '../../shared/direct.ts';
import { SourceId } from '../../shared/id.ts';
import { z } from '../../shared/schema.ts';
import { ProbeStep, Scope } from '../../shared/source.ts';
import { KeptTls, KeptTunnel, keptTunnel, tunnelFrom } from '../frame/kept-way.ts';
import { hopsOf, type PasswordDraft } from '../frame/server-draft.ts';
import { sourceWizard as words } from '../words/source-wizard.ts';
import { addressWithoutSecrets } from './address.ts';
import type { Draft, Faults, ServerDraft, WizardState, WizardStep } from './draft.ts';

const text = z.string().check(z.maxLength(4_096));
const most = 2_000;
const names = z.array(text).check(z.maxLength(most));
const Password = z.enum(['typed', 'kept', 'pgpass', 'none']);
const Server = z.strictObject({
  kind: z.literal('postgres'),
  host: text,
  port: text,
  user: text,
  password: Password,
  databases: names,
  tls: KeptTls,
  ...KeptTunnel.shape,
});
const File = z.strictObject({ kind: z.literal('sqlite'), file: text, named: z.optional(text) });
const Step = z.enum(['way', 'connection', 'content', 'finish']);

export const KeptWizard = z.strictObject({
  /** The source that is changed; null for a new one. */
  sourceId: z.nullable(SourceId),
  step: Step,
  reached: Step,
  way: z.enum(['url', 'env', 'file', 'form']),
  url: text,
  envFile: text,
  draft: z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('unknown') }), Server, File]),
  aside: z.strictObject({ postgres: z.nullable(Server), sqlite: z.nullable(File) }),
  notes: names,
  content: z.strictObject({
    which: z.enum(['all', 'schema', 'data', 'only', 'except', 'kept']),
    only: names,
    except: names,
    kept: z.nullable(Scope),
  }),
  finish: z.strictObject({
    name: text,
    production: z.boolean(),
    digests: z.boolean(),
    compressionLevel: z.int(),
    direct: z.nullable(DirectChoice),
    folders: names,
    places: names,
  }),
  nameIsOwn: z.boolean(),
  /** A test that was seen to its end. */
  test: z.nullable(
    z.strictObject({ ok: z.boolean(), steps: z.array(ProbeStep).check(z.maxLength(most)), at: z.int() }),
  ),
  found: z.nullable(
    z.strictObject({
      databases: z.array(z.strictObject({ name: text, sizeBytes: z.nullable(z.int()) })).check(z.maxLength(most)),
      tables: names,
      of: names,
    }),
  ),
  /** What has to be given again, because it was or may have been secret. */
  again: z.array(z.enum(['url', 'password', 'server.password', 'jump.password'])),
});
export type KeptWizard = z.output<typeof KeptWizard>;
type Again = KeptWizard['again'][number];

export function keptOf(state: WizardState): KeptWizard {
  const { origin, step, reached, way, envFile, notes, content, finish, nameIsOwn, test, found } = state;
  const address = addressWithoutSecrets(state.url, state.draft.kind === 'postgres' ? state.draft.host : null);
  const again: Again[] = [...(address.whole ? [] : ['url' as const]), ...secretsIn(state.draft)];
  return {
    sourceId: origin.kind === 'edit' ? origin.source.id : null,
    step,
    reached,
    way,
    url: address.text,
    envFile,
    draft: withoutSecrets(state.draft),
    aside: { postgres: state.aside.postgres && serverWithout(state.aside.postgres), sqlite: state.aside.sqlite },
    notes,
    content,
    finish,
    nameIsOwn,
    // It was made with a password that is not there any more.
    test:
      test.state === 'done' && again.length === 0
        ? { ok: test.report.ok, steps: test.report.steps, at: test.at }
        : null,
    // A list that fills the browser's room is asked for again.
    found:
      found === null || found.databases.length > most
        ? null
        : { ...found, tables: found.tables.length > most ? [] : found.tables },
    again,
  };
}

const isSecret = (password: PasswordDraft): boolean =>
  password.from === 'draft' || (password.from === 'typed' && password.text !== '');

function secretsIn(draft: Draft): Again[] {
  if (draft.kind !== 'postgres') return [];
  const hops = hopsOf(draft).filter((hop) => draft[hop].auth === 'password' && isSecret(draft[hop].password));
  return [...(isSecret(draft.password) ? ['password' as const] : []), ...hops.map((hop) => `${hop}.password` as const)];
}

const withoutSecrets = (draft: Draft): KeptWizard['draft'] =>
  draft.kind === 'postgres' ? serverWithout(draft) : draft;

function serverWithout(draft: ServerDraft): z.output<typeof Server> {
  const { password } = draft;
  return {
    ...draft,
    password: password.from === 'draft' ? 'typed' : password.from,
    ...keptTunnel(draft),
  };
}

/** The wizard as it was kept; null where it was kept of another source than `first` is. */
export function wizardFrom(kept: KeptWizard, first: WizardState): WizardState | null {
  const { sourceId, test, again, draft, aside, ...rest } = kept;
  if (sourceId !== (first.origin.kind === 'edit' ? first.origin.source.id : null)) return null;
  const asksPassword = again.some((field) => field !== 'url');
  return {
    ...rest,
    origin: first.origin,
    // Where it is typed.
    step: asksPassword && kept.step !== 'way' ? 'connection' : kept.step,
    draft: draft.kind === 'postgres' ? serverFrom(draft) : draft,
    aside: { postgres: aside.postgres && serverFrom(aside.postgres), sqlite: aside.sqlite },
    test:
      test === null
        ? { state: 'none' }
        : { state: 'done', report: { ok: test.ok, steps: test.steps, databases: [] }, at: test.at },
    faults: faultsOf(again, kept.step),
    failure: null,
  };
}

/** What is asked for again is said where it is asked. */
function faultsOf(again: readonly Again[], step: WizardStep): Faults {
  const faults: Faults = {};
  for (const field of again) {
    if ((field === 'url') !== (step === 'way')) continue;
    faults[field] = { message: field === 'url' ? words.fault.addressAgain : words.fault.passwordAgain };
  }
  return faults;
}

const serverFrom = (draft: z.output<typeof Server>): ServerDraft => ({
  ...draft,
  password: draft.password === 'typed' ? { from: 'typed', text: '' } : { from: draft.password },
  ...tunnelFrom(draft),
});
