/** CREATE DATABASE like the one that was dumped, as far as this server can. */
import type { PostgresFacts } from '../../../shared/inventory.ts';
import { type Session, sqlState } from './connect.ts';
import { quoteName, quoteText } from './name.ts';

export interface NewDatabase {
  name: string;
  /** Null: whoever creates it. */
  owner: string | null;
}

/** Which locale the new database got, in words, where it is not the dumped one's; null where it is the same. */
export type OtherLocale = string | null;

/** Errors of a server that has the right version but not the locale: invalid parameter, wrong object type, not supported. */
const localeStates = new Set(['22023', '42809', '0A000', '42704', '55000', '22P02']);

/**
 * Creates the database with the dumped one's encoding and locale; where the locale is not there, with `C`, which every
 * server has and which goes with every encoding.
 * @throws whatever the server says about rights, names or space.
 */
export async function createDatabase(session: Session, like: PostgresFacts, made: NewDatabase): Promise<OtherLocale> {
  const head = `CREATE DATABASE ${quoteName(made.name)} WITH TEMPLATE template0 ENCODING ${quoteText(like.encoding)}`;
  const tail = made.owner === null ? '' : ` OWNER ${quoteName(made.owner)}`;
  try {
    await session.query(`${head} ${localeClause(like, session.major)}${tail}`);
    return null;
  } catch (error) {
    if (!localeStates.has(sqlState(error) ?? '')) throw error;
    const plain: PostgresFacts = { ...like, localeProvider: 'libc', locale: null, collate: 'C', ctype: 'C' };
    await session.query(`${head} ${localeClause(plain, session.major)}${tail}`);
    return `${describeLocale(like)} is not on this server: text is sorted by its bytes (C) instead.`;
  }
}

export function describeLocale(facts: PostgresFacts): string {
  return facts.localeProvider === 'libc'
    ? `The locale ${facts.collate}`
    : `The ${facts.localeProvider} locale ${facts.locale ?? ''}`;
}

function localeClause(like: PostgresFacts, major: number): string {
  const libc = `LC_COLLATE ${quoteText(like.collate)} LC_CTYPE ${quoteText(like.ctype)}`;
  // Before 15 there was nothing but libc, and no word to say so.
  if (major < 15) return libc;
  const own =
    like.locale === null
      ? ''
      : ` ${like.localeProvider === 'icu' ? 'ICU_LOCALE' : 'BUILTIN_LOCALE'} ${quoteText(like.locale)}`;
  return `LOCALE_PROVIDER ${like.localeProvider === 'libc' ? 'libc' : quoteName(like.localeProvider)} ${libc}${own}`;
}
