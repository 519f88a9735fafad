import { describe, expect, it } from 'vitest';
import type { DestinationCard, PlaceTally, PlaceTested } from '../../../../src/shared/destination.ts';
import type { DestinationId } from '../../../../src/shared/id.ts';
import { checkWhere, settingsOf } from '../../../../src/renderer/destinations/check.ts';
import { draftOf, newPlace, withService, type PlaceDraft } from '../../../../src/renderer/destinations/draft.ts';
import { fieldOf } from '../../../../src/renderer/destinations/fault-field.ts';
import { keptDraft, keptText } from '../../../../src/renderer/destinations/kept.ts';
import { faultsOf, leadOf, rowOf } from '../../../../src/renderer/destinations/standing.ts';

const typed = { bucket: 'backups', region: 'eu-central-003', account: 'abc', accessKeyId: 'AK' };
const bucketOf = (service: PlaceDraft['s3']['service']): PlaceDraft => ({
  ...newPlace,
  kind: 's3',
  s3: withService({ ...newPlace.s3, ...typed }, service),
});
const cardOf = (draft: PlaceDraft): DestinationCard => {
  const settings = settingsOf(draft);
  if (settings === null) throw new Error('Nothing whole was typed.');
  return { id: 'dst-00000000000a' as DestinationId, name: 'bucket', settings };
};

describe('JO-13 what is typed of a place becomes its settings', () => {
  it.each([
    ['aws', undefined],
    ['b2', 'https://s3.eu-central-003.backblazeb2.com'],
    ['r2', 'https://abc.r2.cloudflarestorage.com'],
    ['gcs', 'https://storage.googleapis.com'],
  ] as const)(
    '%s needs no address that a person would have to look up, and is known again by it',
    (service, endpoint) => {
      const card = cardOf(bucketOf(service));
      expect(card.settings).toMatchObject({
        kind: 's3',
        bucket: 'backups',
        ...(endpoint === undefined ? {} : { endpoint }),
      });
      const again = draftOf(card);
      expect(again.s3.service).toBe(service);
      expect(settingsOf(again)).toEqual(card.settings);
    },
  );

  it('an address of its own stays as it was typed', () => {
    const other = bucketOf('other');
    const card = cardOf({ ...other, s3: { ...other.s3, endpoint: 'https://s3.example.org:9000' } });
    expect(draftOf(card).s3).toMatchObject({ service: 'other', endpoint: 'https://s3.example.org:9000' });
  });

  it('every fault stands at a field that is there', () => {
    const nothing = (service: PlaceDraft['s3']['service']): string[] =>
      Object.keys(checkWhere({ ...newPlace, kind: 's3', s3: withService(newPlace.s3, service) }, '', false)).toSorted();
    expect(nothing('r2')).toEqual(['accessKeyId', 'account', 'bucket', 'secret']);
    expect(nothing('b2')).toEqual(['accessKeyId', 'bucket', 'region', 'secret']);
    expect(nothing('other')).toEqual(['accessKeyId', 'bucket', 'endpoint', 'region', 'secret']);
    expect(fieldOf('destination.unreachable', bucketOf('r2'))).toBe('account');
    expect(fieldOf('destination.unreachable', bucketOf('gcs'))).toBeNull();
    expect(fieldOf('destination.unreachable', bucketOf('minio'))).toBe('endpoint');
  });

  it('a draft that is kept is read again; any other text is none', () => {
    const draft = bucketOf('b2');
    expect(keptDraft(keptText(draft, newPlace))).toEqual(draft);
    expect(keptText(newPlace, newPlace)).toBeNull();
    for (const text of ['', '{}', '{"version":1,"draft":{}}', 'null']) expect(keptDraft(text)).toEqual(newPlace);
  });
});

describe('BS-10 how places stand, from their cards and counts', () => {
  const card = cardOf(bucketOf('aws'));
  const tested: PlaceTested = {
    at: 2000,
    failure: null,
    reachedAt: 2000,
    mayOverwrite: true,
    mayRemove: true,
    backups: 3,
  };
  const tally: PlaceTally = {
    destination: card.id,
    stored: 3,
    waiting: 0,
    failed: 0,
    damaged: 0,
    newestAt: 1000,
    sizeBytes: 3000,
    free: { at: 1500, bytes: 9000 },
    bytesADay: 300,
    daysLeft: 400,
  };
  const other = { ...card, id: 'dst-00000000000b' as DestinationId, name: 'attic', seal: true };

  it('a place that did not answer is unreachable until a newer backup is there', () => {
    const away: PlaceTested = {
      ...tested,
      failure: { code: 'destination.unreachable', message: 'No answer.' },
      reachedAt: 500,
    };
    expect(rowOf({ ...card, tested: away }, [tally]).state).toEqual({ kind: 'unreachable', since: 1000 });
    expect(rowOf({ ...card, tested: away }, []).state).toEqual({ kind: 'unreachable', since: 500 });
    expect(rowOf({ ...card, tested: away }, [{ ...tally, newestAt: 3000 }]).state.kind).toBe('complete');
    const refused: PlaceTested = { ...away, failure: { code: 'destination.auth-failed', message: 'No.' } };
    expect(rowOf({ ...card, tested: refused }, [tally]).state.kind).toBe('failing');
  });

  it('what was not measured is never counted as safe or lost', () => {
    const rows = [rowOf({ ...card, tested }, [tally]), rowOf(other, [{ ...tally, destination: other.id, stored: 2 }])];
    expect(leadOf(rows)).toEqual({ kind: 'canDelete', some: 3, all: 5 });
    expect(leadOf([rowOf(card, [tally]), rowOf(other, [])])).toEqual({ kind: 'notMeasured' });
    expect(leadOf([rowOf(card, [tally])])).toEqual({ kind: 'onlyHere' });
    expect(faultsOf(rows)).toContainEqual({ kind: 'untested', names: ['attic'] });
  });

  it('a copy that does not hold comes before one that is late, and is never counted as there', () => {
    const bad = rowOf(card, [{ ...tally, damaged: 2, waiting: 1 }]);
    expect(bad.state).toEqual({ kind: 'damaged', number: 2 });
    expect(leadOf([bad, rowOf(other, [])])).toEqual({ kind: 'damaged', names: ['bucket'], copies: 2 });
  });

  it('a place that is full within a month is told of, with its days', () => {
    expect(faultsOf([rowOf(card, [tally])])).not.toContainEqual(expect.objectContaining({ kind: 'full' }));
    const full = { kind: 'full', name: 'bucket', daysLeft: 12 };
    expect(faultsOf([rowOf(card, [{ ...tally, daysLeft: 12 }])])).toContainEqual(full);
  });

  it('copies that are due come before what could be deleted', () => {
    const late = rowOf(other, [{ ...tally, destination: other.id, waiting: 4, failed: 1 }]);
    expect(leadOf([rowOf({ ...card, tested }, [tally]), late])).toEqual({
      kind: 'behind',
      names: ['attic'],
      copies: 5,
    });
  });
});
