/** Backups in parts as they were laid down when parts were released: read for ever, by Holdfast and by what the pages say. */
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { restoreHelp } from '../../src/main/artifact/help.ts';
import { readManifest } from '../../src/main/artifact/manifest.ts';
import { recoveryKey } from '../../src/main/artifact/recovery-secret.ts';
import { dataKey, listSets, manifestKey } from '../../src/main/artifact/set.ts';
import { unpack } from '../../src/main/artifact/unpack.ts';
import { folderDestination } from '../../src/main/destination/folder.ts';
import { splitting } from '../../src/main/destination/split.ts';
import type { BackupId } from '../../src/shared/id.ts';
import { gpgHome, hasGpg } from '../helpers/gpg.ts';
import { tempFolder } from '../helpers/temp.ts';

const golden = path.join(import.meta.dirname, '../golden');
const { secrets } = JSON.parse(readFileSync(path.join(golden, 'v1-sealed.json'), 'utf8')) as { secrets: string[] };
const keyring = { secrets: secrets.map(recoveryKey) };
const sqlite = 'bk-20261120-135257-sealed02' as BackupId;
const ids = [sqlite, 'bk-20261120-135304-sealed02' as BackupId];
const name = '01-database.sqlite.zst.gpg';
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A copy: whatever a test does, the golden files stay as they are. */
function copy(): string {
  const root = tempFolder('golden-split');
  cpSync(path.join(golden, 'v1-split'), root, { recursive: true });
  return root;
}

async function contentIn(root: string, backupId: BackupId, index = 0): Promise<string> {
  const place = splitting(folderDestination(root));
  const { body } = readManifest(await buffer(await place.get(manifestKey(backupId))), backupId, keyring);
  const facts = body.artifacts[index];
  if (facts === undefined || body.sealing === null) throw new Error('a sealed set');
  const opener = { sealing: body.sealing, keyring };
  const { signal } = new AbortController();
  return sha256(await buffer(unpack(place, dataKey(backupId, facts.name), facts, { signal, opener })));
}

const plainContents = (
  JSON.parse(readFileSync(path.join(golden, 'v1.json'), 'utf8')) as {
    sets: { backupId: string; contents: Record<string, string> }[];
  }
).sets;
const contentOf = (of: string): string[] =>
  Object.values(plainContents.find(({ backupId }) => backupId === of)?.contents ?? {});

