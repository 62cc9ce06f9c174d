export interface InOrder<T, R> {
  /** Items that are worked on at once. */
  readonly width: number;
  readonly work: (item: T) => Promise<R>;
  /** True for an item that must not be begun before all that came of the ones before it has been taken. */
  readonly waits?: (item: T) => boolean;
}

/**
 * Works on several items at once and gives what comes of them in their order. An item is asked for only when there is room for it. The
 * first failure, in that order, is thrown; what else is under way is left to end by itself.
 */
export async function* inOrder<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  { width, work, waits = () => false }: InOrder<T, R>,
): AsyncGenerator<R, void, undefined> {
  const begun: Promise<R>[] = [];
  for await (const item of items) {
    while (begun.length > 0 && (begun.length >= width || waits(item))) yield await begun.shift()!;
    const working = work(item);
    // It is looked at when its turn comes, perhaps after an earlier one has failed.
    working.catch(() => {});
    begun.push(working);
  }
  while (begun.length > 0) yield await begun.shift()!;
}
