/** `holdfast source goals`: what was promised of a source, held against what was measured. */
import type { SourceStanding } from '../../shared/overview.ts';
import { timeSpan, wrongUsage, type Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { duration, isoOrNull, moment } from './format.ts';
import { nameOf } from './source-name.ts';

const longestMs = 366 * 86_400_000;

export const goals: Command = {
  name: 'source goals',
  usage: 'NAME [--rpo 24h|none] [--rto 30m|none]',
  summary: 'what was promised of a source, held against what was measured',
  details: `  --rpo TIME   how old the newest proven backup may become: 90m, 24h, 7d; none takes the goal away
  --rto TIME   how long bringing it back may take; measured by restores, or by proofs that restore
  Exit code 1 where a goal is missed. What was never measured is neither met nor missed.`,
  options: { rpo: { type: 'string' }, rto: { type: 'string' } },
  places: { least: 1, most: 1 },
  async run(args, context) {
    const name = nameOf(args);
    const change = { ...goalOf(args, 'rpo', 'rpoMs'), ...goalOf(args, 'rto', 'rtoMs') };
    const api = await context.api();
    // Also where nothing changes: an unknown name is told as one.
    await api.source.setGoals({ name, ...change });
    const { at, sources } = await api.app.overview({});
    const standing = sources.find((one) => one.name === name);
    if (standing === undefined) throw new Error('A source stands nowhere.');
    const held = holds(standing, at);
    return { json: goalsJson(standing, held), text: goalsText(standing, held), yes: !missed(held) };
  },
};

function goalOf<Key extends string>(args: Arguments, name: string, key: Key): { [K in Key]?: number | null } {
  const text = args.text(name);
  if (text === undefined) return {};
  const ms = text === 'none' ? null : timeSpan(args, name, 0);
  if (ms !== null && (ms === 0 || ms > longestMs)) throw wrongUsage(`--${name} is a time from 1m to 366d, or none.`);
  return { [key]: ms } as { [K in Key]?: number | null };
}

/** Null: not promised, or nothing was measured. */
interface Held {
  rpo: boolean | null;
  rto: boolean | null;
}

const missed = ({ rpo, rto }: Held): boolean => rpo === false || rto === false;

function holds({ goals: promised, needs, restoreMs, thawMs = 0, provenUntil }: SourceStanding, at: number): Held {
  const lost = needs.some(({ code }) => code === 'rpo-missed');
  const { rpoMs, rtoMs } = promised ?? {};
  return {
    rpo: rpoMs === undefined ? null : lost ? false : provenUntil === null ? null : at - provenUntil <= rpoMs,
    rto:
      rtoMs === undefined
        ? null
        : needs.some(({ code }) => code === 'rto-missed')
          ? false
          : restoreMs === null
            ? null
            : restoreMs + thawMs <= rtoMs,
  };
}

function goalsJson({ name, goals: promised, provenUntil, restoreMs, thawMs = 0 }: SourceStanding, held: Held) {
  return {
    source: name,
    rpoMs: promised?.rpoMs ?? null,
    provenUntil: isoOrNull(provenUntil),
    rpoHolds: held.rpo,
    rtoMs: promised?.rtoMs ?? null,
    restoreMs,
    thawMs,
    rtoHolds: held.rto,
  };
}

function goalsText({ goals: promised, provenUntil, restoreMs, thawMs = 0 }: SourceStanding, held: Held): string {
  const word = (value: boolean | null): string => (value === null ? '' : value ? ', met' : ', MISSED');
  const goal = (ms: number | undefined): string => (ms === undefined ? 'none' : duration(ms));
  const proven = provenUntil === null ? 'nothing is proven' : `proven to ${moment(provenUntil)}`;
  const thaw = thawMs === 0 ? '' : `, after up to ${duration(thawMs)} in an archive`;
  const took = `${restoreMs === null ? 'never measured' : `measured ${duration(restoreMs)}`}${thaw}`;
  return [
    `Loss at most (RPO):     ${goal(promised?.rpoMs)}; ${proven}${word(held.rpo)}`,
    `Back within (RTO):      ${goal(promised?.rtoMs)}; ${took}${word(held.rto)}`,
  ].join('\n');
}
