/** Whether a restored database can belong to those it belonged to. */
import type { Archive } from './archive.ts';
import type { Session } from './connect.ts';

export interface Ownership {
  /** Roles that own something in the archive and are not on the server. */
  missing: string[];
  /** Roles that are there, but to which the connected role may not give anything. */
  refused: string[];
  superuser: boolean;
}

/** Asks the server about these roles. */
export async function askOwnership(session: Session, roles: readonly string[]): Promise<Ownership> {
  // From 16 on, being a member is not enough: one has to be allowed to become the role.
  const privilege = session.major >= 16 ? 'SET' : 'MEMBER';
  const rows = await session.query<{ name: string; there: boolean; able: boolean }>(
    `SELECT wanted.name, r.oid IS NOT NULL AS there, coalesce(pg_has_role(current_user, r.oid, '${privilege}'), false) AS able
       FROM unnest($1::text[]) AS wanted(name) LEFT JOIN pg_roles r ON r.rolname = wanted.name`,
    [roles],
  );
  const [self] = await session.query<{ superuser: boolean }>(
    'SELECT rolsuper AS superuser FROM pg_roles WHERE rolname = current_user',
  );
  return {
    missing: rows.filter((row) => !row.there).map((row) => row.name),
    refused: rows.filter((row) => row.there && !row.able).map((row) => row.name),
    superuser: self?.superuser ?? false,
  };
}

/** Whether every owner can be kept; where one cannot, all goes to whoever restores, so that nothing is half and half. */
export const canKeepOwners = (ownership: Ownership): boolean =>
  ownership.missing.length + ownership.refused.length === 0;

/** Every role that owns an entry of the archive. Predefined roles own nothing that a restore would make. */
export function ownersIn(archive: Archive): string[] {
  return [...new Set(archive.entries.map((entry) => entry.owner))].filter(
    (owner) => owner !== '' && !owner.startsWith('pg_'),
  );
}
