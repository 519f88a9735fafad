/** SV-19 BS-16: a new key for new backups, the earlier kit for the earlier ones; two teams in one place; a lost keychain. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { holdfast, holdfastJson, type Ran } from '../helpers/holdfast.ts';
import { makeDatabase } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';

interface Kit {
  keyId: string;
  provenAt: string | null;
  earlier: { keyId: string }[];
}

const folder = tempFolder('kit-rotate');
const [home = '', other = '', place = ''] = ['home', 'other', 'vault'].map((name) => path.join(folder, name));
const env = { HOLDFAST_PASSPHRASE_FILE: path.join(folder, 'passphrase') };
const run = (args: string[], input?: string, at = home): Promise<Ran> =>
  holdfast(at, [...args, '--json'], { env, ...(input === undefined ? {} : { input }) });
const json = <T = Kit>(args: string[], at = home): Promise<T> => holdfastJson<T>(at, args, { env });
const codeOf = (ran: Ran): [number | null, string] => [ran.code, ran.json<{ code: string }>().code];
const backUp = async (at = home): Promise<string> =>
  (await json<{ backupId: string }>(['backup', at === home ? 'app' : 'theirs'], at)).backupId;
const readable = (id: string): Promise<Ran> => run(['verify', id, '--level', 'read', '--accept-partly']);
const recipientsOf = (id: string): string[] => {
  const [line = ''] = readFileSync(path.join(place, 'manifests', `${id}.jsonl`), 'utf8').split('\n');
  return (JSON.parse(line) as { sealing: { recipients: string[] } }).sealing.recipients;
};
async function print(name: string): Promise<string> {
  const file = path.join(folder, name);
  await json(['kit', 'print', 'vault', '--to', file]);
  return readFileSync(file, 'utf8');
}
const digitsOf = (page: string): string =>
  [...page.matchAll(/<td class="digits">([0-9a-f ]+)</g)].map(([, row = '']) => row).join(' ');
const enter = (page: string): Promise<Ran> => run(['kit', 'enter', 'vault', '--secret-stdin'], `${digitsOf(page)}\n`);

describe('SV-19 BS-16 A key that is replaced', () => {
  let [before, after, firstKit, secondKit] = ['', '', '', ''];
  let first: Kit;
  let second: Kit;

  beforeAll(async () => {
    writeFileSync(env.HOLDFAST_PASSPHRASE_FILE, 'only for tests\n', { mode: 0o600 });
    for (const name of ['app', 'theirs'])
      makeDatabase(path.join(folder, `${name}.db`), (db) => {
        db.exec('CREATE TABLE note (text TEXT); INSERT INTO note VALUES (1), (2)');
      });
    await json(['source', 'add', 'app', '--file', path.join(folder, 'app.db'), '--folder', place]);
    first = await json(['destination', 'seal', 'vault', 'on']);
    before = await backUp();
    firstKit = await print('first.html');
  }, 60_000);

  test('seals what comes from then on; what was before opens as it did', async () => {
    second = await json(['kit', 'rotate', 'vault']);
    expect(second).toMatchObject({ provenAt: null, earlier: [{ keyId: first.keyId }] });
    after = await backUp();
    expect([recipientsOf(before), recipientsOf(after)]).toEqual([[first.keyId], [second.keyId]]);
    for (const id of [before, after]) expect((await readable(id)).code).toBe(0);
  });

  test('has a kit of its own, which says which earlier one to keep', async () => {
    secondKit = await print('second.html');
    expect(digitsOf(secondKit)).not.toBe(digitsOf(firstKit));
    expect(firstKit).not.toContain('Keep the earlier kits');
    expect(secondKit).toContain(`Keep the earlier kits for those before: ${first.keyId} until`);
  });

  test('a lost keychain is made good by both kits, in any order, and the newer one seals', async () => {
    for (const kept of ['vault.json', 'vault-index.json']) rmSync(path.join(home, kept));
    expect((await enter(firstKit)).code).toBe(0);
    expect((await readable(before)).code).toBe(0);
    expect(codeOf(await readable(after))).toEqual([3, 'vault.missing-secret']);
    expect((await enter(secondKit)).code).toBe(0);
    expect(await json(['kit', 'show', 'vault'])).toMatchObject({
      keyId: second.keyId,
      earlier: [{ keyId: first.keyId }],
    });
    expect(recipientsOf(await backUp())).toEqual([second.keyId]);
    await run(['doctor', '--rebuild']);
    for (const id of [before, after]) expect((await readable(id)).code).toBe(0);
  });

  test('two teams in one place: each opens its own, and is told whose kit the others need', async () => {
    await json(['source', 'add', 'theirs', '--file', path.join(folder, 'theirs.db'), '--folder', place], other);
    await json(['destination', 'seal', 'vault', 'on'], other);
    const theirs = await backUp(other);
    const rebuilt = await run(['doctor', '--rebuild']);
    expect(rebuilt.stdout).toContain(theirs);
    const listed = await json<{ backupId: string }[]>(['list']);
    expect(listed.map(({ backupId }) => backupId)).toContain(before);
    expect(listed.map(({ backupId }) => backupId)).not.toContain(theirs);
    expect((await run(['verify', theirs, '--level', 'read', '--accept-partly'], undefined, other)).code).toBe(0);
    // Their key is not ours: nothing is sealed with it here because somebody typed it in.
    expect(await json(['kit', 'show', 'vault'])).toMatchObject({ keyId: second.keyId });
  });

  test(
    'a backup whose key is not here is sealed anew with its kit, and stays without it',
    { timeout: 60_000 },
    async () => {
      for (const kept of ['vault.json', 'vault-index.json']) rmSync(path.join(home, kept));
      expect((await enter(secondKit)).code).toBe(0);
      const reseal = (...args: string[]): Promise<Ran> => run(['kit', 'reseal', 'vault', ...args]);
      const without = await reseal();
      expect(without.code).toBe(1);
      expect(without.json()).toMatchObject({ done: 0, count: 1, backups: [{ backupId: before, step: 'stays' }] });
      const wrong = await reseal(before, '--kit-file', path.join(folder, 'second.html'));
      expect(codeOf(wrong)).toEqual([3, 'kit.other-place']);
      const done = await reseal(before, '--kit-file', path.join(folder, 'first.html'));
      expect(done.code, done.stderr).toBe(0);
      expect(done.json()).toMatchObject({ done: 1, count: 0 });
      const now = (await json<{ backupId: string }[]>(['list'])).at(-1)?.backupId ?? '';
      expect([now === before, recipientsOf(now)]).toEqual([false, [second.keyId]]);
    },
  );
});
