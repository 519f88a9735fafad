/** What runs is named after what it is about: a source, a place, or what is tested and is no source yet. */
import { describe, expect, it } from 'vitest';
import { subjectOf } from '../../../../src/renderer/frame/job-subject.ts';
import { type DestinationId } from '../../../../src/shared/id.ts';
import { source } from '../things.ts';

const shop = source('shop');
const attic = { id: 'dst-00000001' as DestinationId, name: 'attic' };
const of = (job: Parameters<typeof subjectOf>[0]): string | null => subjectOf(job, [shop], [attic]);

describe('what a job is called after', () => {
  it('is its source, or nothing where that was removed', () => {
    expect(of({ sourceId: shop.id })).toBe('shop');
    expect(of({ sourceId: source('gone').id })).toBeNull();
  });

  it('is the place of a job that has no source', () => {
    expect(of({ sourceId: null, destinationId: attic.id })).toBe('attic');
  });

  it('is what a test looks at before it has a name', () => {
    expect(of({ sourceId: null, tested: 'shop at db.example.com' })).toBe('shop at db.example.com');
    expect(of({ sourceId: null })).toBeNull();
  });
});
