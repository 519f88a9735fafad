import {
  appendFileSync,
  chmodSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openAudit } from '../../../src/main/audit/audit.ts';
import { beginning, link, readLine } from '../../../src/main/audit/chain.ts';
import type { HeadKeeper } from '../../../src/main/audit/head.ts';
import { AuditEntry } from '../../../src/shared/audit.ts';
import { z } from '../../../src/shared/schema.ts';
import { needs } from '../../helpers/needs.ts';
import { tempFolder } from '../../helpers/temp.ts';

const clock = {
  now: () => 1_795_000_000_000,
  elapsed: () => 0,
  sleep: () => Promise.reject(new Error('Nobody sleeps here.')),
};

/** As the catalog keeps it: apart from the trail, and there when the trail is opened again. */
function keptHead(): HeadKeeper & { text: string | undefined } {
  const head = {
    text: undefined as string | undefined,
    get: () => head.text,
    set: (text: string) => void (head.text = text),
  };
  return head;
}

function trailOf(entries: number) {
  const file = path.join(tempFolder('audit'), 'audit.ndjson');
  const head = keptHead();
  const audit = openAudit(file, clock, head);
  for (let n = 1; n <= entries; n += 1) {
    audit.append('backup.made', 'ada (terminal)', `bk-${n}`, {
      sizeBytes: n * 1_000,
      name: 'Ünï\u{fffd}',
      complete: true,
    });
  }
  return { file, head, audit, text: existsSync(file) ? readFileSync(file) : Buffer.alloc(0) };
}

const reopened = (file: string, head?: HeadKeeper) => openAudit(file, clock, head);

