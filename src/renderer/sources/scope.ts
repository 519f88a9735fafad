/** Pure: the part of a source that its backups carry, between the form and the contract. */
import { wholeScope, type Scope } from '../../shared/source.ts';
import type { ContentDraft } from './draft.ts';

/** How a scope stands in the form. */
export function contentOf(scope: Scope): ContentDraft {
  const lists = { only: scope.tables, except: scope.excludeTables, kept: null };
  const limits = [scope.part !== 'all', scope.tables.length > 0, scope.excludeTables.length > 0].filter(Boolean).length;
  if (scope.schemas.length > 0 || limits > 1) return { which: 'kept', only: [], except: [], kept: scope };
  if (scope.part !== 'all') return { which: scope.part, ...lists };
  if (scope.tables.length > 0) return { which: 'only', ...lists };
  return { which: scope.excludeTables.length > 0 ? 'except' : 'all', ...lists };
}

export function scopeOf(content: ContentDraft): Scope {
  switch (content.which) {
    case 'all':
      return wholeScope;
    case 'schema':
    case 'data':
      return { ...wholeScope, part: content.which };
    case 'only':
      return { ...wholeScope, tables: content.only };
    case 'except':
      return { ...wholeScope, excludeTables: content.except };
    case 'kept':
      return content.kept ?? wholeScope;
  }
}

/** The names of a list, however they were typed: commas, lines and spaces around them do not count, nor does a second time. */
export const namesIn = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,\n]/)
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  ),
];

export interface NameCheck {
  /** No exact name can be written so. */
  patterns: string[];
  /** Not among the tables that the test found; empty where none were found. */
  unknown: string[];
}

/** Names are exact: a star or a quote would be looked for as it stands, and not be found. */
export function checkNames(names: readonly string[], found: readonly string[] | null): NameCheck {
  const patterns = names.filter((name) => /[*?"%]/.test(name));
  if (found === null || found.length === 0) return { patterns, unknown: [] };
  const known = new Set(found.flatMap((name) => [name, name.slice(name.indexOf('.') + 1)]));
  return { patterns, unknown: names.filter((name) => !known.has(name) && !patterns.includes(name)) };
}
