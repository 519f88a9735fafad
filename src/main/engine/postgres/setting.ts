/** Settings of a database, as `pg_db_role_setting` keeps them. */
import { quoteName, quoteText } from './name.ts';

/** Settings that are lists of names: each name is quoted by itself, or the whole list would be taken for one name. */
const nameLists = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
]);

/** `ALTER DATABASE … SET` for a setting written `name=value`. */
export function settingStatement(database: string, setting: string): string {
  const cut = setting.indexOf('=');
  const name = setting.slice(0, cut);
  const value = setting.slice(cut + 1);
  const words = nameLists.has(name.toLowerCase()) ? namesIn(value).map(quoteText).join(', ') : quoteText(value);
  // A dotted name is an extension's: each part is quoted by itself.
  const variable = name.split('.').map(quoteName).join('.');
  return `ALTER DATABASE ${quoteName(database)} SET ${variable} TO ${words === '' ? "''" : words}`;
}

/** The names of a list such as `"$user", public`. */
function namesIn(list: string): string[] {
  return [...list.matchAll(/"((?:[^"]|"")*)"|[^\s,"]+/g)].map((found) =>
    found[1] === undefined ? found[0] : found[1].replaceAll('""', '"'),
  );
}