describe('BS-16 BS-18 BD-17 the trail', () => {
  test('keeps what happened, newest first, in a file for this user alone', async () => {
    const { file, head, audit } = trailOf(3);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const list = await audit.list(2);
    expect(list.map(({ sequence, subject }) => [sequence, subject])).toEqual([
      [3, 'bk-3'],
      [2, 'bk-2'],
    ]);
    expect(list.every((entry) => z.safeParse(AuditEntry, entry).success)).toBe(true);
    expect(list[0]?.previous).toBe(list[1]?.hash);
    expect(await audit.check()).toEqual({ entries: 3, intact: true, brokenAt: null });

    const later = reopened(file, head);
    expect(later.repaired).toBe(false);
    expect(later.append('secret.revealed', 'ada (window)', 'src-1').sequence).toBe(4);
    expect(await later.list(100)).toHaveLength(4);
    expect(await later.check()).toEqual({ entries: 4, intact: true, brokenAt: null });
  });

  test('an empty trail is intact, and closes a file that was open to others', async () => {
    const { audit, file } = trailOf(0);
    expect(await audit.check()).toEqual({ entries: 0, intact: true, brokenAt: null });
    expect(await audit.list(5)).toEqual([]);
    audit.append('data.opened', 'ada', 'home');
    chmodSync(file, 0o644);
    reopened(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('lines longer than a block of the reader are read whole', async () => {
    const { audit, file, head } = trailOf(1);
    audit.append('backup.failed', 'ada', 'x'.repeat(200_000), { code: 'tool.failed' });
    audit.append('backup.made', 'ada', 'after');
    expect((await audit.list(3)).map(({ subject }) => subject.length)).toEqual([5, 200_000, 4]);
    expect(await reopened(file, head).check()).toMatchObject({ entries: 3, intact: true });
  });

  test('an append while the trail is being checked does not disturb', async () => {
    const { audit } = trailOf(50);
    const checking = audit.check();
    audit.append('backup.made', 'ada', 'meanwhile');
    expect(await checking).toEqual({ entries: 50, intact: true, brokenAt: null });
    expect(await audit.check()).toEqual({ entries: 51, intact: true, brokenAt: null });
  });
});

describe('what somebody did to the trail behind its back', () => {
  const { file, head, text } = trailOf(12);
  const lines = text.toString('utf8').trimEnd().split('\n');
  const headText = head.text;
  const folder = tempFolder('audit-changed');
  let round = 0;

  /** The trail with other bytes, as the next start finds it. */
  const found = async (bytes: Uint8Array | string) => {
    const changed = path.join(folder, `${(round += 1)}.ndjson`);
    writeFileSync(changed, bytes);
    const kept = keptHead();
    kept.text = headText;
    const state = await reopened(changed, kept).check();
    rmSync(changed);
    return state;
  };
  const joined = (some: string[]): string => `${some.join('\n')}\n`;
  const lineNumber = fc.nat(lines.length - 1);

  test('nothing was done: intact', async () => {
    expect(await found(text)).toEqual({ entries: 12, intact: true, brokenAt: null });
    expect(readFileSync(file)).toEqual(text);
  });

  test('any single byte that is another one is found, at its line', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = Buffer.from(text);
        changed[at] = (changed[at] ?? 0) ^ by;
        const { intact, brokenAt } = await found(changed);
        const line = text.subarray(0, at).toString('latin1').split('\n').length;
        expect({ intact, brokenAt }).toEqual({ intact: false, brokenAt: line });
      }),
      { numRuns: 400 },
    );
  });

  test('a removed line is found', async () => {
    await fc.assert(
      fc.asyncProperty(lineNumber, async (at) => {
        expect(await found(joined(lines.toSpliced(at, 1)))).toEqual({ entries: 11, intact: false, brokenAt: at + 1 });
      }),
    );
  });

  test("two lines in each other's places are found", async () => {
    await fc.assert(
      fc.asyncProperty(lineNumber, lineNumber, async (a, b) => {
        fc.pre(a !== b);
        const swapped = lines.with(a, lines[b] ?? '').with(b, lines[a] ?? '');
        expect(await found(joined(swapped))).toEqual({ entries: 12, intact: false, brokenAt: Math.min(a, b) + 1 });
      }),
    );
  });

  test('an inserted line is found: one again, an empty one, or one that fits the line before', async () => {
    const forged = (at: number): string =>
      link(at === 0 ? beginning : (readLine(lines[at - 1] ?? '') ?? beginning), {
        at: 1,
        action: 'backup.deleted',
        actor: 'eve',
        subject: 'x',
        details: {},
      }).line;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(lines.length),
        lineNumber,
        fc.constantFrom('again', 'empty', 'forged'),
        async (at, which, kind) => {
          const line = kind === 'again' ? (lines[which] ?? '') : kind === 'empty' ? '' : forged(at);
          const { intact, brokenAt } = await found(joined(lines.toSpliced(at, 0, line)));
          expect(intact).toBe(false);
          // A repetition of the line that follows anyway, or a forged one, fits; then the next one does not.
          expect([at + 1, at + 2]).toContain(brokenAt);
        },
      ),
    );
  });

  test('a trail cut off at any byte is found, and is never taken for a crash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), async (size) => {
        const { intact, brokenAt } = await found(text.subarray(0, size));
        expect(intact).toBe(false);
        expect(brokenAt).toBe(text.subarray(0, size).toString('latin1').split('\n').length);
      }),
      { numRuns: 200 },
    );
  });

  test('bytes that are not text are not read as the sign that stands for such bytes', async () => {
    const changed = Buffer.from(text);
    const sign = changed.indexOf(Buffer.from('\u{fffd}'));
    changed[sign] = 0xf0;
    expect(changed.toString('utf8')).toBe(text.toString('utf8'));
    expect(await found(changed)).toEqual({ entries: 12, intact: false, brokenAt: 1 });
  });

  test('what no crash left is told and stays as it was found', async () => {
    for (const spoiled of [text.subarray(0, -1), text.subarray(0, -9), Buffer.concat([text, Buffer.from('{"x')])]) {
      const changed = path.join(folder, 'not-a-crash.ndjson');
      writeFileSync(changed, spoiled);
      const kept = keptHead();
      kept.text = headText;
      const audit = reopened(changed, kept);
      expect(audit.repaired).toBe(false);
      expect((await audit.check()).intact).toBe(false);
      expect(readFileSync(changed)).toEqual(spoiled);
    }
  });

  test('a trail written anew from some line on, with hashes that fit, is found at its end', async () => {
    const anew = lines.slice(0, 5);
    let end = readLine(anew[4] ?? '') ?? beginning;
    for (let n = 5; n < 12; n += 1) {
      const { entry, line } = link(end, { at: 2, action: 'backup.made', actor: 'eve', subject: 'x', details: {} });
      anew.push(line);
      end = entry;
    }
    expect(await found(joined(anew))).toEqual({ entries: 12, intact: false, brokenAt: 12 });
  });

  test('a remembered end that is nonsense is told', async () => {
    const kept = keptHead();
    kept.text = '{"sequence":';
    const audit = reopened(file, kept);
    expect(await audit.check()).toEqual({ entries: 12, intact: false, brokenAt: 13 });
    expect(kept.text).toBe('{"sequence":');
  });

  test('a broken trail is still written to, and what is broken stays told', async () => {
    const { file: cut, head: kept } = trailOf(5);
    const whole = readFileSync(cut, 'utf8').split('\n');
    writeFileSync(cut, joined(whole.slice(0, 3)));
    const audit = reopened(cut, kept);
    expect(await audit.check()).toEqual({ entries: 3, intact: false, brokenAt: 4 });
    expect(audit.append('backup.made', 'ada', 'next').sequence).toBe(6);
    expect(await audit.check()).toEqual({ entries: 4, intact: false, brokenAt: 4 });
    expect(await reopened(cut, kept).check()).toEqual({ entries: 4, intact: false, brokenAt: 4 });
  });

  test('a trail that is gone altogether is told, also after the next line', async () => {
    const { file: gone, head: kept } = trailOf(2);
    renameSync(gone, `${gone}.away`);
    const audit = reopened(gone, kept);
    expect(await audit.check()).toEqual({ entries: 0, intact: false, brokenAt: 1 });
    audit.append('backup.made', 'ada', 'next');
    expect(await audit.check()).toMatchObject({ intact: false, brokenAt: 1 });
  });

  test('a link in its place is not followed', () => {
    const { file: linked, head: kept } = trailOf(1);
    const elsewhere = path.join(tempFolder('audit-elsewhere'), 'notes.txt');
    writeFileSync(elsewhere, '');
    rmSync(linked);
    symlinkSync(elsewhere, linked);
    const audit = reopened(linked, kept);
    expect(() => audit.append('backup.made', 'ada', 'x')).toThrow(expect.objectContaining({ code: 'home.unusable' }));
    expect(readFileSync(elsewhere, 'utf8')).toBe('');
  });
});

