import { useCallback, useReducer, useState } from 'react';
import { addressOf as placeAddressOf } from '../../shared/destination.ts';
import { toFailure } from '../../shared/failure.ts';
import { type Source } from '../../shared/source.ts';
import { Bar } from '../frame/Bar.tsx';
import { PurgeDialog } from '../frame/PurgeDialog.tsx';
import { DirectDialog } from '../frame/DirectBackup.tsx';
import { tell } from '../frame/shown.ts';
import { useBackUp } from '../frame/use-back-up.ts';
import { KitBox } from '../kit/KitBox.tsx';
import { navigate } from '../navigate.ts';
import { href } from '../route.ts';
import { useApi, useHeld, useRunningJobs, useStanding } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';
import { Badge } from '../ui/Badge.tsx';
import { Button, LinkButton } from '../ui/Button.tsx';
import { ConfirmDialog } from '../ui/Dialog.tsx';
import { Facts, type Fact } from '../ui/Facts.tsx';
import { Content, Lead, Section } from '../ui/Layout.tsx';
import { MenuButton } from '../ui/Menu.tsx';
import { Moment } from '../ui/Time.tsx';
import { direct } from '../words/direct.ts';
import { frame } from '../words/frame.ts';
import { momentInSentence } from '../words/moment.ts';
import { purgeWords } from '../words/purge.ts';
import { addressOf, scopeInWords, sources as words } from '../words/sources.ts';
import { glyphOfStanding, wordOfStanding } from '../words/state.ts';
import { timeZone, useNow } from '../clock.ts';
import css from './Sources.module.css';
import { Goals } from './Goals.tsx';
import { Marks } from './Marks.tsx';
import { TestPanel } from './TestPanel.tsx';
import { takeTest } from './test-state.ts';
import { Trends } from './Trends.tsx';
import { useProbe } from './use-probe.ts';

/** One source: where it is, what of it is backed up, how that went over time, and whether it can be reached now. */
export function SourceDetail({ source }: { source: Source }) {
  const backUp = useBackUp();
  const standing = useStanding(source.name);
  const [asking, setAsking] = useState<'remove' | 'purge' | null>(null);
  const destinations = useHeld((state) => state.destinations);
  const [streaming, setStreaming] = useState(false);
  const running = useRunningJobs().some((job) => job.kind === 'backup' && job.sourceId === source.id);
  const now = useNow();
  const zone = timeZone();
  const until = standing?.protectedUntil ?? null;
  return (
    <>
      <Bar
        title={source.name}
        crumb={{ title: frame.screens.sources, href: href({ screen: 'sources', name: null }) }}
        actions={
          <>
            <MenuButton
              label={words.moreActions}
              lines={[
                {
                  id: 'backups',
                  title: words.toBackups,
                  icon: 'backups',
                  href: href({ screen: 'backups', source: source.name, backupId: null }),
                },
                { id: 'direct', title: direct.menu, icon: 'destinations', onAction: () => setStreaming(true) },
                '-',
                {
                  id: 'purge',
                  title: purgeWords.menuOfSource,
                  icon: 'trash',
                  danger: true,
                  onAction: () => setAsking('purge'),
                },
                { id: 'remove', title: words.remove, icon: 'trash', danger: true, onAction: () => setAsking('remove') },
              ]}
            />
            <LinkButton href={href({ screen: 'source-edit', name: source.name })}>{words.edit}</LinkButton>
            <Button variant="primary" onPress={() => backUp(source.name)} pending={running}>
              {words.backUp}
            </Button>
          </>
        }
      />
      <Content>
        <Lead text={until === null ? words.notYet : words.protectedUntil(momentInSentence(until, now, zone))} />
        <div className={css.standing}>
          {standing !== undefined && <Badge state={glyphOfStanding(standing)}>{wordOfStanding(standing)}</Badge>}
          <Marks source={source} />
        </div>
        <div className={css.columns}>
          <div className={css.main}>
            <div className={css.facts}>
              <Section title={words.facts.heading}>
                <Facts facts={whereFacts(source)} />
              </Section>
              <Section title={words.facts.what}>
                <WhatFacts source={source} />
              </Section>
            </div>
            <Goals source={source} standing={standing} />
            <Trends name={source.name} />
          </div>
          <div className={css.main}>
            <Test source={source} />
            <Kits source={source} />
          </div>
        </div>
      </Content>
      <DirectDialog name={source.name} open={streaming} onClose={() => setStreaming(false)} />
      <Removal source={source} open={asking === 'remove'} onClose={() => setAsking(null)} />
      <PurgeDialog
        open={asking === 'purge'}
        what={{ source: source.id }}
        source={source.name}
        destinations={destinations}
        onClose={() => setAsking(null)}
      />
    </>
  );
}

