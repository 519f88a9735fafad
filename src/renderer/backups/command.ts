/** Pure: how a backup is opened with stock tools and no Holdfast. `docs/format.md` promises that this works. */
import { rangeSizeBytes, type ManifestBody } from '../../shared/artifact.ts';

/** A word of a POSIX shell: whatever is in it, it stays one word. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/**
 * The lines to type, in their order. `folder` is one that holds the backup. Null where it is sealed.
 * @param wholeBytes what is larger may lie there in numbered parts; the line then takes either.
 */
export function stockCommands(
  manifest: ManifestBody,
  folder: string,
  wholeBytes: number = rangeSizeBytes,
): string[] | null {
  if (manifest.inventory.form === 'sealed' || manifest.sealing !== null) return null;
  const { databases, globals } = manifest.inventory.content;
  const opened = (artifact: string): string => {
    const stored = shellWord(`${folder}/data/${manifest.backupId}/${artifact}`);
    const sizeBytes = manifest.artifacts.find(({ name }) => name === artifact)?.sizeBytes ?? 0;
    return sizeBytes > Math.min(wholeBytes, rangeSizeBytes) ? `cat ${stored}* | zstd -dc` : `zstd -dc ${stored}`;
  };
  const lines = databases.flatMap((database) => {
    if (database.engine.kind === 'sqlite') {
      const target = shellWord(`restored-${database.name.replaceAll(/[/\\]/g, '_')}`);
      return [`${opened(database.artifact)} > ${target}`];
    }
    const name = shellWord(`${database.name}_restored`);
    const dump = shellWord(`${database.name.replaceAll(/[/\\]/g, '_')}.pgdump`);
    return [
      `createdb -T template0 ${name}`,
      `${opened(database.artifact)} > ${dump}`,
      `pg_restore -j4 --no-owner -d ${name} ${dump}`,
    ];
  });
  return globals === null ? lines : [...lines, `${opened(globals.artifact)}   # roles, as SQL`];
}
