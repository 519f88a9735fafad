import { describe, expect, it } from 'vitest';
import { diffTables } from '../../../src/shared/diff.ts';

describe('what changed from one list of tables to another', () => {
  const before = [
    { name: 'a', rows: 1, digest: '1' },
    { name: 'b', rows: 5, digest: '5' },
    { name: 'c', rows: 5, digest: '5' },
    { name: 'gone', rows: 2, digest: '2' },
  ];
  const after = [
    { name: 'new', rows: 0, digest: '0' },
    { name: 'a', rows: 1, digest: '9' },
    { name: 'b', rows: 4, digest: '4' },
    { name: 'c', rows: 6, digest: null },
  ];

  it('names each table same, fewer, more, missing or new, and says where content changed in place', () => {
    expect(diffTables(before, after, true)).toEqual([
      { name: 'a', before: 1, after: 1, change: 'same', contentEqual: false },
      { name: 'b', before: 5, after: 4, change: 'fewer', contentEqual: false },
      { name: 'c', before: 5, after: 6, change: 'more', contentEqual: null },
      { name: 'gone', before: 2, after: null, change: 'missing', contentEqual: null },
      { name: 'new', before: null, after: 0, change: 'new', contentEqual: null },
    ]);
  });

  it('says nothing of content where the two sides cannot be compared', () => {
    expect(diffTables(before, after, false).map((table) => table.contentEqual)).toEqual([null, null, null, null, null]);
  });
});
