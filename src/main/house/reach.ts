/** What stands in the way of a run, found out cheaply and without a password, before a job is made for it. */
import { access, constants } from 'node:fs/promises';
import { connect, isIP } from 'node:net';
import path from 'node:path';
import type { DestinationCard } from '../../shared/destination.ts';
import type { SourceId } from '../../shared/id.ts';
import type { Plan, PlanWait } from '../../shared/plan.ts';
import type { Source } from '../../shared/source.ts';
import { key } from '../base/key.ts';
import type { Surroundings } from '../base/surroundings.ts';
import { withPlace } from './place.ts';
import type { Rooms } from './rooms.ts';

type Hindrance = Pick<PlanWait, 'reason' | 'detail'>;

/** A look at any name tells whether a place answers. */
const anyKey = key('reached');

const answerMs = 5_000;
const battery: Hindrance = { reason: 'battery', detail: 'This machine runs on battery.' };

/** @param what a proof asks nothing of the source. */
export async function hindranceOf(
  rooms: Pick<Rooms, 'catalog' | 'vault' | 'env'>,
  surroundings: Surroundings,
  plan: Plan,
  sourceId: SourceId,
  what: 'backup' | 'proof',
): Promise<Hindrance | null> {
  const source = rooms.catalog.sources.byId(sourceId);
  if (source === undefined) return { reason: 'source', detail: 'The source was removed.' };
  if (plan.onBattery === 'wait' && (await surroundings.onBattery()) === true) return battery;
  if (what === 'backup') {
    const unreachable = await networkHindrance(plan, source, surroundings);
    if (unreachable !== null) return unreachable;
  }
  return placesHindrance(rooms, plan.destinations.length === 0 ? source.destinations : plan.destinations);
}

/** What stands in the way of reading a place that may be far away. */
export async function hindranceOfPlace(
  rooms: Pick<Rooms, 'catalog' | 'vault' | 'env'>,
  surroundings: Surroundings,
  card: DestinationCard,
  rules: Rules,
): Promise<Hindrance | null> {
  if (rules.onBattery === 'wait' && (await surroundings.onBattery()) === true) return battery;
  if (card.settings.kind !== 'folder') {
    const none = await noNetwork(rules, surroundings);
    if (none !== null) return none;
  }
  return placesHindrance(rooms, [card.id]);
}

type Rules = Pick<Plan, 'onBattery' | 'onMetered'>;

async function noNetwork({ onMetered }: Rules, surroundings: Surroundings): Promise<Hindrance | null> {
  if (onMetered === 'wait' && (await surroundings.metered()) === true)
    return { reason: 'metered', detail: 'This network costs by volume.' };
  return (await surroundings.online()) ? null : { reason: 'network', detail: 'This machine has no network.' };
}

async function networkHindrance(plan: Plan, source: Source, surroundings: Surroundings): Promise<Hindrance | null> {
  const address = addressOf(source);
  if (address.kind === 'host' && !isLoopback(address.host)) {
    const none = await noNetwork(plan, surroundings);
    if (none !== null) return none;
  }
  if (address.kind === 'file')
    return (await isThere(address.file)) ? null : { reason: 'source', detail: `${address.file} cannot be read.` };
  return (await answers(address.host, address.port))
    ? null
    : { reason: 'source', detail: `${address.host} does not answer.` };
}

type Address = { kind: 'host'; host: string; port: number } | { kind: 'file'; file: string };

/** What is spoken to first: the file, the socket, or the first hop of a tunnel. */
function addressOf({ settings }: Source): Address {
  if (settings.kind === 'sqlite') return { kind: 'file', file: settings.file };
  const hop = settings.tunnel?.jump ?? settings.tunnel?.server;
  if (hop !== undefined) return { kind: 'host', host: hop.host, port: hop.port };
  if (path.isAbsolute(settings.host))
    return { kind: 'file', file: path.join(settings.host, `.s.PGSQL.${settings.port}`) };
  return { kind: 'host', host: settings.host, port: settings.port };
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

const isThere = (file: string): Promise<boolean> =>
  access(file, constants.R_OK).then(
    () => true,
    () => false,
  );

/** Whether anybody accepts a connection there. */
function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: answerMs });
    const done = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => done(true));
    socket.once('timeout', () => done(false));
    socket.once('error', () => done(false));
  });
}

/** One place that is there is enough: the others are told of with the backup. */
async function placesHindrance(
  rooms: Pick<Rooms, 'catalog' | 'vault' | 'env'>,
  ids: Plan['destinations'],
): Promise<Hindrance | null> {
  const names: string[] = [];
  for (const id of ids) {
    const card = rooms.catalog.destinations.byId(id);
    if (card === undefined) continue;
    const there = await withPlace(rooms, card, (destination) => destination.stat(anyKey)).then(
      () => true,
      () => false,
    );
    if (there) return null;
    names.push(card.name);
  }
  return { reason: 'destination', detail: `${names.join(', ') || 'Its place'} is not there.` };
}
