import { Bar } from '../frame/Bar.tsx';
import { type Route } from '../route.ts';
import { Content, EmptyState } from '../ui/Layout.tsx';
import { frame } from '../words/frame.ts';

export function SourcesScreen(_props: { route: Extract<Route, { screen: 'sources' }> }) {
  return (
    <>
      <Bar title={frame.screens.sources} />
      <Content>
        <EmptyState icon="plug" title="Sources are kept from the terminal so far.">
          holdfast source list shows them, holdfast source add adds one.
        </EmptyState>
      </Content>
    </>
  );
}
