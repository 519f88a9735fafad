/** `holdfast status`: where every source stands, as Overview shows it. */
import { lacksKit, type Need, type Overview, type SourceStanding } from '../../shared/overview.ts';
import type { Command } from './command.ts';
import { iso, isoOrNull, moment, table } from './format.ts';
import { words } from './words.ts';

const status: Command = {
  name: 'status',
  usage: '',
  summary: 'where every source stands, and what needs you',
  details: '  Exit code 1 where a source needs somebody.',
  options: {},
  places: { least: 0, most: 0 },
  async run(_args, context) {
    const overview = await (await context.api()).app.overview({});
    return { json: statusJson(overview), text: statusText(overview), yes: !overview.sources.some(needsYou) };
  },
};

/** Also while it is worked on: no backup that runs brings a kit. */
const needsYou = (one: SourceStanding): boolean => one.state === 'needs-you' || lacksKit(one);

function statusText({ sources }: Overview): string {
  if (sources.length === 0) return words.noSources;
  const titles = ['SOURCE', 'STATE', 'RESTORES TO', 'PROVEN TO'].map((title) => ({ title }));
  const rows = sources.map((one) => [
    one.name,
    words.standing[one.state],
    one.protectedUntil === null ? '-' : moment(one.protectedUntil),
    one.provenUntil === null ? '-' : moment(one.provenUntil),
  ]);
  const needs = sources.flatMap(({ name, needs: all }) => all.map((need) => needLine(name, need)));
  return [table(titles, rows), ...needs].join('\n');
}

function needLine(source: string, { title, detail, grade, action, place }: Need): string {
  const how = action === 'kit' && place !== undefined ? ` ${words.proveKit(place)}` : '';
  return `${grade === 'attention' ? 'NEEDS YOU' : 'hint'}  ${source}: ${title} ${detail}${how}`;
}

function statusJson({ at, sources }: Overview): Record<string, unknown> {
  return {
    at: iso(at),
    sources: sources.map(({ name, state, protectedUntil, provenUntil, restoreMs, goals, needs }) => ({
      source: name,
      state,
      protectedUntil: isoOrNull(protectedUntil),
      provenUntil: isoOrNull(provenUntil),
      restoreMs,
      ...(goals === undefined ? {} : { goals }),
      needs,
    })),
  };
}

export const statusCommands: readonly Command[] = [status];
