/**
 * What `work` makes of each item, in their order, with at most `atOnce` in the making. The first that fails ends it; when it
 * ends, for whatever reason, nothing is in the making any more.
 */
export async function* ahead<In, Out>(
  items: AsyncIterable<In> | Iterable<In>,
  atOnce: number,
  work: (item: In) => Promise<Out>,
): AsyncGenerator<Out, void, void> {
  const coming: Promise<Out>[] = [];
  try {
    for await (const item of items) {
      const made = work(item);
      // Whoever awaits it hears of its failure; until then it is no unhandled one.
      made.catch(() => {});
      coming.push(made);
      if (coming.length >= atOnce) yield await (coming.shift() as Promise<Out>);
    }
    while (coming.length > 0) yield await (coming.shift() as Promise<Out>);
  } finally {
    await Promise.allSettled(coming);
  }
}
