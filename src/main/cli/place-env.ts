/** What a `.env` file says of a place: account, key and region under the names that the clouds' own tools use. */
import type { DestinationSettings } from '../../shared/destination.ts';
import { readEnvFile } from '../source/read-env-file.ts';
import { parseEnv } from '../source/env-file.ts';
import { absolute, wrongUsage, type Arguments } from './arguments.ts';
import type { Context } from './command.ts';

/** The value under the first of these names that the file has; undefined without `--env-file`. */
export type PlaceEnv = (...names: string[]) => string | undefined;

export function placeEnvOf(args: Arguments, context: Context): PlaceEnv {
  const file = args.text('env-file');
  if (file === undefined) return () => undefined;
  const { values } = parseEnv(readEnvFile(absolute(context.cwd, file)));
  return (...names) => names.map((name) => values.get(name)).find((value) => value !== undefined && value !== '');
}

/** The secret of such a place in the file. */
export function secretInEnv(settings: DestinationSettings, env: PlaceEnv, args: Arguments): string | undefined {
  if (args.text('env-file') === undefined) return undefined;
  const names = secretNames(settings);
  const found = env(...names);
  if (found === undefined) throw wrongUsage(`The file of --env-file has none of ${names.join(', ')}.`);
  return found;
}

function secretNames(settings: DestinationSettings): string[] {
  if (settings.kind === 's3') return ['AWS_SECRET_ACCESS_KEY', 'S3_SECRET_ACCESS_KEY', 'B2_APPLICATION_KEY'];
  if (settings.kind === 'azure')
    return settings.auth === 'sas' ? ['AZURE_STORAGE_SAS_TOKEN'] : ['AZURE_STORAGE_KEY', 'AZURE_STORAGE_ACCOUNT_KEY'];
  return ['SFTP_PASSWORD'];
}
