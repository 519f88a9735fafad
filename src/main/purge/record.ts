/** The record of a purge, to print and file: plain text, one line a fact. */
import { bytes } from '../../shared/bytes.ts';
import type { DestinationId, Instant, JobId } from '../../shared/id.ts';
import { plural } from '../../shared/plural.ts';
import type { PurgeReport } from '../../shared/purge.ts';

export interface RecordFacts {
  jobId: JobId;
  actor: string;
  machine: { id: string; name: string };
  askedAt: Instant;
  endedAt: Instant;
  ended: 'done' | 'failed' | 'cancelled';
  placeName(id: DestinationId): string;
}

export function purgeRecord(report: PurgeReport, facts: RecordFacts): string {
  const { removed, stopped, remains, notCovered, reason } = report;
  const total = removed.flatMap(({ objects }) => objects).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const name = (id: DestinationId): string => `${facts.placeName(id)} (${id})`;
  return [
    'RECORD OF A PURGE',
    '',
    `Asked for by   ${facts.actor}`,
    `On             ${facts.machine.name} (${facts.machine.id})`,
    `At             ${iso(facts.askedAt)}`,
    `Ended          ${iso(facts.endedAt)}${facts.ended === 'done' ? '' : ` (${facts.ended} before its end)`}`,
    `Reason         ${reason}`,
    `Job            ${facts.jobId}`,
    '',
    `DESTROYED: ${plural(removed.length, 'copy', 'copies')}, ${bytes(total)}`,
    ...removed.flatMap((one) => [
      '',
      `${one.backupId} in ${name(one.destination)}, ${iso(one.at)}`,
      `  manifest sha256 ${one.manifestSha256}`,
      ...one.objects.flatMap((object) => [
        `  ${object.name}  ${object.sizeBytes} bytes`,
        ...object.digests.map((digest, index) => `    range ${index + 1} sha256 ${digest}`),
      ]),
      ...(one.versions === 0 ? [] : [`  and ${plural(one.versions, 'older version')}`]),
    ]),
    '',
    'NOT DESTROYED',
    ...(stopped.length === 0
      ? ['  Nothing that was asked for.']
      : stopped.map((one) => `  ${one.backupId} in ${name(one.destination)}: ${one.failure.message}`)),
    '',
    'WHAT STILL KEEPS BYTES OF IT',
    ...(remains.length === 0 ? ['  Nothing that could be found.'] : remains.map(({ words }) => `  ${words}`)),
    '',
    'NOT COVERED BY A PURGE',
    ...notCovered.map((words) => `  ${words}`),
    '',
    'The SHA-256 of this file is in the audit trail of this data folder under purge.recorded.',
    '',
  ].join('\n');
}

const iso = (at: Instant): string => new Date(at).toISOString();
