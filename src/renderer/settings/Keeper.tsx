import { Badge } from '../ui/Badge.tsx';
import { Skeleton } from '../ui/Layout.tsx';
import { settingsWords as words } from '../words/settings.ts';
import { Group, Line, Lines } from './Group.tsx';
import { type Looked } from './SettingsScreen.tsx';

/** Who keeps passwords, and how strong that is in plain words. */
export function PlaceKeeper({ looked }: { looked: Looked }) {
  const report = looked.state === 'failed' ? null : looked.report;
  return (
    <Group id="vault" title={words.sections.vault}>
      <Lines>
        {report === null ? (
          <Line title={<Skeleton width={260} />} detail={<Skeleton width={420} />} />
        ) : (
          <Line
            title={words.keeper[report.keeper.kind]}
            detail={
              <>
                {words.keeperStrength[report.keeper.kind]}
                <br />
                {report.keeper.detail}
              </>
            }
          >
            <Badge state={report.keeper.kind === 'none' ? 'attention' : 'proven'}>
              {words.keeperState[report.keeper.kind]}
            </Badge>
          </Line>
        )}
      </Lines>
    </Group>
  );
}
