import v8 from 'node:v8';
import vm from 'node:vm';
import { SLAB_BYTES } from '../format/pack.ts';

/** The memory that packs are built in, used again when a pack has been sent. */
export class SlabPool {
  readonly #free: Buffer[] = [];

  take = (): Buffer => this.#free.pop() ?? Buffer.allocUnsafeSlow(SLAB_BYTES);

  /** Takes the parts of a pack back. Nobody may look at them any more. */
  give(parts: readonly Buffer[]): void {
    for (const { buffer } of parts) this.#free.push(Buffer.from(buffer));
  }
}

/** Content that may be coded between two collections. */
const COLLECT_BYTES = 8 * 1024 * 1024;

/**
 * V8 looks for dead Buffers only when 64 MiB more of them exist than after it last looked: more than all else that a push
 * takes. The codec makes one for each chunk, so that the collector is asked once in a while.
 */
export class BufferCollector {
  #bytes = 0;
  #collect: (() => void) | undefined;

  /** Call it after each piece of content, with its length in bytes. */
  after(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < COLLECT_BYTES) return;
    this.#bytes = 0;
    this.#collect ??= garbageCollector();
    this.#collect();
  }
}

/** A context that is made while the flag is set has `gc`, and is the only one that does. */
function garbageCollector(): () => void {
  v8.setFlagsFromString('--expose-gc');
  const collect: () => void = vm.runInNewContext('gc');
  v8.setFlagsFromString('--no-expose-gc');
  return collect;
}
