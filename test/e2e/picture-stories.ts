/** Pictures that take some steps to come to: the round of the sample, a source's test, a restore, a running backup. */
import { spawnSync } from 'node:child_process';
import type { Page } from '@playwright/test';
import type { History } from './history.ts';
import { RestoreWizard } from './pages/restore-wizard.ts';
import { SourceWizard } from './pages/source-wizard.ts';
import type { Picture } from './pictures.ts';

const press = (page: Page, name: string): Promise<void> =>
  page.getByRole('main').getByRole('button', { name, exact: true }).click();

export const tourPictures: readonly Picture[] = [
  {
    name: 'first-run-middle',
    route: 'first-run',
    async prepare(page) {
      await press(page, 'Start with the sample');
      await press(page, 'Delete orders');
      await page.getByText(/1.800\srows are gone/).waitFor();
    },
  },
  {
    name: 'first-run-end',
    route: 'first-run',
    async prepare(page) {
      await press(page, 'Bring them back');
      await press(page, 'Undo the restore');
      await page.getByRole('heading', { level: 2, name: 'That was the whole round.' }).waitFor();
    },
    async after(page) {
      await press(page, 'Remove the sample');
      await page.getByRole('button', { name: 'Start with the sample' }).waitFor();
    },
  },
];

export function sourcePictures({ team }: History): readonly Picture[] {
  const tested = async (page: Page): Promise<SourceWizard> => {
    await page.reload();
    const wizard = new SourceWizard(page);
    await wizard.form.waitFor();
    await wizard.startOver();
    await wizard.fill('Database URL', `postgres://postgres@localhost:${team.server.port}/shop?sslmode=disable`);
    await wizard.press('Continue');
    await wizard.tested(/steps passed/);
    return wizard;
  };
  return [
    {
      name: 'source-test',
      route: 'sources/new',
      async prepare(page) {
        await tested(page);
      },
    },
    {
      name: 'source-content',
      route: 'sources/new',
      async prepare(page) {
        await (await tested(page)).press('Continue');
        await page.getByRole('checkbox', { name: 'blog' }).check({ force: true });
      },
    },
  ];
}

/** One mistake in the till, taken back in its place. Each picture begins where a draft has not been touched. */
export function restorePictures(history: History, till: string): readonly Picture[] {
  const route = `restore/Till/${till}`;
  const placed = async (page: Page): Promise<RestoreWizard> => {
    // A draft outlives its window.
    await page.evaluate('localStorage.clear()');
    await page.reload();
    await page.getByText('Undo a mistake in this database').click();
    const wizard = new RestoreWizard(page);
    await wizard.proceed.click();
    await wizard.rehearse.waitFor();
    return wizard;
  };
  return [
    {
      name: 'restore-place',
      route,
      async prepare(page) {
        await placed(page);
      },
    },
    {
      name: 'restore-rehearsal',
      route,
      narrow: true,
      async prepare(page) {
        history.team.mistakeInTill();
        await (await placed(page)).rehearse.click();
        await page.getByRole('textbox', { name: 'Type till.db to restore' }).fill('till.');
      },
    },
    {
      name: 'restore-done',
      route,
      async prepare(page) {
        await (await placed(page)).rehearse.click();
        await page.getByRole('textbox', { name: 'Type till.db to restore' }).fill('till.db');
        await page.getByRole('button', { name: /^Restore till\.db as of/ }).click();
        await page.getByRole('button', { name: 'Undo this restore…' }).waitFor();
      },
      after: (page) => press(page, 'Done'),
    },
  ];
}

/** A backup that is watched somewhere in its second half. */
export function watched({ door }: History): Picture {
  return {
    name: 'activity-running',
    route: 'activity',
    moving: true,
    async prepare(page) {
      const far = farEnough(door, 0.55);
      const { jobId } = await door.api.backup.start({ name: 'Archive' });
      await page.evaluate(`location.hash = ${JSON.stringify(`#/activity/${jobId}`)}`);
      await far;
    },
    async after() {
      const [running] = await door.api.job.list({ limit: 1, kinds: ['backup'] });
      if (running !== undefined) await door.api.job.wait({ jobId: running.id });
    },
  };
}

/** A restore that is watched in the wizard, while it goes on. */
export function restoring({ door }: History, archive: string): Picture {
  let copies = 0;
  return {
    name: 'restore-running',
    route: `restore/Archive/${archive}`,
    moving: true,
    async prepare(page) {
      await page.evaluate('localStorage.clear()');
      await page.reload();
      const wizard = new RestoreWizard(page);
      await wizard.proceed.click();
      const name = `archive-${(copies += 1)}.db`;
      await wizard.newFile.fill(name);
      await wizard.rehearse.click();
      await wizard.run(name).waitFor();
      const far = farEnough(door, 0.4);
      await wizard.run(name).click();
      await far;
      // A restore of this size is over before a camera is ready: it holds still, as with its lid closed.
      for (const job of jobProcesses()) process.kill(job, 'SIGSTOP');
      await page.getByRole('progressbar').first().waitFor();
    },
    async after() {
      for (const job of jobProcesses()) process.kill(job, 'SIGCONT');
      const [running] = await door.api.job.list({ limit: 1, kinds: ['restore'] });
      if (running !== undefined) await door.api.job.wait({ jobId: running.id });
    },
  };
}

/** The processes that work for the house that is photographed: children of this one. */
function jobProcesses(): number[] {
  const { stdout } = spawnSync('pgrep', ['-P', String(process.pid), '-f', 'worker'], { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean).map(Number);
}

/** Resolves when a job tells of this share of its work, or has ended before it did. */
function farEnough(door: History['door'], share: number): Promise<void> {
  return new Promise((resolve) => {
    const silence = [
      door.api.job.progressed(({ progress }) => {
        const { bytes, totalBytes } = progress;
        if (totalBytes !== null && totalBytes > 0 && bytes / totalBytes >= share) reached();
      }),
      door.api.job.changed(({ job }) => {
        if (job.endedAt !== null) reached();
      }),
    ];
    const reached = (): void => {
      for (const one of silence) one();
      resolve();
    };
  });
}
