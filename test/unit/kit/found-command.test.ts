import { describe, expect, test } from 'vitest';
import type { DestinationSettings } from '../../../src/shared/destination.ts';
import { parseArguments } from '../../../src/main/cli/arguments.ts';
import type { Context } from '../../../src/main/cli/command.ts';
import { placeOptions, settingsOf } from '../../../src/main/cli/place-options.ts';
import { foundCommand } from '../../../src/main/kit/found-command.ts';

const context = { cwd: '/', env: { sshAgentSocket: '/agent' } } as unknown as Context;

/** What a shell makes of a line with single quotes and nothing else. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/(?:'[^']*'|\\'|[^\s'\\])+/g)].map(([word]) => word.replaceAll(/'([^']*)'|\\(')/g, '$1$2'));

function readBack(name: string, settings: DestinationSettings): { name: string; settings: DestinationSettings } {
  const [program, command, ...rest] = wordsOf(foundCommand({ name, settings }));
  expect([program, command]).toEqual(['holdfast', 'found-again']);
  const args = parseArguments(rest, placeOptions, { least: 1, most: 1 });
  return { name: args.positionals[0] ?? '', settings: settingsOf(args, context) };
}

const hop = { host: 'backup.example.org', port: 2222, user: 'ada', hostKey: `SHA256:${'a'.repeat(43)}` };
const s3 = { kind: 's3', region: 'eu-central-003', bucket: 'team', pathStyle: false, accessKeyId: 'AKID' } as const;
const places: [string, DestinationSettings][] = [
  ['a folder with everything in its name', { kind: 'folder', path: `/mnt/Ada's disk; $(rm)/ünïcode` }],
  ['a bucket of AWS', { ...s3, prefix: '' }],
  ['a folder of a bucket elsewhere', { ...s3, prefix: 'a b/c', endpoint: 'https://s3.example.org', pathStyle: true }],
  ['a container', { kind: 'azure', account: 'team', container: 'backups', prefix: 'shop', auth: 'sas' }],
  [
    'a container of an emulator',
    {
      kind: 'azure',
      account: 'team',
      container: 'backups',
      prefix: '',
      auth: 'key',
      endpoint: 'http://127.0.0.1:10000/team',
    },
  ],
  ['a server, by a key', { kind: 'sftp', ...hop, auth: 'key', keyFile: '/home/ada/.ssh/id', path: '/srv/back ups' }],
  ['a server, by an agent', { kind: 'sftp', ...hop, host: '2001:db8::1', auth: 'agent', path: '/srv' }],
  ['a server, by a password', { kind: 'sftp', ...hop, auth: 'password', path: '/srv' }],
];

describe('JO-13 the command on a kit names the very place', () => {
  test.each(places)('%s', (name, settings) => {
    expect(readBack(name, settings)).toEqual({ name, settings });
  });
});
