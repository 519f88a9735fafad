import { useState } from 'react';
import { type BackupId } from '../../shared/id.ts';
import { useApi } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Fold } from '../ui/Fold.tsx';
import { Section } from '../ui/Layout.tsx';
import { LogLines } from '../ui/LogLines.tsx';
import { href } from '../route.ts';
import { backups as words } from '../words/backups.ts';
import css from './BackupLog.module.css';

/** The log of the job that made the backup, asked for when somebody opens it. */
export function BackupLog({ backupId }: { backupId: BackupId }) {
  const [open, setOpen] = useState(false);
  const api = useApi();
  const log = useAsked(open ? `log of ${backupId}` : null, async () => {
    const [job] = await api.job.list({ kinds: ['backup'], backupId, limit: 1 });
    return job === undefined ? null : { job, lines: await api.job.log({ jobId: job.id }) };
  });
  const found = log.value;
  return (
    <Section title={words.log}>
      <Fold title={words.logShow} small open={open} onChange={setOpen}>
        {log.failure !== null && <FailureBox failure={log.failure} />}
        {found !== null && (
          <>
            <div className={css.log}>
              <LogLines lines={found.lines} />
            </div>
            <a className="small" href={href({ screen: 'activity', jobId: found.job.id })}>
              {words.toJob}
            </a>
          </>
        )}
        {!log.asking && found === null && log.failure === null && open && <p className="small three">{words.noLog}</p>}
      </Fold>
    </Section>
  );
}
