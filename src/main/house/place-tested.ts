/** Tests a place, and keeps what the test of a saved one came to: what this computer's key may do there is measured, not read. */
import type { Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import {
  isUnreachable,
  type DestinationCard,
  type PlaceReport,
  type PlaceStep,
  type PlaceTested,
} from '../../shared/destination.ts';
import type { Instant } from '../../shared/id.ts';
import { toFailure, type Failure } from '../../shared/failure.ts';
import { givenText } from '../base/secret.ts';
import { createDestination, openDestination, secretsOf, type Access } from '../destination/open.ts';
import { placeNamed, withPlace } from './place.ts';
import { freeIn } from './place-room.ts';
import { tryPlace } from './place-test.ts';
import type { Rooms } from './rooms.ts';

type TestInput = Parameters<Handlers<HoldfastContract>['destination']['test']>[0];

export async function testPlace(rooms: Rooms, input: TestInput, signal: AbortSignal): Promise<PlaceReport> {
  const { attempt } = input;
  const onStep = (step: PlaceStep): void => {
    if (attempt !== undefined) rooms.announce.destination.stepped({ attempt, step });
  };
  if ('name' in input) return testSaved(rooms, placeNamed(rooms, input.name), signal, onStep);
  const [wanted] = secretsOf(input.settings);
  const { userHome, sshAgentSocket } = rooms.env;
  const access: Access = {
    secrets: wanted === undefined || input.secret === undefined ? {} : { [wanted.name]: givenText(input.secret) },
    surroundings: { userHome, sshAgentSocket },
  };
  await createDestination(input.settings, access);
  const place = await openDestination(input.settings, access);
  try {
    return await tryPlace(place, signal, onStep);
  } finally {
    await place.close();
  }
}

async function testSaved(
  rooms: Rooms,
  { id }: DestinationCard,
  signal: AbortSignal,
  onStep: (step: PlaceStep) => void,
): Promise<PlaceReport> {
  const keep = (outcome: PlaceReport | Failure): void => {
    // It may have been changed or removed while it was tried.
    const card = rooms.catalog.destinations.byId(id);
    if (card === undefined) return;
    const changed = { ...card, tested: testedBy(outcome, rooms.clock.now(), card.tested) };
    rooms.catalog.destinations.change(changed);
    rooms.announce.destination.changed({ card: changed });
  };
  try {
    const report = await withPlace(rooms, placeNamed(rooms, id), async (place) => {
      const tried = await tryPlace(place, signal, onStep);
      // A test that passed may not fail over what is only told.
      await freeIn(rooms, { id }, place).catch(() => null);
      return tried;
    });
    keep(report);
    return report;
  } catch (thrown) {
    if (!signal.aborted) keep(toFailure(thrown, 'place-test'));
    throw thrown;
  }
}

function testedBy(outcome: PlaceReport | Failure, at: Instant, before: PlaceTested | undefined): PlaceTested {
  const reachedAt = (code: string | null): Instant | null => (isUnreachable(code) ? (before?.reachedAt ?? null) : at);
  const nothing = { mayOverwrite: null, mayRemove: null, backups: null };
  if ('hint' in outcome) {
    const { code, message } = outcome;
    return { at, failure: { code, message }, reachedAt: reachedAt(code), ...nothing };
  }
  const { steps, mayOverwrite, mayRemove, backups } = outcome;
  const failed = steps.find((step) => step.outcome === 'failed');
  const failure =
    failed === undefined
      ? null
      : { code: failed.code, message: failed.message === '' ? unkept[failed.what] : failed.message };
  // Without an object that could be stored nothing was tried that could be destroyed.
  if (failed?.what === 'put') return { at, failure, reachedAt: reachedAt(failed.code), ...nothing };
  return { at, failure, reachedAt: reachedAt(failed?.code ?? null), mayOverwrite, mayRemove, backups };
}

/** What is wrong where nothing failed but the answer. */
const unkept: Record<PlaceStep['what'], string> = {
  put: 'What was stored has another size.',
  read: 'What was stored comes back as something else.',
  range: 'A part of what was stored comes back as something else.',
  list: 'What was stored is not listed.',
  refuse: 'What is there already is replaced without a word.',
};
