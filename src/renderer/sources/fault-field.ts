/** Pure: the field of the wizard that can mend a failure, by its code. */
import type { Failure, FailureCode } from '../../shared/failure.ts';
import type { ProbeReport } from '../../shared/source.ts';
import type { Fault } from '../ui/fault.ts';
import type { Faults, FieldName, ServerDraft, WizardStep } from './draft.ts';

const fields: Partial<Record<FailureCode, FieldName>> = {
  'source.name-taken': 'name',
  'source.password-in-argument': 'url',
  'source.url-malformed': 'url',
  'source.env-incomplete': 'envFile',
  'source.file-missing': 'file',
  'source.not-a-file': 'file',
  'source.permission': 'file',
  'source.not-a-database': 'file',
  'source.empty-file': 'file',
  'source.encrypted': 'file',
  'source.truncated': 'file',
  'source.corrupt': 'file',
  'source.locked': 'file',
  'source.attached': 'file',
  'source.unreachable': 'host',
  'source.connection-lost': 'host',
  'source.pooler': 'port',
  'source.server-too-old': 'host',
  'source.auth-failed': 'password',
  'vault.missing-secret': 'password',
  'vault.saved-elsewhere': 'password',
  'source.no-database': 'databases',
  'source.no-rights': 'user',
  'source.row-security': 'user',
  'source.tls-refused': 'tls',
  'source.tls-untrusted': 'tls',
  'source.tls-wrong-host': 'tls',
  'source.scope-empty': 'tables',
  'source.scope-unsupported': 'tables',
  'tunnel.unreachable': 'server.host',
  'tunnel.auth-failed': 'server.user',
  'tunnel.host-key-unknown': 'server.hostKey',
  'tunnel.host-key-changed': 'server.hostKey',
  'tunnel.lost': 'server.host',
  'destination.unknown': 'folders',
  'destination.full': 'folders',
  'destination.permission': 'folders',
  'destination.unreachable': 'folders',
  'destination.symlink': 'folders',
  'destination.not-a-file': 'folders',
};

const faultOf = ({ message, hint }: Pick<Failure, 'message' | 'hint'>): Fault =>
  hint === '' ? { message } : { message, hint };

/** A failure of the way in stands at the field that was read, whatever it says of. */
export type Asked = 'url' | 'envFile' | undefined;

/** Null where no field can mend it. */
export function fieldOf(code: string, asked?: Asked): FieldName | null {
  const field = fields[code as FailureCode] ?? null;
  if (asked === undefined) return field;
  return field === 'url' || field === 'envFile' || field === 'file' ? asked : field;
}

/** What a failed call says, at its field where there is one. */
export function faultsOf(failure: Failure, asked?: Asked): { faults: Faults; failure: Failure | null } {
  const field = fieldOf(failure.code, asked);
  return field === null ? { faults: {}, failure } : { faults: { [field]: faultOf(failure) }, failure: null };
}

/** The faults that a test found. The hop that a tunnel's failure speaks of is the one whose host its message names. */
export function faultsOfReport(report: ProbeReport, draft: ServerDraft | null): Faults {
  const faults: Faults = {};
  for (const step of report.steps) {
    if (step.outcome !== 'failed' || step.code === undefined) continue;
    let field = fieldOf(step.code);
    if (field?.startsWith('server.') === true && draft?.tunnel === 'jump' && speaksOfJump(step.detail, draft))
      field = field.replace('server.', 'jump.') as FieldName;
    if (field !== null) faults[field] ??= faultOf({ message: step.detail, hint: step.hint ?? '' });
  }
  return faults;
}

const speaksOfJump = (message: string, { jump, server }: ServerDraft): boolean =>
  jump.host !== server.host && message.includes(jump.host) && !message.includes(server.host);

/** The step on which a field stands. */
export function stepOf(field: FieldName): WizardStep {
  switch (field) {
    case 'url':
    case 'envFile':
      return 'way';
    case 'databases':
    case 'tables':
      return 'content';
    case 'name':
    case 'folders':
      return 'finish';
    default:
      return 'connection';
  }
}
