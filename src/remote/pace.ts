import os from 'node:os';
import type { RemoteSettings } from '../config/settings.ts';

const MiB = 1024 * 1024;

/** What a push or a fetch takes of memory, of the line and of the processor. */
export interface Pace {
  /** A pack is ended before it grows beyond this. */
  readonly packBytes: number;
  /** Packs that are being filled or sent at once. */
  readonly packsInMemory: number;
  /** Windows that a fetch reads ahead, and bytes of each. */
  readonly windows: number;
  readonly windowBytes: number;
  /** True if a push reads and cuts in a thread of its own. */
  readonly cutsApart: boolean;
  /** Threads that code chunks, and that decode them; where there are none, the main thread does. */
  readonly codeThreads: number;
  readonly decodeThreads: number;
  /** One, if objects are stored by a thread while the main one reads and fills the working tree. */
  readonly storeThreads: number;
}

/** A folder is written to as fast by one writer as by several. This pace keeps to 120 MB of memory, whatever the size. */
export const FOLDER_PACE: Pace = {
  packBytes: 6 * MiB,
  packsInMemory: 2,
  windows: 2,
  windowBytes: 4 * MiB,
  cutsApart: false,
  codeThreads: 0,
  decodeThreads: 0,
  storeThreads: 0,
};

const THREADS_MAX = 4;

/**
 * A bucket is reached over connections of which each is slow, and each request costs: larger packs, and more at once. Threads take
 * some 40 MB each, and need the main thread to be free for the sockets: 300 MB in all, the SDK's own 50 included.
 */
export function paceFor(settings: RemoteSettings): Pace {
  if (settings.kind !== 's3') return FOLDER_PACE;
  const cores = os.availableParallelism();
  return {
    packBytes: 16 * MiB,
    packsInMemory: 3,
    // Six requests at once: enough for 9 Gbit/s at 40 ms, or 50 MB/s each.
    windows: 6,
    // Two of them read a pack, though they end between two chunks.
    windowBytes: 8.5 * MiB,
    cutsApart: cores > 1,
    codeThreads: Math.min(Math.max(cores - 1, 1), THREADS_MAX),
    // Decoding is three times as fast as coding: on two cores threads win nothing for it.
    decodeThreads: cores > 2 ? Math.min(cores - 1, THREADS_MAX) : 0,
    storeThreads: cores > 1 ? 1 : 0,
  };
}