function whereFacts({ settings }: Source): (Fact | null)[] {
  if (settings.kind === 'sqlite')
    return [{ name: words.facts.file, value: <span className="mono">{settings.file}</span> }];
  const { tls, tunnel } = settings;
  return [
    { name: words.facts.server, value: <span className="mono">{addressOf({ settings })}</span> },
    { name: words.facts.user, value: settings.user },
    { name: words.facts.databases(settings.databases.length), value: settings.databases.join(', ') },
    { name: words.facts.tls, value: words.tlsShort[tls.mode] },
    tls.caFile === undefined
      ? null
      : { name: words.facts.authority, value: <span className="mono">{tls.caFile}</span> },
    tunnel === undefined
      ? null
      : {
          name: words.facts.tunnel,
          value: words.facts.through([...(tunnel.jump === undefined ? [] : [tunnel.jump.host]), tunnel.server.host]),
        },
    { name: words.facts.password, value: words.passwordOf[settings.password] },
  ];
}

function WhatFacts({ source }: { source: Source }) {
  const destinations = useHeld((state) => state.destinations);
  const places = source.destinations.flatMap((id) => destinations.find((one) => one.id === id) ?? []);
  return (
    <Facts
      facts={[
        { name: words.facts.scope, value: scopeInWords(source.scope) },
        { name: words.facts.digests, value: source.digests ? words.facts.digestsOn : words.facts.digestsOff },
        { name: words.facts.compression, value: words.facts.level(source.compressionLevel) },
        {
          name: words.facts.kept,
          value: places.map((place) => (
            <a
              key={place.id}
              className="col"
              href={href({ screen: 'destinations', place: place.id })}
              title={placeAddressOf(place.settings)}
            >
              {place.name}
            </a>
          )),
        },
        source.direct === undefined
          ? null
          : {
              name: direct.facts.room,
              value: source.direct === 'always' ? direct.choices.always : direct.choices['when-full'],
            },
        { name: words.facts.added, value: <Moment at={source.createdAt} /> },
      ]}
    />
  );
}

/** What opens its backups where this computer is gone. */
function Kits({ source }: { source: Source }) {
  const destinations = useHeld((state) => state.destinations);
  const sealed = destinations.filter(({ id, seal }) => seal === true && source.destinations.includes(id));
  return sealed.map((card) => <KitBox key={card.id} card={card} named={sealed.length > 1} />);
}

function Test({ source }: { source: Source }) {
  const api = useApi();
  const [test, take] = useReducer(takeTest, { state: 'none' });
  const probe = useProbe(take);
  const start = useCallback(() => probe.start(() => api.source.test({ name: source.name })), [api, probe, source.name]);
  return <TestPanel test={test} onStart={start} onStop={probe.stop} note={words.testing.idleSaved} />;
}

function Removal({ source, open, onClose }: { source: Source; open: boolean; onClose: () => void }) {
  const api = useApi();
  const [pending, setPending] = useState(false);
  const tally = useAsked(open ? `tally of ${source.name}` : null, () => api.backup.tally({ name: source.name }));
  const remove = async () => {
    setPending(true);
    try {
      await (source.sample === true ? api.sample.remove({}) : api.source.remove({ name: source.name }));
      tell({
        id: `removed ${source.name}`,
        state: 'stored',
        title: source.sample === true ? words.removal.doneSample : words.removal.done(source.name),
      });
      navigate({ screen: 'sources', name: null }, 'replace');
    } catch (thrown) {
      const { message, hint } = toFailure(thrown, '');
      tell({ id: `not removed ${source.name}`, state: 'danger', title: message, detail: hint, stays: true });
      onClose();
    } finally {
      setPending(false);
    }
  };
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={words.removal.title(source.name)}
      confirm={words.removal.act(source.name)}
      onConfirm={() => void remove()}
      pending={pending}
      destroys
      typed={source.production === true ? source.name : undefined}
    >
      <p className="two">
        {source.sample === true ? words.removal.sample : words.removal.text(tally.value?.all ?? null)}
      </p>
    </ConfirmDialog>
  );
}
