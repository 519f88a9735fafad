/** Pure: which items of a long column are seen. */

/** Where each item begins, in px from the top; one more at the end: the whole height. */
export function offsetsOf<Item>(items: readonly Item[], height: (item: Item) => number): number[] {
  const offsets: number[] = Array.from({ length: items.length + 1 }, () => 0);
  let top = 0;
  for (const [index, item] of items.entries()) {
    offsets[index] = top;
    top += height(item);
  }
  offsets[items.length] = top;
  return offsets;
}

/** The items that touch `top` to `bottom`: `from` inclusive, `to` exclusive. */
export function visibleRange(offsets: readonly number[], top: number, bottom: number): { from: number; to: number } {
  const count = offsets.length - 1;
  return { from: Math.min(count, firstBeyond(offsets, top)), to: Math.min(count, firstBeyond(offsets, bottom) + 1) };
}

/** The item in which `at` lies. */
function firstBeyond(offsets: readonly number[], at: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
