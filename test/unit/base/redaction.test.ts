import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/main/base/clock.ts';
import { createLog } from '../../../src/main/base/log.ts';
import { Redactor, Secret } from '../../../src/main/base/secret.ts';
import type { LogLine } from '../../../src/shared/job.ts';

function logged(act: (log: ReturnType<typeof createLog>) => void, redactor = new Redactor()): string {
  const lines: LogLine[] = [];
  act(createLog(systemClock, redactor, (line) => lines.push(line)));
  return JSON.stringify(lines);
}

describe('BS-16 no secret reaches a log', () => {
  it('a secret shows three dots however it is printed', () => {
    const secret = new Secret('hunter2-hunter2');
    for (const text of [
      [secret].join(),
      String(secret),
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ secret }, { depth: 5 }),
    ]) {
      expect(text).not.toContain('hunter2');
    }
  });

  it('a known secret is taken out of messages, facts, errors and their causes, in every form', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 6, maxLength: 40 }).filter((text) => text.trim().length > 5),
        (text) => {
          const redactor = new Redactor();
          redactor.learn(new Secret(text));
          const output = logged((log) => {
            log.info(`before ${text} after`, {
              plain: text,
              nested: { list: [text, { deep: text }] },
              url: `postgres://user:${encodeURIComponent(text)}@host/db`,
              error: new Error(`failed with ${text}`, { cause: new Error(text) }),
            });
          }, redactor);
          const parsed = JSON.parse(output) as LogLine[];
          expect(JSON.stringify(parsed[0]?.facts['plain'])).toBe('"•••"');
          expect(parsed[0]?.message).toBe('before ••• after');
          expect(output).not.toContain(JSON.stringify(text).slice(1, -1));
        },
      ),
    );
  });

  it('the password of a URL goes even when nobody made it known', () => {
    expect(logged((log) => log.warn('cannot reach postgres://ada:pa55word@db/x'))).not.toContain('pa55word');
  });
});
