import { type ReactNode, useEffect, useRef } from 'react';
import { navigate } from '../navigate.ts';
import { type Route } from '../route.ts';
import { useHeld } from '../store/hooks.ts';
import { Banner, FailureBox } from '../ui/Banner.tsx';
import { English } from '../ui/English.tsx';
import { IconSprite } from '../ui/Icon.tsx';
import { Content } from '../ui/Layout.tsx';
import { useKeys } from '../use-keys.ts';
import { frame } from '../words/frame.ts';
import css from './Frame.module.css';
import { endBrowsing } from './choose-path.ts';
import { FolderBrowser } from './FolderBrowser.tsx';
import { JobEnds } from './JobEnds.tsx';
import { Palette } from './Palette.tsx';
import { Sheet } from './Sheet.tsx';
import { Side } from './Side.tsx';
import { openPalette, openSheet } from './shown.ts';
import { useDoorRequests } from './use-door-requests.ts';
import { useTheme } from './use-theme.ts';

/** Everything around a screen. */
export function Frame({ route, children }: { route: Route; children: ReactNode }) {
  useTheme();
  useDoorRequests();
  useFrameKeys();
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    // What had the focus is gone with the last screen: the keyboard goes on in this one.
    const onMove = () => {
      // Whoever asked for a path has left too.
      endBrowsing(null);
      requestAnimationFrame(() => {
        if (document.activeElement === document.body) main.current?.focus({ preventScroll: true });
      });
    };
    window.addEventListener('hashchange', onMove);
    return () => window.removeEventListener('hashchange', onMove);
  }, []);
  return (
    <English>
      <IconSprite />
      <button type="button" className={css.skip} onClick={() => main.current?.focus()}>
        {frame.skip}
      </button>
      <div className={css.frame}>
        <Side route={route} />
        <main className={css.main} ref={main} tabIndex={-1}>
          <Connection>{children}</Connection>
        </main>
      </div>
      <Palette />
      <Sheet />
      <FolderBrowser />
      <JobEnds />
    </English>
  );
}

/** A screen is shown once there is something to show; a lost connection stands over it. */
function Connection({ children }: { children: ReactNode }) {
  const ready = useHeld((state) => state.ready);
  const connected = useHeld((state) => state.connected);
  const failure = useHeld((state) => state.failure);
  if (!ready) {
    return (
      <Content>{failure === null ? <p className="hush">{frame.loading}</p> : <FailureBox failure={failure} />}</Content>
    );
  }
  return (
    <>
      {(!connected || failure !== null) && (
        <div className={css.lost}>
          <Banner tone="attention" title={failure?.message ?? frame.lost.title} announce>
            {failure?.hint ?? frame.lost.detail}
          </Banner>
        </div>
      )}
      {children}
    </>
  );
}

function useFrameKeys(): void {
  useKeys({
    find: () => openPalette(true),
    sheet: () => openSheet(true),
    settings: () => navigate({ screen: 'settings' }),
    goOverview: () => navigate({ screen: 'overview' }),
    goSources: () => navigate({ screen: 'sources', name: null }),
    goBackups: () => navigate({ screen: 'backups', source: null, backupId: null }),
    goRestore: () => navigate({ screen: 'restore', source: null, backupId: null }),
    goPlans: () => navigate({ screen: 'plans', planId: null }),
    goRetention: () => navigate({ screen: 'retention', source: null }),
    goDestinations: () => navigate({ screen: 'destinations', place: null }),
    goActivity: () => navigate({ screen: 'activity', jobId: null }),
  });
}
