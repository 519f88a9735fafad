/** What an artifact's file is called. Databases may be called anything; their files may not. */
import type { ArtifactFacts } from '../../shared/artifact.ts';

/** One stream of a backup: `number` is unique within the set and counts from 1. */
export interface PackHead {
  number: number;
  name: string;
  content: ArtifactFacts['content'];
}

const endings = { 'postgres-custom': 'pgdump', 'postgres-globals': 'sql', 'sqlite-file': 'sqlite' } as const;
const maxSlugLength = 60;

/**
 * `01-shop.pgdump.zst`: the number, what can be kept of the name in ASCII letters, digits, dots, dashes and underscores,
 * the content and the coding. Unique by its number; safe on every file system and as an argument of every program.
 */
export function artifactName(head: PackHead): string {
  if (!Number.isInteger(head.number) || head.number < 1 || head.number > 9999) {
    throw new Error(`An artifact cannot have the number ${head.number}.`);
  }
  const slug = slugOf(head.content === 'sqlite-file' ? head.name.replace(/[.](?:sqlite3?|db3?)$/i, '') : head.name);
  return `${String(head.number).padStart(2, '0')}-${slug}.${endings[head.content]}.zst`;
}

function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replaceAll(/\p{Mark}+/gu, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, maxSlugLength)
    .replace(/^[-.]+/, '')
    .replace(/[-.]+$/, '');
  return slug === '' ? 'database' : slug;
}
