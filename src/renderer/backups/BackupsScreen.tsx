import { Bar } from '../frame/Bar.tsx';
import { type Route } from '../route.ts';
import { Content, EmptyState } from '../ui/Layout.tsx';
import { frame } from '../words/frame.ts';

export function BackupsScreen(_props: { route: Extract<Route, { screen: 'backups' }> }) {
  return (
    <>
      <Bar title={frame.screens.backups} />
      <Content>
        <EmptyState icon="backups" title="Backups are shown in the terminal so far.">
          holdfast list shows them, holdfast verify proves one.
        </EmptyState>
      </Content>
    </>
  );
}
