import { useState } from 'react';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { tell } from '../frame/shown.ts';
import { useApi, useDoor, useHeld } from '../store/hooks.ts';
import { Badge } from '../ui/Badge.tsx';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { CopyButton } from '../ui/CodeBlock.tsx';
import { ConfirmDialog } from '../ui/Dialog.tsx';
import { Skeleton } from '../ui/Layout.tsx';
import { LiveText } from '../ui/Live.tsx';
import { sizeOf } from '../words/number.ts';
import { settingsWords as words } from '../words/settings.ts';
import { Group, Line, Lines } from './Group.tsx';
import { type Looked } from './SettingsScreen.tsx';

/** Where everything lies, how much room is left, and the two ways to check what is remembered. */
export function DataFolder({ looked, onLook }: { looked: Looked; onLook: () => void }) {
  const report = looked.state === 'failed' ? null : looked.report;
  return (
    <Group id="data" title={words.sections.data}>
      <Lines>
        {report === null ? (
          <Line title={<Skeleton width={300} />} detail={<Skeleton width={160} />} />
        ) : (
          <Line title={<span className="mono">{report.home}</span>} detail={words.dataFree(sizeOf(report.freeBytes))}>
            <Reveal home={report.home} />
          </Line>
        )}
        <AuditLine />
        <CatalogLine onDone={onLook} />
      </Lines>
    </Group>
  );
}

/** The desktop window shows the folder; a browser tab cannot, so it hands out the path. */
function Reveal({ home }: { home: string }) {
  const { door } = useDoor();
  const kind = useHeld((state) => state.door?.kind);
  if (kind !== 'window') return <CopyButton text={home} label={words.copyPath} />;
  const reveal = (what: 'data-folder' | 'logs') => {
    door.reveal({ what }).catch((thrown: unknown) => {
      const { message, hint } = toFailure(thrown, '');
      tell({ id: 'reveal', state: 'danger', title: message, detail: hint });
    });
  };
  return (
    <span className="row">
      <Button size="small" onPress={() => reveal('logs')}>
        {words.revealLogs}
      </Button>
      <Button size="small" onPress={() => reveal('data-folder')}>
        {words.reveal}
      </Button>
    </span>
  );
}

function AuditLine() {
  const { audit } = useApi();
  const [checking, setChecking] = useState(false);
  const [checked, setChecked] = useState<Awaited<ReturnType<typeof audit.check>> | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const check = () => {
    setChecking(true);
    audit
      .check({})
      .then(
        (result) => {
          setFailure(null);
          setChecked(result);
        },
        (thrown: unknown) => setFailure(toFailure(thrown, '')),
      )
      .finally(() => setChecking(false));
  };
  const said =
    checked === null ? '' : checked.intact ? words.auditIntact(checked.entries) : words.auditBroken(checked.brokenAt);
  return (
    <>
      <Line
        title={words.audit}
        detail={
          checked === null ? (
            words.auditText
          ) : (
            <Badge state={checked.intact ? 'proven' : 'danger'}>
              <span data-wraps="">{said}</span>
            </Badge>
          )
        }
      >
        <Button size="small" pending={checking} onPress={check}>
          {words.auditAct}
        </Button>
        <LiveText text={said} />
      </Line>
      {failure !== null && (
        <li>
          <FailureBox failure={failure} />
        </li>
      )}
    </>
  );
}

function CatalogLine({ onDone }: { onDone: () => void }) {
  const { catalog } = useApi();
  const [asking, setAsking] = useState(false);
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<Awaited<ReturnType<typeof catalog.rebuild>> | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const rebuild = () => {
    setAsking(false);
    setMaking(true);
    catalog
      .rebuild({})
      .then(
        (result) => {
          setFailure(null);
          setMade(result);
          onDone();
        },
        (thrown: unknown) => setFailure(toFailure(thrown, '')),
      )
      .finally(() => setMaking(false));
  };
  const said = made === null ? '' : words.rebuilt(made.backups, made.skipped.length);
  return (
    <>
      <Line title={words.rebuild} detail={made === null ? words.rebuildText : said}>
        <Button size="small" pending={making} onPress={() => setAsking(true)}>
          {words.rebuildAct}
        </Button>
        <LiveText text={said} />
      </Line>
      {made !== null && made.skipped.length > 0 && (
        <li>
          <ul className="small two">
            {made.skipped.map(({ key, why }) => (
              <li key={key}>
                <span className="mono">{key}</span> {why}
              </li>
            ))}
          </ul>
        </li>
      )}
      {failure !== null && (
        <li>
          <FailureBox failure={failure} />
        </li>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={words.rebuildAsk}
        confirm={words.rebuildYes}
        onConfirm={rebuild}
      >
        {words.rebuildWhat}
      </ConfirmDialog>
    </>
  );
}
