import path from 'node:path';
import type { Caller, Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import type { SecretsIn } from '../../shared/contract/secrets.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { DestinationId, SourceId } from '../../shared/id.ts';
import { secretsNeeded, type SecretName } from '../../shared/saved-password.ts';
import { plural } from '../../shared/plural.ts';
import type { Goals, Source, SourceSettings } from '../../shared/source.ts';
import { newDestinationId, newSourceId } from '../base/id.ts';
import { givenText, type Secret } from '../base/secret.ts';
import { createFolder } from '../destination/folder.ts';
import { readHostKey } from '../engine/postgres/host-key.ts';
import { askJob } from './job-handlers.ts';
import { keepSettings } from './keepsake.ts';
import { demandSaved, destinationsOf, passedSecrets, secretRef, sourceNamed } from './order.ts';
import { placeNamed } from './place.ts';
import { readSource } from './read-source.ts';
import type { Rooms } from './rooms.ts';
import { audit } from './trail.ts';

type AddInput = Parameters<Handlers<HoldfastContract>['source']['add']>[0];

export function sourceHandlers(rooms: Rooms): Handlers<HoldfastContract>['source'] {
  const { catalog } = rooms;
  return {
    add: (input, caller) => addSource(rooms, input, caller),
    read: async (input) => readSource(rooms, input),
    hostKey: ({ host, port }, { signal }) => readHostKey(host, port, signal),
    list: async () => catalog.sources.list(),
    show: async ({ name }) => {
      const source = sourceNamed(rooms, name);
      return { source, destinations: destinationsOf(rooms, source.destinations) };
    },
    test: async (input, caller) => {
      if (!('name' in input)) {
        const { settings, saved } = input;
        const passing = passedSecrets(rooms.drafts.reveal(input.secrets, settings));
        const known = saved === undefined ? null : sourceNamed(rooms, saved);
        if (known !== null) demandSaved(known.name, known.settings, settings, passing);
        const asked = { secretsOf: known?.id ?? null, passing, tested: testedOf(settings) };
        return askJob(rooms, caller, { kind: 'probe', settings }, asked);
      }
      const source = sourceNamed(rooms, input.name);
      return askJob(
        rooms,
        caller,
        { kind: 'probe', settings: source.settings },
        { sourceId: source.id, secretsOf: source.id },
      );
    },
    setGoals: async (input, caller) => setGoals(rooms, input, caller),
    remove: async ({ name }, caller) => {
      await removeSource(rooms, sourceNamed(rooms, name), caller);
      return {};
    },
  };
}

const mostNamed = 3;
const usualPort = 5432;

/** `shop.db`, `shop, blog at db.example.com`: what is tested before it has a name. */
function testedOf(settings: SourceSettings): string {
  if (settings.kind === 'sqlite') return path.basename(settings.file);
  const { databases, host, port } = settings;
  const named = databases.length > mostNamed ? plural(databases.length, 'database') : databases.join(', ');
  return `${named} at ${host.startsWith('/') || port === usualPort ? host : `${host}:${port}`}`;
}

type GoalsInput = Parameters<Handlers<HoldfastContract>['source']['setGoals']>[0];

function setGoals(rooms: Rooms, { name, ...change }: GoalsInput, { actor }: Caller): Source {
  const { goals: before, ...source } = sourceNamed(rooms, name);
  const goals: Goals = {};
  for (const key of ['rpoMs', 'rtoMs'] as const) {
    const value = change[key] === undefined ? before?.[key] : change[key];
    if (value !== undefined && value !== null) goals[key] = value;
  }
  const changed: Source = Object.keys(goals).length === 0 ? source : { ...source, goals };
  rooms.catalog.sources.replace(changed);
  keepSettings(rooms);
  audit(rooms, 'source.changed', actor, name, {
    sourceId: source.id,
    rpoMs: goals.rpoMs ?? null,
    rtoMs: goals.rtoMs ?? null,
  });
  rooms.announce.source.changed({ source: changed });
  return changed;
}

/** Its passwords go with it; its backups stay. */
export async function removeSource(rooms: Rooms, source: Source, caller: Caller): Promise<void> {
  for (const secret of secretsNeeded(source.settings)) await forgetSecret(rooms, source, secret, caller);
  rooms.catalog.sources.remove(source.id);
  keepSettings(rooms);
  audit(rooms, 'source.removed', caller.actor, source.name, { sourceId: source.id });
  rooms.announce.source.removed({ sourceId: source.id });
}

/** @param marks what only the house may say of a source. */
export async function addSource(
  rooms: Rooms,
  input: AddInput,
  caller: Caller,
  marks: Pick<Source, 'sample'> = {},
): Promise<Source> {
  const known = rooms.catalog.sources.byName(input.name);
  if (known !== undefined && !input.replace)
    throw new Fail('source.name-taken', `There is a source named ${input.name} already.`);
  refuseRelative(input);
  const joined = joinedId(rooms, input);
  const destinations = await placesOf(rooms, input, known);
  const source: Source = {
    id: joined ?? known?.id ?? newSourceId(),
    name: input.name,
    settings: input.settings,
    scope: input.scope,
    digests: input.digests,
    compressionLevel: input.compressionLevel,
    destinations,
    createdAt: known?.createdAt ?? rooms.clock.now(),
    ...(known?.goals === undefined ? {} : { goals: known.goals }),
    ...productionMark(input, known),
    ...directChoice(input, known),
    ...(known?.sample === true && sameFile(known, input) ? { sample: true } : {}),
    ...marks,
  };
  // The password first: a source whose password could not be kept must not look ready.
  await keepSecrets(rooms, source, known, rooms.drafts.reveal(input.secrets, source.settings), caller);
  if (known === undefined) rooms.catalog.sources.add(source);
  else rooms.catalog.sources.replace(source);
  keepSettings(rooms);
  audit(rooms, known === undefined ? 'source.added' : 'source.changed', caller.actor, source.name, {
    sourceId: source.id,
    kind: source.settings.kind,
  });
  rooms.announce.source.changed({ source });
  rooms.drafts.forget(input.secrets.draft);
  return source;
}

/** The source whose backups are known and that is set up again. */
function joinedId({ catalog }: Rooms, { name, joins, settings }: AddInput): SourceId | undefined {
  if (joins === undefined) return undefined;
  const [newest] = catalog.backups.cards({ sourceId: joins, limit: 1 });
  const known = catalog.sources.byName(name) ?? catalog.sources.byId(joins);
  if (known !== undefined)
    throw new Fail('source.joins-other', `${known.name} is set up already: only a new source goes on with backups.`);
  if (newest === undefined)
    throw new Fail('source.joins-other', 'There is no backup of the source that it is to go on with.');
  if (newest.kind !== settings.kind)
    throw new Fail('source.joins-other', `The backups of ${newest.source} are of another kind of database.`);
  return joins;
}

/** A change that does not speak of the mark leaves it: it protects, and must not get lost on the way. */
function productionMark(input: AddInput, known: Source | undefined): Pick<Source, 'production'> {
  const production = input.production ?? known?.production ?? false;
  return production ? { production } : {};
}

function directChoice(input: AddInput, known: Source | undefined): Pick<Source, 'direct'> {
  const direct = input.direct === undefined ? known?.direct : input.direct;
  return typeof direct === 'string' ? { direct } : {};
}

/** A sample that was turned to another database is no sample any more: nobody may remove that one with a click. */
function sameFile(known: Source, input: AddInput): boolean {
  const [before, after] = [known.settings, input.settings];
  return before.kind === 'sqlite' && after.kind === 'sqlite' && before.file === after.file;
}

function refuseRelative(input: AddInput): void {
  const paths = [...input.folders, ...(input.settings.kind === 'sqlite' ? [input.settings.file] : [])];
  for (const given of paths) {
    if (!path.isAbsolute(given)) throw new Fail('call.malformed', `${given} is not an absolute path.`);
  }
}

/** Folders and named places together; the data folder's own where neither is named. */
async function placesOf(
  rooms: Rooms,
  { folders, destinations }: AddInput,
  known: Source | undefined,
): Promise<DestinationId[]> {
  const others = destinations?.map((name) => placeNamed(rooms, name).id) ?? otherPlaces(rooms, known);
  const named = folders.length === 0 && others.length === 0 ? [rooms.folders.backups] : folders;
  return [...new Set([...(await foldersOf(rooms, named)), ...others])];
}

/** A change that does not speak of places other than folders leaves them. */
function otherPlaces(rooms: Rooms, known: Source | undefined): DestinationId[] {
  return (known?.destinations ?? []).filter((id) => {
    const card = rooms.catalog.destinations.byId(id);
    return card !== undefined && card.settings.kind !== 'folder';
  });
}

/** The destinations of these folders, made known where they are new. */
async function foldersOf(rooms: Rooms, folders: readonly string[]): Promise<DestinationId[]> {
  const ids: DestinationId[] = [];
  for (const folder of folders.map((one) => path.resolve(one))) {
    const known = rooms.catalog.destinations.byFolder(folder);
    if (known === undefined) {
      await createFolder(folder);
      const card: DestinationCard = {
        id: newDestinationId(),
        name: path.basename(folder) || folder,
        settings: { kind: 'folder', path: folder },
      };
      rooms.catalog.destinations.add(card);
      rooms.announce.destination.changed({ card });
      ids.push(card.id);
    } else if (!ids.includes(known.id)) ids.push(known.id);
  }
  return ids;
}

async function keepSecrets(
  rooms: Rooms,
  source: Source,
  known: Source | undefined,
  given: SecretsIn,
  caller: Caller,
): Promise<void> {
  const needed = secretsNeeded(source.settings);
  // Before the first is kept: a change that is refused leaves every one as it was.
  demandSaved(source.name, known?.settings, source.settings, given);
  const secrets = new Map(
    needed.flatMap((name): [string, Secret][] => {
      const text = given[name];
      return text === undefined ? [] : [[name, givenText(text)]];
    }),
  );
  for (const name of needed) {
    const secret = secrets.get(name);
    if (secret === undefined) continue;
    await rooms.vault.put(secretRef(source.id, name), secret);
    audit(rooms, 'secret.kept', caller.actor, source.name, { secret: name });
  }
  for (const name of known === undefined ? [] : secretsNeeded(known.settings)) {
    if (needed.includes(name)) continue;
    await forgetSecret(rooms, source, name, caller);
  }
}

/** A keeper that cannot be reached keeps its copy; that must not keep the source from going. */
async function forgetSecret(rooms: Rooms, source: Source, name: SecretName, caller: Caller): Promise<void> {
  try {
    await rooms.vault.forget(secretRef(source.id, name));
    audit(rooms, 'secret.forgotten', caller.actor, source.name, { secret: name });
  } catch (thrown) {
    rooms.log.warn('A saved password could not be taken from its keeper.', {
      source: source.name,
      secret: name,
      thrown,
    });
  }
}
