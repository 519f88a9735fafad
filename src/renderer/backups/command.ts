/** Pure: how a backup is opened with stock tools and no Holdfast. `docs/format.md` promises that this works. */
import type { ManifestBody } from '../../shared/artifact.ts';

/** A word of a POSIX shell: whatever is in it, it stays one word. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The lines to type, in their order. `folder` is one that holds the backup. Null where it is sealed. */
export function stockCommands(manifest: ManifestBody, folder: string): string[] | null {
  if (manifest.inventory.form === 'sealed' || manifest.sealing !== null) return null;
  const { databases, globals } = manifest.inventory.content;
  const stored = (artifact: string): string => shellWord(`${folder}/data/${manifest.backupId}/${artifact}`);
  const lines = databases.flatMap((database) => {
    if (database.engine.kind === 'sqlite') {
      const target = shellWord(`restored-${database.name.replaceAll(/[/\\]/g, '_')}`);
      return [`zstd -dc ${stored(database.artifact)} > ${target}`];
    }
    const name = shellWord(`${database.name}_restored`);
    const dump = shellWord(`${database.name.replaceAll(/[/\\]/g, '_')}.pgdump`);
    return [
      `createdb -T template0 ${name}`,
      `zstd -dc ${stored(database.artifact)} > ${dump}`,
      `pg_restore -j4 --no-owner -d ${name} ${dump}`,
    ];
  });
  return globals === null ? lines : [...lines, `zstd -dc ${stored(globals.artifact)}   # roles, as SQL`];
}
