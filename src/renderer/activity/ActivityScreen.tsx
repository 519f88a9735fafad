import { Bar } from '../frame/Bar.tsx';
import { type Route } from '../route.ts';
import { Content, EmptyState } from '../ui/Layout.tsx';
import { frame } from '../words/frame.ts';

export function ActivityScreen(_props: { route: Extract<Route, { screen: 'activity' }> }) {
  return (
    <>
      <Bar title={frame.screens.activity} />
      <Content>
        <EmptyState icon="activity" title="Jobs are shown in the terminal so far.">
          holdfast jobs lists them.
        </EmptyState>
      </Content>
    </>
  );
}
