import { type ReactNode } from 'react';
import { type Job } from '../../shared/job.ts';
import { type Source } from '../../shared/source.ts';
import { href, type Route } from '../route.ts';
import { useHeld, useRunningJobs, useStanding } from '../store/hooks.ts';
import { Count } from '../ui/Badge.tsx';
import { classNames } from '../ui/class-names.ts';
import { Glyph, Icon, Mark } from '../ui/Icon.tsx';
import { type IconName } from '../ui/icon-names.ts';
import { Tooltip } from '../ui/Tooltip.tsx';
import { ProgressBar } from '../ui/Progress.tsx';
import { frame } from '../words/frame.ts';
import { percent, percentText } from '../words/number.ts';
import { glyphOfStanding, jobDoing, wordOfStanding } from '../words/state.ts';
import css from './Side.module.css';
import { useJobNames } from './use-job-names.ts';

function Item({
  to,
  icon,
  title,
  current,
  end,
}: {
  to: Route;
  icon: IconName;
  title: string;
  current: boolean;
  end?: ReactNode;
}) {
  return (
    <li>
      <Tooltip text={title} plain placement="right">
        <a href={href(to)} aria-current={current ? 'page' : undefined} className={css.item}>
          <Icon name={icon} />
          <span className={css.text}>{title}</span>
          {end !== undefined && <span className={css.end}>{end}</span>}
        </a>
      </Tooltip>
    </li>
  );
}

function SourceItem({ source, current }: { source: Source; current: boolean }) {
  const standing = useStanding(source.name);
  return (
    <Item
      to={{ screen: 'backups', source: source.name, backupId: null }}
      icon={source.settings.kind}
      title={source.name}
      current={current}
      end={
        standing === undefined ? undefined : (
          <Glyph
            state={glyphOfStanding(standing)}
            label={wordOfStanding(standing)}
            className={classNames(css.state, standing.state === 'protected' && css.calm)}
          />
        )
      }
    />
  );
}

/** What runs now, at the foot of the side; a press leads to it. */
function Running({ job, others }: { job: Job; others: number }) {
  const name = useJobNames()(job) ?? (job.sourceId === null ? frame.newSource : frame.withoutSource);
  const done = job.progress === null ? null : percent(job.progress.bytes, job.progress.totalBytes);
  const title = frame.doing(job.kind, name);
  return (
    <Tooltip text={title} plain placement="right">
      <a href={href({ screen: 'activity', jobId: job.id })} className={css.runs}>
        <span className={css.runsText}>
          {others === 0 && <span className="hush">{jobDoing[job.kind]}</span>}
          <span className="cut">{others > 0 ? frame.runningCount(others + 1) : name}</span>
          <span className="push num three">{done === null ? '' : percentText(done)}</span>
        </span>
        <ProgressBar label={title} value={done} />
      </a>
    </Tooltip>
  );
}

export function Side({ route }: { route: Route }) {
  const sources = useHeld((state) => state.sources);
  const facts = useHeld((state) => state.door);
  const running = useRunningJobs();
  const { screen } = route;
  const of = 'source' in route ? route.source : 'name' in route ? route.name : null;
  const inBackups = screen === 'backups' && of !== null;
  const job = running.find((each) => each.state !== 'queued');
  return (
    <aside className={css.side} aria-label={frame.side}>
      <div className={css.product}>
        <Mark className={css.mark} />
        <span>
          <b>{frame.product}</b>
          <span>{facts?.holdfast ?? ''}</span>
        </span>
      </div>
      <div className={css.scroll}>
        <nav className={css.nav} aria-label={frame.main}>
          <ul>
            <Item
              to={{ screen: 'overview' }}
              icon="overview"
              title={frame.screens.overview}
              current={screen === 'overview'}
            />
            <Item
              to={{ screen: 'sources', name: null }}
              icon="plug"
              title={frame.screens.sources}
              current={screen === 'sources' || screen === 'source-new' || screen === 'source-edit'}
            />
            <Item
              to={{ screen: 'backups', source: null, backupId: null }}
              icon="backups"
              title={frame.screens.backups}
              current={screen === 'backups' && !inBackups}
            />
            <Item
              to={{ screen: 'restore', source: null, backupId: null }}
              icon="restore"
              title={frame.screens.restore}
              current={screen === 'restore'}
            />
            <Item
              to={{ screen: 'plans', planId: null }}
              icon="calendar"
              title={frame.screens.plans}
              current={screen === 'plans' || screen === 'plan-new'}
            />
            <Item
              to={{ screen: 'retention', source: null }}
              icon="pin"
              title={frame.screens.retention}
              current={screen === 'retention'}
            />
            <Item
              to={{ screen: 'destinations', place: null }}
              icon="destinations"
              title={frame.screens.destinations}
              current={['destinations', 'destination-new', 'destination-edit', 'kit', 'found'].includes(screen)}
            />
            <Item
              to={{ screen: 'activity', jobId: null }}
              icon="activity"
              title={frame.screens.activity}
              current={screen === 'activity'}
              end={running.length > 0 ? <Count>{running.length}</Count> : undefined}
            />
          </ul>
        </nav>
        <nav className={css.nav} aria-label={frame.sourcesOfSide}>
          <h2>{frame.sourcesOfSide}</h2>
          <ul>
            {sources.map((source) => (
              <SourceItem key={source.id} source={source} current={inBackups && of === source.name} />
            ))}
            <li>
              <Tooltip text={frame.addSource} plain placement="right">
                <a href={href({ screen: 'source-new' })} className={css.item}>
                  <Icon name="plus" />
                  <span className={classNames(css.text, 'two')}>{frame.addSource}</span>
                </a>
              </Tooltip>
            </li>
          </ul>
        </nav>
      </div>
      <div className={css.base}>
        {job !== undefined && <Running job={job} others={running.length - 1} />}
        <nav className={css.nav} aria-label={frame.app}>
          <ul>
            <Item
              to={{ screen: 'settings' }}
              icon="settings"
              title={frame.screens.settings}
              current={screen === 'settings'}
            />
          </ul>
        </nav>
      </div>
    </aside>
  );
}
