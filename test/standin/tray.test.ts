/** The tray says what Overview says, and does what its entries say. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JobResult } from '../../src/shared/contract/job-result.ts';
import type { Job } from '../../src/shared/job.ts';
import type { SchedulerState } from '../../src/shared/plan.ts';
import { needs } from '../helpers/needs.ts';
import {
  answerWith,
  call,
  clickTray,
  closeWindow,
  enter,
  isVisible,
  noted,
  standInMissing,
  trayWith,
  type Stage,
} from './stage.ts';

const here = needs('a browser for the stand-in', standInMissing());

const imageOf = (image: string): string => path.basename(image, '.png');

/** Waits for the end of the newest job. */
async function lastJob({ page }: Stage): Promise<JobResult> {
  const [job] = await call<Job[]>(page, 'job.list', { limit: 1 });
  if (job === undefined) throw new Error('No job was asked for.');
  return call<JobResult>(page, 'job.wait', { jobId: job.id });
}

describe.runIf(here)('the tray, on the stand-in', () => {
  it('begins with nothing, offers nothing that cannot be done, and says so', async () => {
    const { app } = await enter();
    const { lead, labels, image } = await trayWith(app, 'Nothing is protected yet');
    expect(lead).toBe('Nothing is protected yet');
    expect(labels).not.toContain('Back up now');
    expect(labels).not.toContain('Last results');
    expect(labels.slice(-2)).toEqual(['Open Holdfast', 'Quit Holdfast']);
    expect(imageOf(image)).toBe('idle');
  });

  it('backs up from its menu, and tells stored from proven', async () => {
    const stage = await enter();
    const { app, page } = stage;
    const { name } = await call<{ name: string }>(page, 'sample.make');
    await trayWith(app, name);
    await clickTray(app, 'back-up');
    const stored = await trayWith(app, 'not proven yet');
    expect(stored.labels).toContainEqual(
      expect.stringMatching(new RegExp(`^${name}: protected to \\d\\d:\\d\\d, not proven yet`)),
    );
    const { backup } = await lastJob(stage);
    await call(page, 'backup.verify', { backup: backup?.card.backupId, level: 'restore' });
    const proven = await trayWith(app, 'proven today', stored.index);
    expect(proven.labels).toContainEqual(expect.stringMatching(/: protected to \d\d:\d\d, proven today/));
    expect(imageOf(proven.image)).toBe('idle');
    expect(proven.labels).toContain('Last results');
  });

  it('shows a source or a result in the window, which comes back for it', async () => {
    const stage = await enter();
    const { app, page } = stage;
    const { name } = await call<{ name: string }>(page, 'sample.make');
    await trayWith(app, name);
    await clickTray(app, `back-up ${name}`);
    await trayWith(app, `${name} is backed up`);
    const { job } = await lastJob(stage);
    await answerWith(app, 'Keep running');
    await closeWindow(app);
    const { index } = await noted(app, 'window.hide');
    await clickTray(app, `source ${name}`);
    await noted(app, 'window.show', '', index);
    await page.waitForURL((url) => url.hash === `#/backups/${encodeURIComponent(name)}`);
    await clickTray(app, `result ${job.id}`);
    await page.waitForURL((url) => url.hash === `#/activity/${job.id}`);
    await clickTray(app, 'restore');
    await page.waitForURL((url) => url.hash === '#/restore');
    expect(await isVisible(app)).toBe(true);
  });

  it('pauses every schedule and resumes them', async () => {
    const { app, page } = await enter();
    const { labels, index } = await trayWith(app, 'Pause schedules');
    expect(labels).toEqual(expect.arrayContaining(['For an hour', 'Until tomorrow', 'Until resumed']));
    await clickTray(app, 'pause-hour');
    const paused = await trayWith(app, 'Resume schedules', index);
    expect(paused.labels).toContainEqual(expect.stringMatching(/^Resume schedules \(paused to \d\d:\d\d\)|tomorrow/));
    const { scheduler } = await call<{ scheduler: SchedulerState }>(page, 'app.snapshot');
    const { since = 0, until = null } = scheduler.paused ?? {};
    expect(Math.abs((until ?? 0) - since - 3_600_000)).toBeLessThan(5_000);
    await clickTray(app, 'resume');
    await trayWith(app, 'Pause schedules', paused.index);
  });

  it('asks for a person when a backup failed, and names the reason', async () => {
    const { app, page } = await enter();
    const { name } = await call<{ name: string }>(page, 'sample.make');
    const { source } = await call<{ source: { settings: { file: string } } }>(page, 'source.show', { name });
    rmSync(source.settings.file);
    await trayWith(app, name);
    await clickTray(app, `back-up ${name}`);
    const { image, lead } = await trayWith(app, 'needs you');
    expect(imageOf(image)).toBe('needs-you');
    expect(lead).toBe(`${name} needs you`);
  });
});
