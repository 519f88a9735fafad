import { toFailure } from '../../shared/failure.ts';
import { type Preferences } from '../../shared/preferences.ts';
import { tell } from '../frame/shown.ts';
import { useApi, useDoor, useHeld } from '../store/hooks.ts';
import { held } from '../store/store.ts';
import { Switch } from '../ui/Choice.tsx';
import { Select } from '../ui/Select.tsx';
import { SegmentedControl } from '../ui/SegmentedControl.tsx';
import { settingsWords as words } from '../words/settings.ts';
import { Group, Line, Lines } from './Group.tsx';
import { overdueChoicesMs } from './tools.ts';

const themes: readonly Preferences['theme'][] = ['system', 'light', 'dark'];
const notices: readonly Preferences['notify'][] = ['all', 'problems', 'nothing'];

/** Theme, notifications, the overdue limit, and beginning with the computer. */
export function General() {
  const { settings } = useApi();
  const preferences = useHeld((state) => state.preferences);
  const door = useHeld((state) => state.door);
  const change = (part: Partial<Preferences>) => {
    settings.change(part).catch(failed);
  };
  const limits = overdueChoicesMs.includes(preferences.overdueAfterMs)
    ? overdueChoicesMs
    : [...overdueChoicesMs, preferences.overdueAfterMs].toSorted((a, b) => a - b);
  return (
    <Group id="general" title={words.sections.general}>
      <Lines>
        <Line title={words.theme}>
          <SegmentedControl
            label={words.theme}
            value={preferences.theme}
            onChange={(theme) => change({ theme })}
            segments={themes.map((value) => ({ value, title: words.themes[value] }))}
          />
        </Line>
        <Line title={words.overdue} detail={words.overdueHint}>
          <Select
            label={words.overdue}
            hideLabel
            value={String(preferences.overdueAfterMs)}
            onChange={(ms) => change({ overdueAfterMs: Number(ms) })}
            options={limits.map((ms) => ({ value: String(ms), title: words.overdueChoice(ms) }))}
          />
        </Line>
        {door?.kind === 'window' && (
          <Line title={words.notify}>
            <Select
              label={words.notify}
              hideLabel
              value={preferences.notify}
              onChange={(notify) => change({ notify })}
              options={notices.map((value) => ({ value, title: words.notifyChoices[value] }))}
            />
          </Line>
        )}
        <LoginItem />
        {door?.tray === 'absent' && <Line title={words.tray} detail={words.trayAbsent} />}
      </Lines>
    </Group>
  );
}

function LoginItem() {
  const { door } = useDoor();
  const facts = useHeld((state) => state.door);
  if (facts === null) return null;
  if (facts.loginItem === 'unsupported')
    return (
      <Line
        title={words.loginItem}
        detail={facts.kind === 'browser' ? words.loginItemBrowser : words.loginItemUnsupported}
      />
    );
  return (
    <Line title={words.loginItem} detail={words.loginItemText}>
      <Switch
        label={words.loginItem}
        checked={facts.loginItem === 'on'}
        onChange={(on) => {
          door.setLoginItem({ on }).then((changed) => held.setState({ door: changed }), failed);
        }}
      />
    </Line>
  );
}

function failed(thrown: unknown): void {
  const { message, hint } = toFailure(thrown, '');
  tell({ id: 'settings', state: 'danger', title: message, detail: hint });
}
