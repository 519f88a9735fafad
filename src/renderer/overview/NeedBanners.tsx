import { type ReactNode } from 'react';
import { type SourceStanding } from '../../shared/overview.ts';
import { href } from '../route.ts';
import { Banner } from '../ui/Banner.tsx';
import { Button, LinkButton } from '../ui/Button.tsx';
import { overviewWords as words } from '../words/overview.ts';
import css from './Overview.module.css';
import { type Acts } from './use-acts.ts';

/** What a source needs of a person: why, what happens next, and the button that does it. Null where it needs nobody. */
export function needBanners(standing: SourceStanding, acts: Acts): ReactNode {
  const needy = standing.needs.some(({ grade }) => grade === 'attention');
  return needy ? <NeedBanners standing={standing} acts={acts} /> : null;
}

function NeedBanners({ standing, acts }: { standing: SourceStanding; acts: Acts }) {
  return (
    <div className={css.needs}>
      {standing.needs
        .filter(({ grade }) => grade === 'attention')
        .map((need) => (
          <Banner
            key={`${need.code} ${need.place ?? ''}`}
            tone="attention"
            title={need.title}
            actions={
              <>
                <Button
                  label={words.actionFor(words.actions[need.action], standing.name)}
                  onPress={() => acts.answer(need, standing)}
                >
                  {words.actions[need.action]}
                </Button>
                {need.jobId !== null && need.action !== 'look' && (
                  <LinkButton href={href({ screen: 'activity', jobId: need.jobId })}>{words.lookAtJob}</LinkButton>
                )}
              </>
            }
          >
            {need.detail}
          </Banner>
        ))}
    </div>
  );
}
