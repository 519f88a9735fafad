/** Pure: what the wizard sends. Settings name secrets; the secrets travel beside them, once. */
import { type DirectChoice } from '../../shared/direct.ts';
import type { SecretsIn } from '../../shared/contract/secrets.ts';
import { secretNames, secretsNeeded, staysFor, type SecretName } from '../../shared/saved-password.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import type { PostgresSettings, Source, SourceSettings } from '../../shared/source.ts';
import { tlsDraftOf, tlsMeant, tlsOf, tunnelDraftOf, tunnelOf, tunnelSecrets } from '../frame/server-draft.ts';
import {
  emptyFile,
  emptyServer,
  newWizard,
  type Draft,
  type FinishDraft,
  type ServerDraft,
  type WizardState,
} from './draft.ts';
import { contentOf, scopeOf } from './scope.ts';

/** The settings that a draft stands for; null before it is known what it is. Call it when `check` finds nothing. */
export function settingsOf(draft: Draft): SourceSettings | null {
  if (draft.kind === 'unknown') return null;
  if (draft.kind === 'sqlite') return { kind: 'sqlite', file: draft.file };
  return {
    kind: 'postgres',
    host: draft.host.trim(),
    port: Number(draft.port),
    user: draft.user.trim(),
    // A connection is tested against a database that every server has, until one is chosen.
    databases: draft.databases.length === 0 ? ['postgres'] : draft.databases,
    tls: tlsOf(draft.tls),
    ...tunnelOf(draft),
    password: draft.password.from === 'pgpass' || draft.password.from === 'none' ? draft.password.from : 'vault',
  };
}

export function secretsOf(draft: Draft): SecretsIn {
  if (draft.kind !== 'postgres') return {};
  const { password } = draft;
  return {
    ...(password.from === 'typed' && password.text !== '' ? { database: password.text } : {}),
    ...(password.from === 'draft' ? { draft: password.draft } : {}),
    ...tunnelSecrets(draft),
  };
}

/** The saved passwords that this draft counts on. */
function keptIn(draft: ServerDraft): SecretName[] {
  const from = { database: draft.password, tunnel: draft.server.password, jump: draft.jump.password };
  const needed = secretsNeeded(settingsOf(draft) as SourceSettings);
  return secretNames.filter((name) => needed.includes(name) && from[name].from === 'kept');
}

/** Passwords that are for another server than the one that is filled in: they have to be typed again. */
export function keptElsewhere({ draft, origin }: Pick<WizardState, 'draft' | 'origin'>): SecretName[] {
  if (draft.kind !== 'postgres') return [];
  const settings = settingsOf(draft) as SourceSettings;
  return [
    ...(staysForDraft(draft) ? [] : ['database' as const]),
    ...keptIn(draft).filter((name) => origin.kind !== 'edit' || !staysFor(name, origin.source.settings, settings)),
  ];
}

/** Whether a password that was found goes to the server that it was found for. */
function staysForDraft(draft: ServerDraft): boolean {
  const { password, tls } = draft;
  if (password.from !== 'draft') return true;
  return staysFor('database', password.read, settingsOf({ ...draft, tls: tlsMeant(tls) }) as SourceSettings);
}

export type TestInput = { name: string } | { settings: SourceSettings; secrets: SecretsIn; saved?: string };

/** How to ask for the test of this draft; `again` where a saved password would have to be given to another server. */
export function testInput(state: WizardState): TestInput | 'again' | null {
  const { draft, origin } = state;
  const settings = settingsOf(draft);
  if (settings === null) return null;
  const secrets = secretsOf(draft);
  if (keptElsewhere(state).length > 0) return 'again';
  if (draft.kind !== 'postgres' || keptIn(draft).length === 0) return { settings, secrets };
  if (origin.kind !== 'edit') return 'again';
  const { name } = origin.source;
  return sameSettings(settings, origin.source.settings) && Object.keys(secrets).length === 0
    ? { name }
    : { settings, secrets, saved: name };
}

const sameSettings = (a: SourceSettings, b: SourceSettings): boolean => canonical(a) === canonical(b);

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

export interface AddInput {
  name: string;
  settings: SourceSettings;
  scope: Source['scope'];
  digests: boolean;
  compressionLevel: number;
  folders: string[];
  destinations: string[];
  secrets: SecretsIn;
  replace: boolean;
  production: boolean;
  direct: DirectChoice | null;
}

/** Null before it is known what it is. */
export function addInput(state: WizardState): AddInput | null {
  const settings = settingsOf(state.draft);
  if (settings === null) return null;
  const { name, production, digests, compressionLevel, direct, folders, places } = state.finish;
  return {
    name,
    settings,
    scope: scopeOf(state.content),
    digests,
    compressionLevel,
    folders,
    destinations: places,
    secrets: secretsOf(state.draft),
    replace: state.origin.kind === 'edit',
    production,
    direct,
  };
}

/** The wizard filled with a source that is there. */
export function wizardOf(source: Source, destinations: readonly DestinationCard[]): WizardState {
  const draft: Draft =
    source.settings.kind === 'sqlite' ? { ...emptyFile, file: source.settings.file } : serverOf(source.settings);
  return {
    ...newWizard,
    origin: { kind: 'edit', source },
    step: 'connection',
    reached: 'finish',
    way: source.settings.kind === 'sqlite' ? 'file' : 'form',
    draft,
    content: contentOf(source.scope),
    finish: {
      name: source.name,
      production: source.production === true,
      digests: source.digests,
      compressionLevel: source.compressionLevel,
      direct: source.direct ?? null,
      ...placesOf(source, destinations),
    },
    nameIsOwn: true,
  };
}

function placesOf(source: Source, destinations: readonly DestinationCard[]): Pick<FinishDraft, 'folders' | 'places'> {
  const cards = source.destinations.flatMap((id) => destinations.find((card) => card.id === id) ?? []);
  return {
    folders: cards.flatMap(({ settings }) => (settings.kind === 'folder' ? [settings.path] : [])),
    places: cards.flatMap(({ name, settings }) => (settings.kind === 'folder' ? [] : [name])),
  };
}

function serverOf(settings: PostgresSettings): ServerDraft {
  return {
    ...emptyServer,
    host: settings.host,
    port: String(settings.port),
    user: settings.user,
    password: settings.password === 'vault' ? { from: 'kept' } : { from: settings.password },
    databases: settings.databases,
    tls: tlsDraftOf(settings.tls, false),
    ...tunnelDraftOf(settings.tunnel, { from: 'kept' }),
  };
}
