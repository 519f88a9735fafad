import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openJobLog, readJobLog } from '../../../src/main/job/job-log.ts';
import { redactorFor } from '../../../src/main/job/redactor.ts';
import type { JobId } from '../../../src/shared/id.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { turningClock } from './turning-clock.ts';

const id = 'job-20261120-120000-abcdefgh' as JobId;
const order = { secrets: { database: 's3cret-of-the-shop', jump: 'another one' } };

describe('CV-9 the log of a job', () => {
  it('is a private file that comes back line by line', async () => {
    const folder = path.join(tempFolder('job-log'), 'logs');
    const log = openJobLog(folder, id, turningClock(), redactorFor(order));
    log.info('started', { kind: 'backup' });
    log.warn('slow', { waitedMs: 12 });
    expect(await readJobLog(folder, id)).toMatchObject([
      { level: 'info', message: 'started', facts: { kind: 'backup' } },
      { level: 'warn', message: 'slow', facts: { waitedMs: 12 } },
    ]);
    expect(statSync(path.join(folder, `${id}.ndjson`)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('knows the secrets of its order, also in lines that a job process wrote', async () => {
    const folder = tempFolder('job-log');
    const log = openJobLog(folder, id, turningClock(), redactorFor(order));
    log.keep({
      at: 77,
      level: 'error',
      message: 'rejected s3cret-of-the-shop',
      facts: { url: 'postgres://ada:hunter22@db/x', nested: { jump: ['another one'] } },
    });
    const text = readFileSync(path.join(folder, `${id}.ndjson`), 'utf8');
    for (const secret of ['s3cret-of-the-shop', 'hunter22', 'another one']) expect(text).not.toContain(secret);
    expect(await readJobLog(folder, id)).toMatchObject([{ at: 77, level: 'error', message: 'rejected •••' }]);
  });

  it('keeps only warnings beyond ten megabytes, and stops before it fills the disk', async () => {
    const folder = tempFolder('job-log');
    const file = path.join(folder, `${id}.ndjson`);
    writeFileSync(file, `${'x'.repeat(10 * 1024 * 1024)}\n`);
    const log = openJobLog(folder, id, turningClock(), redactorFor({}));
    log.info('one more');
    log.info('and another');
    log.warn('this matters');
    expect((await readJobLog(folder, id)).map(({ message }) => message)).toEqual([
      'This log is full: from here on only warnings are kept.',
      'this matters',
    ]);
    for (let line = 0; line < 400; line += 1) log.error('e'.repeat(7_900));
    expect(statSync(file).size).toBeLessThan(12.1 * 1024 * 1024);
  });

  it('leaves out a line that a crash cut off, and is empty where there is none', async () => {
    const folder = tempFolder('job-log');
    expect(await readJobLog(folder, id)).toEqual([]);
    openJobLog(folder, id, turningClock(), redactorFor({})).info('whole');
    appendFileSync(path.join(folder, `${id}.ndjson`), '{"at":1,"level":"in');
    expect((await readJobLog(folder, id)).map(({ message }) => message)).toEqual(['whole']);
  });
});
