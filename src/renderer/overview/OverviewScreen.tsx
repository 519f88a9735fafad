import { Bar } from '../frame/Bar.tsx';
import { useSources } from '../store/hooks.ts';
import { Content, EmptyState, Lead } from '../ui/Layout.tsx';
import { frame } from '../words/frame.ts';
import { counted, sentence } from '../words/number.ts';

export function OverviewScreen() {
  const sources = useSources();
  return (
    <>
      <Bar title={frame.screens.overview} />
      <Content>
        {sources.length === 0 ? (
          <EmptyState icon="plug" title="Nothing is protected yet." />
        ) : (
          <Lead text={sentence(counted(sources.length, 'source', 'sources'))} />
        )}
      </Content>
    </>
  );
}
