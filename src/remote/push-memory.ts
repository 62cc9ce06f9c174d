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
