import type { Window } from './fetch-windows.ts';
import type { PackReader } from './pack-reader.ts';
import type { Ranges } from './ranges.ts';

/** Bytes that are on their way or wait to be assembled, over all windows. */
const IN_FLIGHT_BYTES = 28 * 1024 * 1024;
/** Windows of tiny pieces take more memory than their bytes. */
const IN_FLIGHT_WINDOWS = 16;

export interface LoadedWindow {
  readonly window: Window;
  readonly ranges: Ranges;
}

/** Reads windows ahead, as many as the bound allows, and gives them in order. */
export async function* download(
  windows: AsyncIterable<Window>,
  reader: PackReader,
): AsyncGenerator<LoadedWindow> {
  const source = windows[Symbol.asyncIterator]();
  const queue: { readonly window: Window; readonly ranges: Promise<Ranges> }[] = [];
  let inFlight = 0;
  let next = await source.next();
  for (;;) {
    while (!next.done && (queue.length === 0 || hasRoom(queue.length, inFlight + next.value.bytes))) {
      inFlight += next.value.bytes;
      queue.push({ window: next.value, ranges: reader.readAll(next.value.reads) });
      next = await source.next();
    }
    const head = queue.shift();
    if (head === undefined) return;
    yield { window: head.window, ranges: await head.ranges };
    inFlight -= head.window.bytes;
  }
}

function hasRoom(windows: number, bytes: number): boolean {
  return windows < IN_FLIGHT_WINDOWS && bytes <= IN_FLIGHT_BYTES;
}
