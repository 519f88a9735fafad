/** Rules, their previews, and what is deleted once a person has named one. */
import { setImmediate as pause } from 'node:timers/promises';
import type { Caller, Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import { Fail, toFailure, type Failure } from '../../shared/failure.ts';
import type { BackupId, BackupPlanId, DestinationId, JobId, RetentionPreviewId, SourceId } from '../../shared/id.ts';
import type { RetentionLine, RetentionPreview, RetentionSettings, RetentionShown } from '../../shared/retention.ts';
import { listManifests } from '../artifact/set.ts';
import { newRetentionPreviewId } from '../base/id.ts';
import { missingFrom } from '../retention/short-list.ts';
import { ruleWords } from '../retention/words.ts';
import { timesOf } from '../schedule/times.ts';
import { keepSettings } from './keepsake.ts';
import { destinationsOf } from './order.ts';
import { withPlace } from './place.ts';
import { askPrunes } from './prune-order.ts';
import { asksFirst, rememberAsking } from './retention-asks.ts';
import { believeClock, lookAtClock } from './retention-clock.ts';
import { evaluate, linesOf, linesOfSource, toldLine, withDraft, type Evaluated } from './retention-lines.ts';
import { entriesOf, lookAt } from './retention-look.ts';
import { demandOwner, isSameOwner, nameOf, settingsOf } from './retention-owner.ts';
import type { Rooms } from './rooms.ts';
import { audit } from './trail.ts';

export function retentionHandlers(rooms: Rooms): Handlers<HoldfastContract>['retention'] {
  const { retention } = rooms.catalog;
  return {
    show: async ({ owner }) => {
      const all = owner === undefined ? retention.list() : [settingsOf(rooms, owner)];
      const told: RetentionShown[] = [];
      for (const one of all) if (nameOf(rooms, one.owner) !== undefined) told.push(await shown(rooms, one));
      return told;
    },
    preview: async ({ owner, clockIsRight, draft, brief }, caller) => {
      demandOwner(rooms, owner);
      if (draft !== undefined && !isSameOwner(owner, draft.owner))
        throw new Fail('call.malformed', 'The draft is of another owner.');
      if (draft !== undefined) refuseUnusable(rooms, draft);
      if (clockIsRight) believeClock(rooms, caller.actor);
      return previewed(rooms, draft ?? settingsOf(rooms, owner), brief);
    },
    look: async (question) => lookAt(rooms, question),
    entries: async (question) => entriesOf(rooms, question),
    set: async (settings, caller) => {
      const name = demandOwner(rooms, settings.owner);
      refuseUnusable(rooms, settings);
      retention.put(settings);
      toldOfRule(rooms, name, settings, caller);
      return previewed(rooms, settings);
    },
    apply: async ({ previewId }, caller) => ({ jobIds: await apply(rooms, previewId, caller) }),
  };
}

function toldOfRule(rooms: Rooms, name: string, settings: RetentionSettings, caller: Caller): void {
  keepSettings(rooms);
  const rule = ruleWords(settings.rule);
  audit(rooms, 'retention.set', caller.actor, name, { rule, places: settings.places.length });
  rooms.announce.retention.changed({ settings });
}

/** What `apply` needs of it: a hundred lists of a hundred thousand backups are not kept. */
const known = (preview: RetentionPreview): RetentionPreview => ({ ...preview, lines: [] });

function refuseUnusable(rooms: Rooms, { rule, places }: RetentionSettings): void {
  destinationsOf(
    rooms,
    places.map(({ destination }) => destination),
  );
  // A zone is known or not to the very rooms that schedule by it.
  for (const one of [rule, ...places.map((place) => place.rule)])
    if (one !== null) timesOf({ cron: '0 0 * * *', timeZone: one.timeZone });
}

async function shown(rooms: Rooms, settings: RetentionSettings): Promise<RetentionShown> {
  const clock = lookAtClock(rooms);
  const lines: RetentionLine[] = [];
  for (const line of linesOf(rooms, settings.owner)) {
    lines.push(toldLine(rooms, evaluate(rooms, line, { clock, missing: () => [] })));
    await pause();
  }
  return { settings, name: nameOf(rooms, settings.owner) ?? '', words: ruleWords(settings.rule), lines };
}

async function previewed(rooms: Rooms, settings: RetentionSettings, brief = false): Promise<RetentionPreview> {
  const lines = await lookedAt(rooms, settings, () => pause());
  const preview = previewOf(rooms, settings, lines, brief);
  rooms.catalog.retention.putPreview(known(preview), movedBy(settingsOf(rooms, settings.owner), settings, lines));
  return preview;
}

function previewOf(
  rooms: Rooms,
  settings: RetentionSettings,
  lines: readonly Evaluated[],
  brief = false,
): RetentionPreview {
  const goes = lines.flatMap(({ decision }) => decision.goes);
  return {
    previewId: newRetentionPreviewId(rooms.clock),
    at: rooms.clock.now(),
    settings,
    lines: lines.map((line) => toldLine(rooms, line, brief)),
    backups: new Set(goes.map(({ backup }) => backup.backupId)).size,
    proven: new Set(goes.filter(({ backup }) => backup.verdict === 'proven').map(({ backup }) => backup.backupId)).size,
    sizeBytes: goes.reduce((sum, { backup }) => sum + backup.sizeBytes, 0),
  };
}

/** What must be the same when it is applied: the rules of every line, those that were saved, and what goes. */
const movedBy = (saved: RetentionSettings, settings: RetentionSettings, lines: readonly Evaluated[]): string =>
  JSON.stringify([
    saved,
    settings,
    lines.map(({ sourceId, destination, governing, past, decision, stopped }) => [
      sourceId,
      destination,
      governing,
      past.clock?.what ?? null,
      past.missing.length,
      stopped?.code ?? null,
      decision.goes.map(({ backup }) => backup.backupId),
    ]),
  ]);

/**
 * Lists the places first. One that cannot be listed keeps what it has, and the others are asked all the same.
 * @param between gives way after each line. What is about to be applied is looked at in one go.
 */
async function lookedAt(
  rooms: Rooms,
  settings: RetentionSettings,
  between?: () => Promise<unknown>,
): Promise<Evaluated[]> {
  const lines = linesOf(rooms, settings.owner);
  const missing = new Map<DestinationId, readonly BackupId[]>();
  const silent = new Map<DestinationId, Failure>();
  for (const destination of new Set(lines.map((line) => line.destination))) {
    try {
      missing.set(destination, await missingIn(rooms, destination));
    } catch (thrown) {
      if (!(thrown instanceof Fail)) throw thrown;
      silent.set(destination, toFailure(thrown, destination));
    }
  }
  const clock = lookAtClock(rooms);
  const doubts = { clock, silent, missing: (destination: DestinationId) => missing.get(destination) ?? [] };
  const drafted = withDraft(rooms, settings);
  const looked: Evaluated[] = [];
  for (const line of lines) {
    looked.push(evaluate(drafted, line, doubts));
    if (between !== undefined) await between();
  }
  return looked;
}

async function missingIn(rooms: Rooms, destination: DestinationId): Promise<BackupId[]> {
  const [card] = destinationsOf(rooms, [destination]);
  if (card === undefined) return [];
  const removing = rooms.catalog.retention.removing().filter((one) => one.destination === destination);
  const remembered = rooms.catalog.backups.storedIn(destination);
  const listed = await withPlace(rooms, card, (place) => listManifests(place));
  return missingFrom(remembered, listed, new Set(removing.map(({ backupId }) => backupId)));
}

async function apply(rooms: Rooms, previewId: RetentionPreviewId, caller: Caller): Promise<JobId[]> {
  const { retention } = rooms.catalog;
  const kept = retention.preview(previewId);
  if (kept === undefined) throw new Fail('retention.unknown', `There is no preview ${previewId}.`);
  const { settings } = kept.preview;
  const name = demandOwner(rooms, settings.owner);
  const lines = await lookedAt(rooms, settings);
  const saved = settingsOf(rooms, settings.owner);
  if (movedBy(saved, settings, lines) !== kept.movedBy)
    throw new Fail(
      'retention.moved',
      'Something changed since this preview: a rule, a backup, a pin, a place or the day.',
    );
  const isNew = JSON.stringify(saved) !== JSON.stringify(settings);
  const jobIds = rooms.catalog.together(() => {
    if (isNew) retention.put(settings);
    // What was stopped could not be looked at: its rules wait until a person has seen what they let go.
    for (const line of lines)
      if (line.stopped === null) retention.apply(line.sourceId, line.destination, line.governing);
    for (const { sourceId } of lines) rememberAsking(rooms, sourceId, 0);
    return askPrunes(rooms, caller, previewId, lines);
  });
  if (isNew) toldOfRule(rooms, name, settings, caller);
  audit(rooms, 'retention.applied', caller.actor, name, { previewId, backups: kept.preview.backups });
  rooms.announce.retention.applied({ previewId, jobIds });
  return jobIds;
}

/** After a backup of a plan: the lines of its source that a person has let be pruned by just these rules. */
export function pruneAfterBackup(rooms: Rooms, planId: BackupPlanId, sourceId: SourceId, actor: string): void {
  const clock = lookAtClock(rooms);
  const lines = linesOfSource(rooms, sourceId)
    .map((line) => evaluate(rooms, line, { clock, missing: () => [] }))
    .filter(({ applied, decision }) => applied && decision.goes.length > 0);
  const unasked = lines.filter((line) => !asksFirst(rooms, line));
  rememberAsking(rooms, sourceId, lines.length - unasked.length);
  if (unasked.length === 0) return;
  const settings = settingsOf(rooms, { planId });
  const preview = previewOf(rooms, settings, unasked);
  rooms.catalog.retention.putPreview(known(preview), movedBy(settings, settings, unasked));
  const caller = { actor, signal: new AbortController().signal };
  askPrunes(rooms, caller, preview.previewId, unasked, planId);
}