describe('a crash in mid-write', () => {
  /** A head that stops answering after so many changes, as if the process had ended there. */
  function endingHead(changes: number): HeadKeeper & { text: string | undefined } {
    const head = keptHead();
    let left = changes;
    return Object.assign(head, {
      set: (text: string) => {
        if ((left -= 1) < 0) throw new Error('ended');
        head.text = text;
      },
    });
  }

  test('leaves a part of the last line at any byte: it is cut off and nothing else', async () => {
    const { file, head, text } = trailOf(3);
    const before = head.text ?? '';
    const line = link(readLine(text.toString('utf8').trimEnd().split('\n')[2] ?? '') ?? beginning, {
      at: clock.now(),
      action: 'backup.made',
      actor: 'ada',
      subject: 'the fourth',
      details: {},
    });
    const writing = JSON.stringify({ ...JSON.parse(before), writing: line.entry.hash });
    for (let size = 1; size <= line.line.length; size += 7) {
      appendFileSync(file, line.line.slice(0, size));
      head.text = writing;
      const audit = reopened(file, head);
      expect(audit.repaired).toBe(true);
      expect(readFileSync(file)).toEqual(text);
      expect(await audit.check()).toEqual({ entries: 3, intact: true, brokenAt: null });
    }
    expect(reopened(file, head).append('backup.made', 'ada', 'the fourth').sequence).toBe(4);
  });

  test('without a remembered end too', async () => {
    const { file, text } = trailOf(1);
    appendFileSync(file, '{"action":"backup.ma');
    const audit = reopened(file);
    expect(audit.repaired).toBe(true);
    expect(readFileSync(file)).toEqual(text);
    truncateSync(file, 10);
    expect(reopened(file).repaired).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  test.each([
    ['before the line was begun', 0, 2],
    ['after the line, before its end was remembered', 1, 3],
  ])('%s', async (_when, changes, entries) => {
    const { file, head } = trailOf(2);
    const ending = endingHead(1 + changes);
    ending.text = head.text;
    const audit = reopened(file, ending);
    expect(() => audit.append('backup.made', 'ada', 'the third')).toThrow('ended');
    const kept = keptHead();
    kept.text = ending.text;
    const next = reopened(file, kept);
    expect(next.repaired).toBe(false);
    expect(await next.check()).toEqual({ entries, intact: true, brokenAt: null });
    next.append('backup.made', 'ada', 'another');
    expect(await next.check()).toEqual({ entries: entries + 1, intact: true, brokenAt: null });
  });

  const full = needs(
    '/dev/full',
    existsSync('/dev/full') ? undefined : 'this system has no device that is always full',
  );
  test.runIf(full)('a full disk is told as such', () => {
    const audit = openAudit('/dev/full', clock);
    expect(() => audit.append('backup.made', 'ada', 'x')).toThrow(expect.objectContaining({ code: 'home.full' }));
  });
});
