import { useMemo } from 'react';
import { timeZone, useNow } from '../clock.ts';
import { keysText, type ShortcutId } from '../keys.ts';
import { navigate } from '../navigate.ts';
import { type Route } from '../route.ts';
import { useHeld, useSources } from '../store/hooks.ts';
import { type IconName } from '../ui/icon-names.ts';
import { Palette as PaletteControl, type PaletteEntry } from '../ui/Palette.tsx';
import { isMac } from '../use-keys.ts';
import { frame } from '../words/frame.ts';
import { moment } from '../words/moment.ts';
import { sizeOf } from '../words/number.ts';
import { backupWord, sourceSubtitle } from '../words/state.ts';
import { openPalette, openSheet, useShown } from './shown.ts';
import { useBackUp } from './use-back-up.ts';

const newestShown = 12;

function place(title: string, to: Route, icon: IconName, keys?: ShortcutId): PaletteEntry {
  const at = keys === undefined ? {} : { at: keysText(keys, isMac()) };
  return { id: `go ${title}`, title, icon, ...at, onAction: () => navigate(to) };
}

/** Ctrl-K: screens, sources, acts, newest backups. */
export function Palette() {
  const open = useShown((shown) => shown.palette);
  const { screens, palette } = frame;
  const sources = useSources();
  const backUp = useBackUp();
  const backups = useHeld((state) => state.backups);
  const now = useNow();
  const newest = useMemo(
    () =>
      [...backups.values()]
        .flatMap((cards) => cards.slice(0, newestShown))
        .toSorted((a, b) => b.takenAt - a.takenAt)
        .slice(0, newestShown),
    [backups],
  );
  return (
    <PaletteControl
      open={open}
      onClose={() => openPalette(false)}
      label={frame.find}
      placeholder={frame.findPlaceholder}
      groups={[
        {
          title: palette.screens,
          entries: [
            place(screens.overview, { screen: 'overview' }, 'overview', 'goOverview'),
            place(screens.sources, { screen: 'sources', name: null }, 'plug', 'goSources'),
            place(screens.backups, { screen: 'backups', source: null, backupId: null }, 'backups', 'goBackups'),
            place(screens.restore, { screen: 'restore', source: null, backupId: null }, 'restore', 'goRestore'),
            place(screens.plans, { screen: 'plans', planId: null }, 'calendar', 'goPlans'),
            place(screens.retention, { screen: 'retention', source: null }, 'pin', 'goRetention'),
            place(screens.destinations, { screen: 'destinations', place: null }, 'destinations', 'goDestinations'),
            place(screens.activity, { screen: 'activity', jobId: null }, 'activity', 'goActivity'),
            place(screens.settings, { screen: 'settings' }, 'settings', 'settings'),
            place(frame.addSource, { screen: 'source-new' }, 'plus'),
            place(frame.findAgain, { screen: 'found' }, 'search'),
            place(frame.addDestination, { screen: 'destination-new' }, 'plus'),
            {
              id: 'sheet',
              title: frame.sheet,
              icon: 'info',
              at: keysText('sheet', isMac()),
              onAction: () => openSheet(true),
            },
          ],
        },
        {
          title: palette.sources,
          entries: sources.map((source) => ({
            id: `source ${source.id}`,
            title: source.name,
            also: sourceSubtitle(source),
            at: sourceSubtitle(source),
            icon: source.settings.kind,
            onAction: () => navigate({ screen: 'backups', source: source.name, backupId: null }),
          })),
        },
        {
          title: palette.acts,
          entries: sources.flatMap((source) => [
            {
              id: `back up ${source.id}`,
              title: palette.backUp(source.name),
              icon: 'backups' as const,
              onAction: () => backUp(source.name),
            },
            {
              id: `restore ${source.id}`,
              title: palette.restore(source.name),
              icon: 'restore' as const,
              onAction: () => navigate({ screen: 'restore', source: source.name, backupId: null }),
            },
          ]),
        },
        {
          title: palette.backups,
          entries: newest.map((card) => ({
            id: card.backupId,
            title: palette.backupOf(card.source, moment(card.takenAt, now, timeZone())),
            also: `${card.backupId} ${backupWord(card)}`,
            at: sizeOf(card.sizeBytes),
            icon: card.kind,
            onAction: () => navigate({ screen: 'backups', source: card.source, backupId: card.backupId }),
          })),
        },
      ]}
    />
  );
}
