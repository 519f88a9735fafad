import { lazy } from 'react';
import { timeZone, useNow } from '../clock.ts';
import { Bar } from '../frame/Bar.tsx';
import { useBackUp } from '../frame/use-back-up.ts';
import { href } from '../route.ts';
import { useHeld, useSources } from '../store/hooks.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { LinkButton } from '../ui/Button.tsx';
import { Content, Lead, Skeleton } from '../ui/Layout.tsx';
import { SplitButton } from '../ui/Menu.tsx';
import { frame } from '../words/frame.ts';
import { leadOf, noteOf, overviewWords as words } from '../words/overview.ts';
import { Below } from './Below.tsx';
import css from './Overview.module.css';
import { StandingTable } from './StandingTable.tsx';

const FirstRun = lazy(async () => ({ default: (await import('../first-run/FirstRun.tsx')).FirstRun }));

/** Which source needs a person, and until when each is protected. */
export function OverviewScreen() {
  const sources = useSources();
  if (sources.length === 0) return <FirstRun route={{ screen: 'overview' }} />;
  return (
    <>
      <Bar title={frame.screens.overview} actions={<Actions />} />
      <Content>
        <Standings />
      </Content>
    </>
  );
}

function Actions() {
  const sources = useSources();
  const backUp = useBackUp();
  const all = () => {
    for (const { name } of sources) backUp(name);
  };
  return (
    <>
      <LinkButton icon="restore" href={href({ screen: 'restore', source: null, backupId: null })}>
        {words.bar.restore}
      </LinkButton>
      <SplitButton
        variant="primary"
        onPress={all}
        menuLabel={words.bar.choose}
        heading={words.bar.heading}
        lines={[
          { id: 'all', title: words.bar.all, onAction: all },
          '-',
          ...sources.map(({ id, name, settings }) => ({
            id,
            title: name,
            icon: settings.kind,
            onAction: () => backUp(name),
          })),
        ]}
      >
        {words.bar.backUp}
      </SplitButton>
    </>
  );
}

function Standings() {
  const overview = useHeld((state) => state.overview);
  const failure = useHeld((state) => state.overviewFailure);
  const now = useNow();
  if (overview === null) {
    return failure === null ? (
      <div className={css.loading}>
        <Skeleton width="60%" />
        <Skeleton width="40%" />
      </div>
    ) : (
      <FailureBox failure={failure} title={words.failed} />
    );
  }
  return (
    <>
      <Lead text={leadOf(overview)} note={noteOf(overview, now, timeZone())} />
      <StandingTable standings={overview.sources} at={overview.at} />
      <Below overview={overview} />
    </>
  );
}
