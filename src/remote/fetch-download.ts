import type { Window } from './fetch-windows.ts';
import type { Pace } from './pace.ts';
import type { OnBytes, PackReader } from './pack-reader.ts';
import type { Ranges } from './ranges.ts';

export interface LoadedWindow {
  readonly window: Window;
  /** Views of a buffer that is written to again when the next window is asked for. */
  readonly ranges: Ranges;
}

/**
 * Reads windows ahead, so many of so many bytes at once over all objects, and gives them in order. Each is read into a buffer that
 * serves again when the next window is asked for: what is garbage by the megabyte is collected late, and would be most of the process's memory.
 */
export async function* download(
  windows: AsyncIterable<Window>,
  reader: PackReader,
  { windows: ahead, windowBytes }: Pick<Pace, 'windows' | 'windowBytes'>,
  onArrived?: OnBytes,
): AsyncGenerator<LoadedWindow> {
  const source = windows[Symbol.asyncIterator]();
  const buffers: Buffer[] = [];
  const queue: { readonly window: Window; readonly buffer: Buffer; readonly ranges: Promise<Ranges> }[] = [];
  let next = await source.next();
  for (;;) {
    while (!next.done && queue.length < ahead) {
      const buffer = buffers.pop() ?? Buffer.allocUnsafeSlow(windowBytes);
      queue.push({
        window: next.value,
        buffer,
        ranges: reader.readAll(next.value.reads, buffer, onArrived && contentOf(next.value, onArrived)),
      });
      next = await source.next();
    }
    const head = queue.shift();
    if (head === undefined) return;
    yield { window: head.window, ranges: await head.ranges };
    buffers.push(head.buffer);
  }
}

/** Of the content that a window brings, as much as has arrived of what is read for it. */
function contentOf({ pieces, reads }: Window, onArrived: OnBytes): OnBytes {
  const stored = reads.reduce((sum, { length }) => sum + length, 0);
  const content = pieces.reduce((sum, { chunk, chunkHere }) => sum + (chunkHere ? 0 : chunk.rawLength), 0);
  let arrived = 0;
  let told = 0;
  return (bytes) => {
    arrived = Math.min(arrived + bytes, stored);
    const reached = Math.floor((content * arrived) / stored);
    onArrived(reached - told);
    told = reached;
  };
}
