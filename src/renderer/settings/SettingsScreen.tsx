import { useCallback, useEffect, useState } from 'react';
import { type DoctorReport } from '../../shared/doctor.ts';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { now } from '../clock.ts';
import { Bar } from '../frame/Bar.tsx';
import { type Route } from '../route.ts';
import { useApi } from '../store/hooks.ts';
import { Content } from '../ui/Layout.tsx';
import { frame } from '../words/frame.ts';
import { settingsWords as words } from '../words/settings.ts';
import { About } from './About.tsx';
import { DataFolder } from './DataFolder.tsx';
import { General } from './General.tsx';
import { PlaceKeeper } from './Keeper.tsx';
import css from './Settings.module.css';
import { Tools } from './Tools.tsx';

export type Looked =
  | { state: 'looking'; report: DoctorReport | null }
  | { state: 'here'; report: DoctorReport; at: number }
  | { state: 'failed'; failure: Failure };

const sections = ['general', 'tools', 'vault', 'data', 'about'] as const;

/** Changes hold at once; what was found is told without asking. */
export function SettingsScreen(_props: { route: Extract<Route, { screen: 'settings' }> }) {
  const [looked, look] = useLook();
  return (
    <>
      <Bar title={frame.screens.settings} />
      <Content bare>
        <div className={css.layout}>
          <nav className={css.contents} aria-label={words.contents}>
            {sections.map((section) => (
              <button type="button" key={section} onClick={() => show(section)}>
                {words.sections[section]}
              </button>
            ))}
          </nav>
          <div className={css.pane} data-pane="">
            <General />
            <Tools looked={looked} onLook={look} />
            <PlaceKeeper looked={looked} />
            <DataFolder looked={looked} onLook={look} />
            <About />
          </div>
        </div>
      </Content>
    </>
  );
}

/** Scrolls there and takes the keyboard along. An address cannot do it: the hash is the window's own. */
function show(section: string): void {
  const heading = document.querySelector<HTMLElement>(`#settings-${section}`);
  if (heading === null) return;
  // The pane alone: scrollIntoView moves everything around it too.
  heading.closest('[data-pane]')?.scrollTo({ top: heading.offsetTop - 22 });
  heading.focus({ preventScroll: true });
}

function useLook(): [Looked, () => void] {
  const { app } = useApi();
  const [looked, setLooked] = useState<Looked>({ state: 'looking', report: null });
  const ask = useCallback(() => {
    app.doctor({}).then(
      (report) => setLooked({ state: 'here', report, at: now() }),
      (thrown: unknown) => setLooked({ state: 'failed', failure: toFailure(thrown, '') }),
    );
  }, [app]);
  useEffect(ask, [ask]);
  const again = useCallback(() => {
    setLooked((before) => ({ state: 'looking', report: before.state === 'failed' ? null : before.report }));
    ask();
  }, [ask]);
  return [looked, again];
}
