import { Fail } from '../../../shared/failure.ts';
import type { PostgresSettings } from '../../../shared/source.ts';
import type { Secret } from '../../base/secret.ts';
import type { Place, Surroundings } from '../engine.ts';
import { passwordFromFile } from './pgpass.ts';

/** The part of the surroundings that a connection needs. */
export type ConnectSurroundings = Pick<Surroundings, 'clock' | 'userHome' | 'pgpassFile' | 'sshAgentSocket'>;
export function postgresSettings(place: Place): PostgresSettings {
  if (place.settings.kind !== 'postgres') throw new Fail('restore.wrong-kind', 'This is not a PostgreSQL server.');
  return place.settings;
}

/** The password for this database, from where the settings say; undefined where none is needed or known. */
export function passwordFor(
  place: Place,
  database: string,
  surroundings: Pick<Surroundings, 'pgpassFile'>,
): Secret | undefined {
  const settings = postgresSettings(place);
  if (settings.password === 'none') return undefined;
  if (settings.password === 'pgpass') {
    const { host, port, user } = settings;
    return passwordFromFile(surroundings.pgpassFile, { host, port, user, database });
  }
  const secret = place.secrets.database;
  if (secret === undefined)
    throw new Fail(
      'vault.missing-secret',
      `The password of ${settings.user} on ${settings.host} was not handed to this job.`,
    );
  return secret;
}
