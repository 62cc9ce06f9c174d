import type { Window } from './fetch-windows.ts';
import type { Pace } from './pace.ts';
import type { OnBytes, PackReader } from './pack-reader.ts';
import type { Ranges } from './ranges.ts';

/** Where pieces are small it is what is known of each that takes memory. */
const PIECES_AHEAD = 16_384;

export interface LoadedWindow {
  readonly window: Window;
  /** Views of a buffer that is written to again when the next window is asked for, or later: see `keep`. */
  readonly ranges: Ranges;
  /** Keeps the buffer as it is until `released` has settled. */
  keep(released: Promise<void>): void;
}

interface Reading {
  readonly window: Window;
  readonly buffer: Buffer;
  readonly ranges: Promise<Ranges>;
}

/**
 * Reads windows ahead, so many of so many bytes at once over all objects, and gives them in order. Each is read into a buffer that
 * serves again afterwards: what is garbage by the megabyte is collected late, and would be most of the process's memory. The thread that
 * stores reads it where it is.
 */
export async function* download(
  windows: AsyncIterable<Window>,
  reader: PackReader,
  { windows: ahead, windowBytes }: Pick<Pace, 'windows' | 'windowBytes'>,
  onArrived?: OnBytes,
): AsyncGenerator<LoadedWindow> {
  const source = windows[Symbol.asyncIterator]();
  const free: Buffer[] = [];
  let unmade = ahead;
  const newBuffer = () => {
    unmade -= 1;
    return Buffer.from(new SharedArrayBuffer(windowBytes));
  };
  const queue: Reading[] = [];
  const piecesAhead = () => queue.reduce((sum, { window }) => sum + window.pieces.length, 0);
  let released: Promise<void> = Promise.resolve();
  let next = await source.next();
  for (;;) {
    while (!next.done && free.length + unmade > 0 && piecesAhead() < PIECES_AHEAD) {
      const buffer = free.pop() ?? newBuffer();
      queue.push({
        window: next.value,
        buffer,
        ranges: reader.readAll(next.value.reads, buffer, onArrived && contentOf(next.value, onArrived)),
      });
      next = await source.next();
    }
    const head = queue.shift();
    if (head === undefined) {
      if (next.done) return;
      await released;
      continue;
    }
    const { window, buffer, ranges } = head;
    let kept: Promise<void> | undefined;
    const keep = (until: Promise<void>) => {
      // Whoever keeps it hears by himself of what goes wrong.
      kept = until.catch(() => {});
    };
    yield { window, ranges: await ranges, keep };
    if (kept === undefined) free.push(buffer);
    else released = kept.then(() => void free.push(buffer));
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