describe('BS-14 Backups in parts of format version 1', () => {
  test('are the same manifests and, joined, the same bytes as in one piece', () => {
    for (const id of ids) {
      for (const place of ['v1-split', 'v1-sealed'])
        expect(readFileSync(path.join(golden, place, manifestKey(id)), 'utf8').split('\n')).toHaveLength(3);
      expect(readFileSync(path.join(golden, 'v1-split', manifestKey(id)))).toEqual(
        readFileSync(path.join(golden, 'v1-sealed', manifestKey(id))),
      );
      for (const whole of readdirSync(path.join(golden, 'v1-sealed/data', id))) {
        const folder = path.join(golden, 'v1-split/data', id);
        const parts = readdirSync(folder).filter((part) => part.startsWith(whole));
        const joined = Buffer.concat(parts.toSorted().map((part) => readFileSync(path.join(folder, part))));
        expect(joined.equals(readFileSync(path.join(golden, 'v1-sealed/data', id, whole)))).toBe(true);
      }
    }
    expect(readdirSync(path.join(golden, 'v1-split/data', sqlite)).toSorted()).toEqual(
      [1, 2, 3, 4].map((number) => `${name}.part-000${number}`),
    );
  });

  test('are listed, and give the content that was backed up', async () => {
    const found: string[] = [];
    for await (const set of listSets(splitting(folderDestination(copy())), undefined, keyring))
      found.push('why' in set ? set.why : set.backupId);
    expect(found).toEqual(ids);
    const root = copy();
    expect(await contentIn(root, sqlite)).toBe(contentOf('bk-20261120-135257-79g3pmma')[0]);
    for (const index of [0, 1])
      expect(await contentIn(root, ids[1] as BackupId, index)).toBe(contentOf('bk-20261120-135304-9pvsbvy0')[index]);
  });

  const partIn = (root: string, number: number): string => path.join(root, 'data', sqlite, `${name}.part-000${number}`);
  test.each<[string, (root: string) => void, string]>([
    ['the first part is gone', (root) => rmSync(partIn(root, 1)), 'artifact.truncated'],
    ['a part in the middle is gone', (root) => rmSync(partIn(root, 2)), 'artifact.truncated'],
    ['the last part is gone', (root) => rmSync(partIn(root, 4)), 'artifact.truncated'],
    ['every part is gone', (root) => rmSync(path.join(root, 'data', sqlite), { recursive: true }), 'artifact.missing'],
    ['a part ends too early', (root) => truncateSync(partIn(root, 2), 8_999), 'artifact.truncated'],
    ['there is one part more', (root) => cpSync(partIn(root, 1), partIn(root, 5)), 'artifact.tampered'],
    ['one more after a gap', (root) => cpSync(partIn(root, 1), partIn(root, 7)), 'artifact.tampered'],
    [
      'a part was moved behind the last',
      (root) => (rmSync(partIn(root, 4)), cpSync(partIn(copy(), 4), partIn(root, 6))),
      'artifact.missing',
    ],
    [
      'two parts changed places',
      (root) => {
        renameSync(partIn(root, 2), partIn(root, 9));
        renameSync(partIn(root, 3), partIn(root, 2));
        renameSync(partIn(root, 9), partIn(root, 3));
      },
      'artifact.tampered',
    ],
    [
      'a part is of another backup',
      (root) => {
        const other = path.join(root, 'data', ids[1] as string, '01-database.pgdump.zst.gpg.part-0001');
        cpSync(other, partIn(root, 1));
      },
      'artifact.tampered',
    ],
    [
      'bytes moved from one part into the next',
      (root) => {
        const [second, third] = [readFileSync(partIn(root, 2)), readFileSync(partIn(root, 3))];
        writeFileSync(partIn(root, 2), second.subarray(0, -1));
        writeFileSync(partIn(root, 3), Buffer.concat([Buffer.alloc(1), third]));
      },
      'artifact.tampered',
    ],
  ])('%s: refused before a byte goes on', async (_what, change, expected) => {
    const root = copy();
    change(root);
    await expect(contentIn(root, sqlite)).rejects.toMatchObject({ code: expected });
  });

  describe.runIf(hasGpg)('with gpg, zstd and what is written', () => {
    const gpg = gpgHome();
    const page = readFileSync(path.join(import.meta.dirname, '../../docs/format.md'), 'utf8');
    const recipe = (mark: string): string =>
      new RegExp(`^\`\`\`sh ${mark}\\n([^]*?)^\`\`\``, 'm').exec(page)?.[1] ?? '';
    const key = keyring.secrets[1];

    test('the recipe of docs/format.md opens one, and checks its ranges', () => {
      const root = copy();
      writeFileSync(path.join(root, 'secret.txt'), secrets[1] ?? '');
      const steps = [
        `set -eo pipefail; cd ${root}; ID=${sqlite}; FILE=${name}; KEY=${key?.keyId}`,
        recipe('sealed-number'),
        recipe('sealed-parts'),
        'N=1',
        recipe('ranges-parts'),
      ];
      const { status, stderr, stdout } = gpg.run(steps.join('\n'));
      expect(status, stderr).toBe(0);
      expect(sha256(readFileSync(path.join(root, 'app.db')))).toBe(contentOf('bk-20261120-135257-79g3pmma')[0]);
      expect(stdout.toString()).toBe('every range is as it was written\n');
      truncateSync(partIn(root, 3), 10);
      expect(gpg.run(steps.join('\n')).status).not.toBe(0);
    });

    test('HOW-TO-RESTORE.txt opens one', () => {
      const root = copy();
      writeFileSync(path.join(root, 'secret.txt'), secrets[1] ?? '');
      const [, section = ''] = /^5[.] Files that end([^]*)^6[.]/m.exec(restoreHelp) ?? [];
      const [join = '', open = ''] = section
        .split('\n')
        .filter((line) => line.startsWith('     '))
        .map((line) => line.trim());
      const opened = gpg.run(
        `cd ${root}; N=2; ${open.replace('FILE', `data/${sqlite}/${name}`)} > app.db && ${join.replaceAll('ID', sqlite).replaceAll('01-NAME.pgdump.zst.gpg', name)}`,
      );
      expect(opened.status, opened.stderr).toBe(0);
      expect(sha256(readFileSync(path.join(root, 'app.db')))).toBe(contentOf('bk-20261120-135257-79g3pmma')[0]);
      expect(
        readFileSync(path.join(root, name)).equals(readFileSync(path.join(golden, 'v1-sealed/data', sqlite, name))),
      ).toBe(true);
    });
  });
});
