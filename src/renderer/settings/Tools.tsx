import { type DoctorReport } from '../../shared/doctor.ts';
import { timeZone, useNow } from '../clock.ts';
import { useDoor, useHeld } from '../store/hooks.ts';
import { Badge } from '../ui/Badge.tsx';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { CodeBlock } from '../ui/CodeBlock.tsx';
import { Fold } from '../ui/Fold.tsx';
import { Skeleton } from '../ui/Layout.tsx';
import { momentInSentence } from '../words/moment.ts';
import { settingsWords as words } from '../words/settings.ts';
import { Group } from './Group.tsx';
import css from './Settings.module.css';
import { type Looked } from './SettingsScreen.tsx';
import { installLines, missingRoles, openChecks, type ToolRow, toolRows } from './tools.ts';

/** BS-14: which program does what, where it is, why one is not used, and how to get what is missing. */
export function Tools({ looked, onLook }: { looked: Looked; onLook: () => void }) {
  const now = useNow();
  const note = looked.state === 'here' ? words.looked(momentInSentence(looked.at, now, timeZone())) : undefined;
  return (
    <Group
      id="tools"
      title={words.tools}
      note={note}
      actions={
        <Button size="small" pending={looked.state === 'looking'} onPress={onLook}>
          {words.look}
        </Button>
      }
    >
      {looked.state === 'failed' ? (
        <FailureBox title={words.failed} failure={looked.failure} />
      ) : (
        <Found report={looked.report} />
      )}
    </Group>
  );
}

function Found({ report }: { report: DoctorReport | null }) {
  const rows = report === null ? [] : toolRows(report.tools);
  const checks = report === null ? [] : openChecks(report);
  return (
    <>
      <table className={css.tools} aria-label={words.tools}>
        <thead>
          <tr>
            <th scope="col">{words.tool}</th>
            <th scope="col">{words.version}</th>
            <th scope="col">{words.where}</th>
            <th scope="col">{words.usedFor}</th>
          </tr>
        </thead>
        <tbody>
          {report === null && (
            <tr>
              <td colSpan={4}>
                <Skeleton width="60%" />
              </td>
            </tr>
          )}
          {report !== null && rows.length === 0 && (
            <tr>
              <td colSpan={4}>{words.noTools}</td>
            </tr>
          )}
          {rows.map((row) => (
            <tr key={`${row.role} ${row.folder}`}>
              <th scope="row">
                <span className="mono">{row.programs.join(', ')}</span>
              </th>
              <td className="num">{row.version}</td>
              <td>
                <span className="mono two">{row.folder}</span>
              </td>
              <td>
                <Use row={row} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="small three">{words.toolsNote}</p>
      {checks.length > 0 && (
        <ul className={css.checks}>
          {checks.map((check) => (
            <li key={check.name}>
              <Badge state={check.outcome === 'failed' ? 'danger' : 'attention'}>{check.name}</Badge>
              <span>
                {check.detail} {check.hint !== undefined && <span className="three">{check.hint}</span>}
              </span>
            </li>
          ))}
        </ul>
      )}
      {report !== null && <Missing report={report} />}
    </>
  );
}

function Use({ row }: { row: ToolRow }) {
  switch (row.use.kind) {
    case 'used':
      return <Badge state="proven">{row.role === 'client' ? words.dumps : words.proofs}</Badge>;
    case 'not-needed':
      return <span className="three">{words.notNeeded(row.use.version)}</span>;
    case 'distrusted':
      return (
        <span>
          <Badge state="attention">{words.notUsed}</Badge>
          <small>{row.use.why}</small>
        </span>
      );
  }
}

/** Open where something is missing, folded away where it is not. */
function Missing({ report }: { report: DoctorReport }) {
  const { door } = useDoor();
  const platform = useHeld((state) => state.door?.platform ?? 'other');
  const missing = missingRoles(report.tools);
  const lines = (
    <div className={css.install}>
      <p className="small two">{words.getToolsText}</p>
      {installLines(platform).map((line) => (
        <div key={line.system}>
          <span className="small two">{line.system}</span>
          <CodeBlock label={line.system} text={line.command} />
        </div>
      ))}
      <span>
        <Button
          variant="link"
          iconAfter="external"
          onPress={() => void door.openLink({ link: 'postgres-downloads' }).catch(() => undefined)}
        >
          {words.downloads}
        </Button>
      </span>
    </div>
  );
  if (missing.length === 0) return <Fold title={words.getTools}>{lines}</Fold>;
  return (
    <section aria-label={words.getTools}>
      <h3 className={css.sub}>{words.getTools}</h3>
      {lines}
    </section>
  );
}
