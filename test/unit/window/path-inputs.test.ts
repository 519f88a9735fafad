import { describe, expect, it } from 'vitest';
import { pathsIn } from '../../../src/main/window/path-inputs.ts';

describe('every path of a place is seen before the window may send it', () => {
  it('the folder of a new place has to have been chosen', () => {
    const settings = { kind: 'folder', path: '/etc' };
    for (const call of ['destination.add', 'destination.test'])
      expect(pathsIn(call, { settings })).toEqual([{ purpose: 'folder', file: '/etc' }]);
  });

  it('a folder that does not say what it is is one', () => {
    expect(pathsIn('destination.add', { settings: { path: '/etc' } })).toHaveLength(1);
  });

  it('a path on an SFTP server is there and not here; its key file is here', () => {
    const settings = { kind: 'sftp', path: '/backups', keyFile: '/home/ada/.ssh/id' };
    expect(pathsIn('destination.add', { settings })).toEqual([{ purpose: 'key-file', file: '/home/ada/.ssh/id' }]);
  });
});
