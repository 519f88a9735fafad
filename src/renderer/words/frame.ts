import { type JobKind } from '../../shared/job.ts';
import { inWords, sentence } from './number.ts';
import { jobDoing } from './state.ts';

export const frame = {
  product: 'Holdfast',
  side: 'Places and running jobs',
  skip: 'Skip to content',
  main: 'Main',
  app: 'App',
  sourcesOfSide: 'Sources',
  addSource: 'Add a source',
  addDestination: 'Add a destination',
  find: 'Find',
  findPlaceholder: 'Screen, source, backup or act',
  screens: {
    overview: 'Overview',
    sources: 'Sources',
    backups: 'Backups',
    restore: 'Restore',
    plans: 'Plans',
    destinations: 'Destinations',
    activity: 'Activity',
    settings: 'Settings',
    kit: 'Recovery kit',
    'first-run': 'Welcome',
  },
  title: (screen: string) => `${screen} · Holdfast`,
  runningCount: (jobs: number) => (jobs === 1 ? 'One job runs' : `${sentence(inWords(jobs))} jobs run`),
  doing: (kind: JobKind, source: string) => `${jobDoing[kind]} ${source}`,
  withoutSource: 'a source that was removed',
  palette: {
    screens: 'Go to',
    acts: 'Act',
    sources: 'Sources',
    backups: 'Newest backups',
    backUp: (source: string) => `Back up ${source} now`,
    restore: (source: string) => `Restore ${source}…`,
    backupOf: (source: string, moment: string) => `${source}, ${moment}`,
  },
  sheet: 'Keyboard shortcuts',
  lost: {
    title: 'Holdfast does not answer.',
    detail: 'What is shown may be old. The connection is tried again by itself.',
  },
  loading: 'Reading what is known of your backups.',
  broken: {
    title: (screen: string) => `${screen} could not be shown.`,
    detail: 'This is a fault in Holdfast. Backups and running jobs are not touched by it.',
    again: 'Show it again',
  },
  look: 'Look',
  notStarted: (source: string) => `The backup of ${source} did not begin.`,
};
