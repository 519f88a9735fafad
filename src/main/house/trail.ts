import type { AuditAction, AuditEntry } from '../../shared/audit.ts';
import type { Rooms } from './rooms.ts';

/** A trail that cannot be written is told in the owner's log; it never turns a finished backup into a failed one. */
export function audit(
  rooms: Rooms,
  action: AuditAction,
  actor: string,
  subject: string,
  details: AuditEntry['details'] = {},
): void {
  try {
    rooms.audit.append(action, actor, subject, details);
  } catch (thrown) {
    rooms.log.error('The audit trail could not be written.', { action, subject, thrown });
  }
}
