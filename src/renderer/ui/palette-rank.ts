/** Pure: what a palette shows first. */

interface Titled {
  title: string;
}
interface Grouped<Entry extends Titled> {
  title: string;
  entries: readonly Entry[];
}

/** 0: its name begins with what was typed; 1: a word of it does; 2: it only occurs somewhere. */
function rankOf(title: string, typed: string): number {
  const at = title.toLowerCase().indexOf(typed);
  if (at === 0) return 0;
  return title
    .toLowerCase()
    .split(/[\s,]+/)
    .some((word) => word.startsWith(typed))
    ? 1
    : 2;
}

/**
 * The groups in the order in which their best entry fits, and so the entries in each; equal ones stay as they were. What
 * does not match at all is left out elsewhere.
 */
export function ranked<Entry extends Titled, Group extends Grouped<Entry>>(
  groups: readonly Group[],
  text: string,
): Group[] {
  const typed = text.trim().toLowerCase();
  if (typed === '') return [...groups];
  const rank = ({ title }: Titled): number => rankOf(title, typed);
  const best = ({ entries }: Group): number => Math.min(...entries.map(rank));
  return groups
    .map((group) => ({ ...group, entries: group.entries.toSorted((a, b) => rank(a) - rank(b)) }))
    .toSorted((a, b) => best(a) - best(b));
}
