import { lazy, Suspense } from 'react';
import { ErrorBoundary } from './frame/ErrorBoundary.tsx';
import { Frame } from './frame/Frame.tsx';
import { useRoute } from './navigate.ts';
import { OverviewScreen } from './overview/OverviewScreen.tsx';
import { type Route } from './route.ts';
import { frame } from './words/frame.ts';

const SourcesScreen = lazy(async () => ({ default: (await import('./sources/SourcesScreen.tsx')).SourcesScreen }));
const SourceWizard = lazy(async () => ({ default: (await import('./sources/SourceWizard.tsx')).SourceWizard }));
const BackupsScreen = lazy(async () => ({ default: (await import('./backups/BackupsScreen.tsx')).BackupsScreen }));
const ActivityScreen = lazy(async () => ({ default: (await import('./activity/ActivityScreen.tsx')).ActivityScreen }));
const RestoreScreen = lazy(async () => ({ default: (await import('./restore/RestoreScreen.tsx')).RestoreScreen }));
const FirstRun = lazy(async () => ({ default: (await import('./first-run/FirstRun.tsx')).FirstRun }));
const SettingsScreen = lazy(async () => ({ default: (await import('./settings/SettingsScreen.tsx')).SettingsScreen }));
const PlansScreen = lazy(async () => ({ default: (await import('./plans/PlansScreen.tsx')).PlansScreen }));
const KitScreen = lazy(async () => ({ default: (await import('./kit/KitScreen.tsx')).KitScreen }));
const DestinationsScreen = lazy(async () => ({
  default: (await import('./destinations/DestinationsScreen.tsx')).DestinationsScreen,
}));
const FoundScreen = lazy(async () => ({ default: (await import('./destinations/FoundScreen.tsx')).FoundScreen }));
const PlaceWizard = lazy(async () => ({ default: (await import('./destinations/PlaceWizard.tsx')).PlaceWizard }));

const RetentionScreen = lazy(async () => ({
  default: (await import('./retention/RetentionScreen.tsx')).RetentionScreen,
}));

function Shown({ route }: { route: Route }) {
  switch (route.screen) {
    case 'overview':
      return <OverviewScreen />;
    case 'sources':
      return <SourcesScreen route={route} />;
    case 'source-new':
    case 'source-edit':
      return <SourceWizard route={route} />;
    case 'backups':
      return <BackupsScreen route={route} />;
    case 'activity':
      return <ActivityScreen route={route} />;
    case 'restore':
      return <RestoreScreen route={route} />;
    case 'first-run':
      return <FirstRun route={route} />;
    case 'settings':
      return <SettingsScreen route={route} />;
    case 'kit':
      return <KitScreen route={route} />;
    case 'retention':
      return <RetentionScreen route={route} />;
    case 'destinations':
      return <DestinationsScreen route={route} />;
    case 'found':
      return <FoundScreen />;
    case 'destination-new':
    case 'destination-edit':
      return <PlaceWizard route={route} />;
    case 'plans':
    case 'plan-new':
      return <PlansScreen route={route} />;
  }
}

function titleOf({ screen }: Route): string {
  if (screen === 'source-new' || screen === 'source-edit') return frame.screens.sources;
  if (screen === 'destination-new' || screen === 'destination-edit') return frame.screens.destinations;
  return screen === 'plan-new' ? frame.screens.plans : frame.screens[screen];
}

export function App() {
  const route = useRoute();
  return (
    <Frame route={route}>
      <ErrorBoundary key={route.screen} screen={titleOf(route)}>
        <Suspense fallback={null}>
          <Shown route={route} />
        </Suspense>
      </ErrorBoundary>
    </Frame>
  );
}
