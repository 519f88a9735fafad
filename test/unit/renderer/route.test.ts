import { describe, expect, it } from 'vitest';
import { href, routeOf, type Route } from '../../../src/renderer/route.ts';

const places: readonly [string, Route][] = [
  ['#/overview', { screen: 'overview' }],
  ['#/first-run', { screen: 'first-run' }],
  ['#/sources', { screen: 'sources', name: null }],
  ['#/sources/shop', { screen: 'sources', name: 'shop' }],
  ['#/sources/new', { screen: 'source-new' }],
  ['#/sources/shop/edit', { screen: 'source-edit', name: 'shop' }],
  ['#/backups', { screen: 'backups', source: null, backupId: null }],
  ['#/backups/shop/bk-1', { screen: 'backups', source: 'shop', backupId: 'bk-1' }],
  ['#/restore/shop', { screen: 'restore', source: 'shop', backupId: null }],
  ['#/activity/job-1', { screen: 'activity', jobId: 'job-1' }],
  ['#/plans', { screen: 'plans', planId: null }],
  ['#/plans/new', { screen: 'plan-new' }],
  ['#/plans/bpl-1', { screen: 'plans', planId: 'bpl-1' }],
  ['#/retention', { screen: 'retention', source: null }],
  ['#/retention/shop', { screen: 'retention', source: 'shop' }],
  ['#/found', { screen: 'found' }],
  ['#/destinations', { screen: 'destinations', place: null }],
  ['#/destinations/new', { screen: 'destination-new' }],
  ['#/destinations/Office%20server', { screen: 'destinations', place: 'Office server' }],
  ['#/destinations/bucket/edit', { screen: 'destination-edit', place: 'bucket' }],
  ['#/settings', { screen: 'settings' }],
];

describe('Addresses inside the window', () => {
  it.each(places)('%s is written and read the same way', (hash, route) => {
    expect(routeOf(hash)).toEqual(route);
    expect(href(route)).toBe(hash);
  });

  it('keep a source that is called "new" apart from the page that adds one', () => {
    for (const route of [
      { screen: 'sources', name: 'new' },
      { screen: 'source-edit', name: 'new' },
      { screen: 'backups', source: 'new', backupId: null },
    ] as const) {
      expect(routeOf(href(route))).toEqual(route);
    }
  });

  it('lead to the overview where they are unknown or broken', () => {
    for (const hash of ['', '#', '#/', '#/nowhere', '#/__proto__', '#/constructor/x']) {
      expect(routeOf(hash)).toEqual({ screen: 'overview' });
    }
    expect(routeOf('#/backups/%E0%A4%A')).toEqual({ screen: 'backups', source: null, backupId: null });
  });
});
