import { Bar } from '../frame/Bar.tsx';
import { type Route } from '../route.ts';
import { Content, EmptyState } from '../ui/Layout.tsx';
import { frame } from '../words/frame.ts';

export function SettingsScreen(_props: { route: Extract<Route, { screen: 'settings' }> }) {
  return (
    <>
      <Bar title={frame.screens.settings} />
      <Content>
        <EmptyState icon="settings" title="Settings are read from the terminal so far.">
          holdfast doctor shows the tools found, the vault and the data folder.
        </EmptyState>
      </Content>
    </>
  );
}
