/** `holdfast doctor` and `audit`. */
import type { AuditEntry } from '../../shared/audit.ts';
import type { DoctorReport } from '../../shared/doctor.ts';
import { wholeNumber } from './arguments.ts';
import type { Command } from './command.ts';
import { bytes } from '../../shared/bytes.ts';
import { iso, table } from './format.ts';
import { words } from './words.ts';

const doctor: Command = {
  name: 'doctor',
  usage: '[--rebuild]',
  summary: 'tools found, rights, space; exit 1 when something stands in the way',
  details: '  --rebuild   first make the catalog again from the manifests of every destination',
  options: { rebuild: { type: 'boolean' } },
  places: { least: 0, most: 0 },
  async run(args, context) {
    const api = await context.api();
    const rebuilt = args.has('rebuild') ? await api.catalog.rebuild({}) : null;
    const report = await api.app.doctor({});
    const told =
      rebuilt === null
        ? []
        : [
            words.rebuilt(rebuilt.backups, rebuilt.skipped.length),
            ...rebuilt.skipped.map(({ key, why }) => `  ${key}: ${why}`),
            '',
          ];
    return {
      json: rebuilt === null ? report : { ...report, rebuilt: { ...rebuilt, at: iso(rebuilt.at) } },
      text: [...told, doctorText(report)].join('\n'),
      yes: report.ok,
    };
  },
};

function doctorText(report: DoctorReport): string {
  const marks = { ok: 'ok', warning: 'warning', failed: 'FAILED' };
  return [
    `Data folder  ${report.home}, ${bytes(report.freeBytes)} free`,
    `Passwords    ${report.keeper.kind}: ${report.keeper.detail}`,
    ...report.tools.map(
      (set) =>
        `Tools        PostgreSQL ${set.version} in ${set.folder} (${set.origin}, of ${set.owner})${set.distrust === null ? '' : `; not used: ${set.distrust}`}`,
    ),
    '',
    ...report.checks.flatMap(({ name, outcome, detail, hint }) => [
      `${marks[outcome].padEnd(8)} ${name}: ${detail}`,
      ...(hint === undefined ? [] : [`${' '.repeat(9)}${hint}`]),
    ]),
    '',
    report.ok ? words.doctorOk : words.doctorNot,
  ].join('\n');
}

const audit: Command = {
  name: 'audit',
  usage: '[--check] [--limit N]',
  summary: 'who did what, newest first; --check reads the whole trail again',
  options: { check: { type: 'boolean' }, limit: { type: 'string' } },
  places: { least: 0, most: 0 },
  async run(args, context) {
    const limit = wholeNumber(args, 'limit', 50, 1, 10_000);
    const api = await context.api();
    if (args.has('check')) {
      const found = await api.audit.check({});
      return {
        json: found,
        text: found.intact ? words.auditIntact(found.entries) : words.auditBroken(found.brokenAt),
        yes: found.intact,
      };
    }
    const entries = await api.audit.list({ limit });
    return {
      json: entries.map((entry) => ({ ...entry, at: iso(entry.at) })),
      text: entries.length === 0 ? words.noAudit : auditTable(entries),
    };
  },
};

function auditTable(entries: AuditEntry[]): string {
  const titles = ['WHEN', 'WHO', 'WHAT', 'ON WHAT'].map((title) => ({ title }));
  return table(
    titles,
    entries.map((entry) => [iso(entry.at), entry.actor, entry.action, entry.subject]),
  );
}

export const doctorCommands: Command[] = [doctor, audit];
