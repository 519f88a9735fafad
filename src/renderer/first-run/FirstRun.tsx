import { Bar } from '../frame/Bar.tsx';
import { type Route } from '../route.ts';
import { Content, EmptyState } from '../ui/Layout.tsx';
import { frame } from '../words/frame.ts';

export function FirstRun(_props: { route: Extract<Route, { screen: 'overview' | 'first-run' }> }) {
  return (
    <>
      <Bar title={frame.screens['first-run']} />
      <Content>
        <EmptyState icon="flask" title="Nothing is protected yet.">
          holdfast tour shows the whole round on a sample database.
        </EmptyState>
      </Content>
    </>
  );
}
