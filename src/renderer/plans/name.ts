/** Pure: a name that no plan has: `Nightly`, `Nightly 2`. */
export function freeName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  for (let number = 2; ; number += 1) {
    const next = `${name} ${number}`;
    if (!taken.includes(next)) return next;
  }
}
