import { Bar } from '../frame/Bar.tsx';
import { type Route } from '../route.ts';
import { Content, EmptyState } from '../ui/Layout.tsx';
import { frame } from '../words/frame.ts';

export function RestoreScreen(_props: { route: Extract<Route, { screen: 'restore' }> }) {
  return (
    <>
      <Bar title={frame.screens.restore} />
      <Content>
        <EmptyState icon="restore" title="Restores are made from the terminal so far.">
          holdfast restore rehearses first and asks before it writes.
        </EmptyState>
      </Content>
    </>
  );
}
