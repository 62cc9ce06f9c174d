import type { Window } from './fetch-windows.ts';
import type { Pace } from './pace.ts';
import type { PackReader } from './pack-reader.ts';
import type { Ranges } from './ranges.ts';

export interface LoadedWindow {
  readonly window: Window;
  /** Views of a buffer that is written to again when the next window is asked for. */
  readonly ranges: Ranges;
}

/**
 * Reads windows ahead, so many of so many bytes at once over all objects, and gives them in order. Each is read into a buffer that
 * serves again when the next window is asked for: what is garbage by the megabyte is collected late, and would be most of the process's memory.
 * The thread that stores reads it where it is.
 */
export async function* download(
  windows: AsyncIterable<Window>,
  reader: PackReader,
  { windows: ahead, windowBytes }: Pick<Pace, 'windows' | 'windowBytes'>,
): AsyncGenerator<LoadedWindow> {
  const source = windows[Symbol.asyncIterator]();
  const buffers: Buffer[] = [];
  const queue: { readonly window: Window; readonly buffer: Buffer; readonly ranges: Promise<Ranges> }[] = [];
  let next = await source.next();
  for (;;) {
    while (!next.done && queue.length < ahead) {
      const buffer = buffers.pop() ?? Buffer.from(new SharedArrayBuffer(windowBytes));
      queue.push({ window: next.value, buffer, ranges: reader.readAll(next.value.reads, buffer) });
      next = await source.next();
    }
    const head = queue.shift();
    if (head === undefined) return;
    yield { window: head.window, ranges: await head.ranges };
    buffers.push(head.buffer);
  }
}
