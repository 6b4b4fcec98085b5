/** Long arithmetic in turns: between two of them other work of the thread is served. */

/**
 * The results for all items in their order, `aTurn` items at a time. `work` runs at least once, so that what it refuses it
 * refuses for an empty batch too.
 */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  aTurn: number,
  work: (some: readonly Item[]) => Result[],
): Promise<Result[]> {
  const results = work(items.slice(0, aTurn));
  for (let at = aTurn; at < items.length; at += aTurn) {
    await new Promise((resolve) => setImmediate(resolve));
    for (const result of work(items.slice(at, at + aTurn))) results.push(result);
  }
  return results;
}
