import { Fail } from '../../../shared/failure.ts';
import type { Relation } from './inspect.ts';
import { qualifiedName } from './name.ts';
import type { Selection } from './scope.ts';

const shown = 10;

/**
 * Fails when this role could not read everything of the selection, naming what: pg_dump would only say the first.
 * @throws `source.no-rights`, `source.row-security`
 */
export function refuseUnreadable(selection: Selection, database: string): void {
  const asked = [...selection.locked, ...selection.sequences];
  const unreadable = asked.filter((relation) => !relation.readable);
  if (unreadable.length > 0) {
    throw new Fail('source.no-rights', `The role may not read ${listed(unreadable)} in ${database}.`);
  }
  const hiding = !selection.rows ? [] : selection.counted.filter((relation) => relation.hidesRows);
  if (hiding.length > 0) {
    throw new Fail(
      'source.row-security',
      `Row security hides rows of ${listed(hiding)} in ${database} from this role.`,
    );
  }
}

function listed(relations: readonly Relation[]): string {
  const names = relations.slice(0, shown).map((relation) => qualifiedName(relation.schema, relation.name));
  const more = relations.length - names.length;
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
