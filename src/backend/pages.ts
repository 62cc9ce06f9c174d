import type { ListPage } from './backend.ts';

type NextPage = IteratorResult<ListPage, unknown>;

/** The pages of a list, each asked for by way of `run`; lets go of the list when its reader stops early. */
export async function* pagesThrough(
  list: AsyncIterable<ListPage>,
  run: (next: () => Promise<NextPage>) => Promise<NextPage>,
): AsyncGenerator<ListPage> {
  const pages = list[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await run(() => pages.next());
      if (done) return;
      yield value;
    }
  } finally {
    await pages.return?.();
  }
}
