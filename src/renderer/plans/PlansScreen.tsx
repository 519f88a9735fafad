import { Bar } from '../frame/Bar.tsx';
import { type Route } from '../route.ts';
import { Content, EmptyState } from '../ui/Layout.tsx';
import { frame } from '../words/frame.ts';

export function PlansScreen(_props: { route: Extract<Route, { screen: 'plans' | 'plan-new' }> }) {
  return (
    <>
      <Bar title={frame.screens.plans} />
      <Content>
        <EmptyState icon="calendar" title="Plans are made from the terminal so far.">
          holdfast plan shows them.
        </EmptyState>
      </Content>
    </>
  );
}
