import { setImmediate } from 'node:timers/promises';
import type { Window } from './fetch-windows.ts';
import { OneAhead } from './one-ahead.ts';
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
  hasArrived: boolean;
}

/**
 * Reads windows ahead, so many of so many bytes at once over all objects, and gives them in order; one that stands by itself does not wait
 * for others like it. Each is read into a buffer that serves again afterwards: what is garbage by the megabyte is collected late, and would
 * be most of the process's memory. The thread that stores reads it where it is.
 */
export async function* download(
  windows: AsyncIterable<Window>,
  reader: PackReader,
  { windows: ahead, windowBytes }: Pick<Pace, 'windows' | 'windowBytes'>,
  onArrived?: OnBytes,
): AsyncGenerator<LoadedWindow> {
  const source = new OneAhead(windows);
  const free: Buffer[] = [];
  let unmade = ahead;
  const newBuffer = () => {
    unmade -= 1;
    return Buffer.from(new SharedArrayBuffer(windowBytes));
  };
  const queue: Reading[] = [];
  const piecesAhead = () => queue.reduce((sum, { window }) => sum + window.pieces.length, 0);
  const hasRoom = () => free.length + unmade > 0 && piecesAhead() < PIECES_AHEAD;
  const keeping = new Set<Promise<void>>();
  const read = (window: Window) => {
    const buffer = free.pop() ?? newBuffer();
    const told = onArrived && contentOf(window, onArrived);
    const ranges = reader.readAll(window.reads, buffer, told);
    const reading: Reading = { window, buffer, ranges, hasArrived: false };
    queue.push(reading);
    const arrived = () => {
      reading.hasArrived = true;
    };
    ranges.then(arrived, arrived);
  };
  for (;;) {
    while (hasRoom()) {
      // What needs no answer of the remote comes within a turn.
      if (source.item === undefined) await Promise.race([source.asked, setImmediate()]);
      if (source.item?.done !== false) break;
      read(source.item.value);
      source.advance();
    }
    const next = mayBeTaken(queue);
    const reading = next.find(({ hasArrived }) => hasArrived);
    if (reading === undefined) {
      if (source.item?.done && queue.length === 0) return;
      const asked = source.item === undefined && hasRoom() ? [source.asked] : [];
      await Promise.race([...next.map(({ ranges }) => ranges), ...asked, ...keeping]);
      continue;
    }
    queue.splice(queue.indexOf(reading), 1);
    const { window, buffer, ranges } = reading;
    let isKept = false;
    const keep = (released: Promise<void>) => {
      isKept = true;
      // Where it fails, somebody may be reading the buffer for ever.
      const kept = released.then(() => {
        keeping.delete(kept);
        free.push(buffer);
      });
      kept.catch(() => {});
      keeping.add(kept);
    };
    yield { window, ranges: await ranges, keep };
    if (!isKept) free.push(buffer);
  }
}

/** The first of all, and those that stand by themselves behind others that do. */
function mayBeTaken(queue: readonly Reading[]): readonly Reading[] {
  const barrier = queue.findIndex(({ window }) => !window.apart);
  return queue.slice(0, barrier === -1 ? queue.length : Math.max(barrier, 1));
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
