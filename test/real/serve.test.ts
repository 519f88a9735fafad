/** The browser door as a process: its links, its end, its place beside other doors of the same data folder. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWindow } from '../../scripts/build-window.mjs';
import type { Answer } from '../../src/shared/channel.ts';
import { ask, callAsPage } from '../helpers/browser-door.ts';
import { holdfast, holdfastJson, startHoldfast } from '../helpers/holdfast.ts';
import { serve, type Served } from '../helpers/served.ts';
import { makeDatabase } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';

const folder = tempFolder('serve');
const running: Served[] = [];

beforeAll(() => {
  buildWindow();
  makeDatabase(path.join(folder, 'shop.sqlite'), (db) => db.exec('CREATE TABLE customer (name TEXT)'));
});
afterAll(() => Promise.all(running.map((one) => one.kill())));

async function served(name: string, args: string[] = []): Promise<Served> {
  const one = await serve(path.join(folder, name), { env: { HOME: folder }, args });
  running.push(one);
  return one;
}

async function comeIn(
  link: string,
): Promise<{ port: number; cookie: string; call(name: string, input: unknown): Promise<Answer> }> {
  const { port, pathname, search } = new URL(link);
  const entered = await ask(Number(port), { path: pathname + search });
  const cookie = (entered.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
  return {
    port: Number(port),
    cookie,
    call: async (name, input) => JSON.parse((await callAsPage(Number(port), cookie, name, input)).body) as Answer,
  };
}

describe('holdfast serve', () => {
  it('shows the built window to whoever has the link, to the same browser again, and to another by another link', async () => {
    const one = await served('links');
    const first = await comeIn(one.link);
    const page = await ask(first.port, { path: '/', headers: { cookie: first.cookie } });
    expect(page.status).toBe(200);
    expect(page.body).toContain('<title>Holdfast</title>');
    const script = /src="\.?(\/assets\/[^"]+\.js)"/.exec(page.body)?.[1] ?? '';
    expect((await ask(first.port, { path: script, headers: { cookie: first.cookie } })).status).toBe(200);
    expect((await comeIn(one.link)).cookie).toBe('');
    const second = await comeIn(await one.nextLink());
    expect(await second.call('source.list', {})).toEqual({ ok: true, value: [] });
    expect(await first.call('source.list', {})).toEqual({ ok: true, value: [] });
    expect(await one.end()).toMatchObject({ code: 0, signal: null });
  });

  it('has the next link ready where nobody can press Enter', async () => {
    const { child, ended } = startHoldfast(path.join(folder, 'service'), ['serve', '--no-open']);
    let said = '';
    child.stdout?.on('data', (text: string) => (said += text));
    await expect.poll(() => said).toMatch(/ticket=/);
    await comeIn(/http\S+/.exec(said)?.[0] ?? '');
    await expect.poll(() => said.match(/http\S+/g)?.length).toBe(2);
    expect((await comeIn(said.match(/http\S+/g)?.at(1) ?? '')).cookie).not.toBe('');
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  it('leaves nothing with a link in it behind, and says why a browser is not opened', async () => {
    const home = path.join(folder, 'launch');
    const launched = startHoldfast(home, ['serve'], { env: { HOME: folder } });
    await launched.says('There is no display here');
    launched.child.kill('SIGINT');
    await launched.ended;
    expect(existsSync(path.join(home, 'open-window.html'))).toBe(false);
  });

  it('takes the port that is asked for, and says when it is taken', async () => {
    const one = await served('port');
    const { port } = new URL(one.link);
    expect(await holdfast(path.join(folder, 'port-2'), ['serve', '--port', port, '--json'])).toMatchObject({ code: 3 });
    await one.end();
    const again = await served('port', ['--port', port]);
    expect(new URL(again.link).port).toBe(port);
    await again.end();
  });

  it('is a guest beside another owner, hears its events, and goes on as the owner when that one dies', async () => {
    const owner = await served('owners');
    const guest = await served('owners');
    const [a, b] = [await comeIn(owner.link), await comeIn(guest.link)];
    expect(await a.call('door.pick', { purpose: 'sqlite-file', folder, name: 'shop.sqlite' })).toMatchObject({
      ok: true,
    });
    const events = await fetch(`http://127.0.0.1:${b.port}/events`, { headers: { cookie: b.cookie } });
    const heard = reader(events);
    const source = { kind: 'sqlite', file: path.join(folder, 'shop.sqlite') };
    const settings = {
      name: 'shop',
      settings: source,
      scope: { part: 'all', schemas: [], tables: [], excludeTables: [] },
    };
    const more = { digests: true, compressionLevel: 1, folders: [], secrets: {}, replace: false };
    expect(await a.call('source.add', { ...settings, ...more })).toMatchObject({ ok: true });
    await heard.until('"event":"source.changed"');
    await owner.kill();
    await heard.until('"event":"app.restarted"');
    const started = await b.call('backup.start', { name: 'shop' });
    expect(started).toMatchObject({ ok: true });
    const { jobId } = (started as { value: { jobId: string } }).value;
    expect(await b.call('job.wait', { jobId })).toMatchObject({ ok: true, value: { job: { state: 'succeeded' } } });
    await heard.until('"event":"backup.added"');
    // The terminal attaches to the tab's process, and the trail says who asked.
    expect(await holdfastJson(path.join(folder, 'owners'), ['list'])).toBeDefined();
    expect(readFileSync(path.join(folder, 'owners', 'audit.ndjson'), 'utf8')).toContain('(browser)');
    await heard.close();
    expect((await guest.end()).code).toBe(0);
  });

  it('lets a running job end before it leaves', async () => {
    const home = path.join(folder, 'owners');
    const one = await serve(home, { env: { HOME: folder } });
    const tab = await comeIn(one.link);
    const started = (await tab.call('backup.start', { name: 'shop' })) as { value: { jobId: string } };
    expect((await one.end()).code).toBe(0);
    const [job] = await holdfastJson<{ id: string; state: string }[]>(home, ['jobs']);
    expect(job).toMatchObject({ id: started.value.jobId, state: 'succeeded' });
  });
});

/** Reads a stream of events until a text has come. */
function reader(events: Response): { until(text: string): Promise<void>; close(): Promise<void> } {
  const stream = events.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    async until(wanted) {
      while (!text.includes(wanted)) {
        const next = await stream?.read();
        if (next?.done !== false) throw new Error(`The stream ended without ${wanted}: ${text}`);
        text += next.value;
      }
    },
    close: async () => {
      await stream?.cancel();
    },
  };
}
