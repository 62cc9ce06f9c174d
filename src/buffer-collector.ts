import { setImmediate } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';

/** What Buffers may take between two collections, in bytes. */
const COLLECT_BYTES = 8 * 1024 * 1024;

/**
 * V8 looks for dead Buffers only when 64 MiB more of them exist than after it last looked: more than all else that a push or a
 * fetch takes. The codec makes one for each chunk, and a socket one for each read, so that the collector is asked once in a while.
 * They die young, so the collection of the young is enough, and costs next to nothing.
 */
export class BufferCollector {
  #bytes = 0;
  #collect: Collect | undefined;

  /** Call it after each Buffer that was made, with its length in bytes. */
  after(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < COLLECT_BYTES) return;
    this.#bytes = 0;
    this.#collect ??= garbageCollector();
    this.#collect({ type: 'minor' });
  }
}

/**
 * Frees all that is not needed any more: a tenth of a second, before something else that takes as much begins. In a turn of its own,
 * because what has just been awaited is held until the end of this one.
 */
export async function collectAll(): Promise<void> {
  await setImmediate();
  garbageCollector()();
}

/** What the heap may come to before it is collected, and by what it must have grown since it last was, in bytes. */
const HEAP_BYTES = 96 * 1024 * 1024;
const HEAP_GROWTH = 24 * 1024 * 1024;

/**
 * V8 lets garbage come to several times what is alive before it collects all of it: what a hundred thousand small objects leave behind
 * would be most of the process's memory.
 */
export class HeapCollector {
  #limit = HEAP_BYTES;

  /** Call it now and then, where little of what was made lately is still needed. */
  check(): void {
    if (heapBytes() < this.#limit) return;
    garbageCollector()();
    this.#limit = Math.max(heapBytes() + HEAP_GROWTH, HEAP_BYTES);
  }
}

function heapBytes(): number {
  return v8.getHeapStatistics().used_heap_size;
}

/** Without options everything is collected. Node 20 knows no other word for it: `type: 'major'` is a minor one there. */
type Collect = (options?: { readonly type: 'minor' }) => void;

/** A context that is made while the flag is set has `gc`, and is the only one that does. */
function garbageCollector(): Collect {
  v8.setFlagsFromString('--expose-gc');
  const collect: Collect = vm.runInNewContext('gc');
  v8.setFlagsFromString('--no-expose-gc');
  return collect;
}
