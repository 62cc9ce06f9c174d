import { WINDOW_BYTES, type Window } from './fetch-windows.ts';
import type { PackReader } from './pack-reader.ts';
import type { Ranges } from './ranges.ts';

/** Windows that are on their way or wait to be assembled: 16 MiB, over all objects. Enough for 3 Gbit/s at 40 ms. */
const IN_FLIGHT = 4;

export interface LoadedWindow {
  readonly window: Window;
  /** Views of a buffer that is written to again when the next window is asked for. */
  readonly ranges: Ranges;
}

/**
 * Reads windows ahead, as many as the bound allows, and gives them in order. Each is read into a buffer that serves again when
 * the next window is asked for: what is garbage by the megabyte is collected late, and would be most of the process's memory.
 */
export async function* download(
  windows: AsyncIterable<Window>,
  reader: PackReader,
): AsyncGenerator<LoadedWindow> {
  const source = windows[Symbol.asyncIterator]();
  const buffers: Buffer[] = [];
  const queue: { readonly window: Window; readonly buffer: Buffer; readonly ranges: Promise<Ranges> }[] = [];
  let next = await source.next();
  for (;;) {
    while (!next.done && queue.length < IN_FLIGHT) {
      const buffer = buffers.pop() ?? Buffer.allocUnsafeSlow(WINDOW_BYTES);
      queue.push({ window: next.value, buffer, ranges: reader.readAll(next.value.reads, buffer) });
      next = await source.next();
    }
    const head = queue.shift();
    if (head === undefined) return;
    yield { window: head.window, ranges: await head.ranges };
    buffers.push(head.buffer);
  }
}
