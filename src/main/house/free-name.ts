import type { Rooms } from './rooms.ts';

/** `wanted`, or where a source has that name already, `wanted-2`, `wanted-3` and so on. */
export function freeName({ catalog }: Pick<Rooms, 'catalog'>, wanted: string): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted.slice(0, 58)}-${number}`;
    if (catalog.sources.byName(name) === undefined) return name;
  }
}
