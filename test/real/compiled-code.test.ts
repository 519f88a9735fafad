/** What a start compiles is kept for the next one, in the data folder, where nobody else can write. */
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { startProgram } from '../helpers/holdfast.ts';
import { tempFolder } from '../helpers/temp.ts';

const list = async (home: string) =>
  startProgram('src/main/cli/main.ts', home, ['list', '--json'], { env: { NODE_COMPILE_CACHE: '' } }).ended;

describe('BS-16 SV-20 code that is kept compiled', () => {
  test('lies in a private data folder and nowhere else', async () => {
    const home = path.join(tempFolder('code'), 'home');
    await list(home);
    expect(existsSync(path.join(home, 'code'))).toBe(false);
    expect((await list(home)).json()).toEqual([]);
    const code = path.join(home, 'code');
    const [version = ''] = readdirSync(code);
    expect(readdirSync(path.join(code, version)).length).toBeGreaterThan(100);
    for (const name of ['', version]) expect(statSync(path.join(code, name)).mode & 0o777).toBe(0o700);
  });

  test('is neither read nor made where other accounts could have put it', async () => {
    const home = path.join(tempFolder('code-open'), 'home');
    mkdirSync(home);
    chmodSync(home, 0o777);
    const ran = await list(home);
    expect(ran.json()).toMatchObject({ code: 'home.unusable' });
    expect(readdirSync(home)).toEqual([]);
  });
});
