import { Bar } from '../frame/Bar.tsx';
import { type Route } from '../route.ts';
import { Content, EmptyState } from '../ui/Layout.tsx';
import { frame } from '../words/frame.ts';

export function SourceWizard(_props: { route: Extract<Route, { screen: 'source-new' | 'source-edit' }> }) {
  return (
    <>
      <Bar title={frame.screens.sources} />
      <Content>
        <EmptyState icon="plug" title="Sources are added from the terminal so far.">
          holdfast source add adds one; it appears here at once.
        </EmptyState>
      </Content>
    </>
  );
}
