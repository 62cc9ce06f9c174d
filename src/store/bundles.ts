import { type BundleEntry, BundleWriter } from './bundle.ts';
import { BundleBlocks } from './bundle-blocks.ts';
import { BundleReader } from './bundle-reader.ts';
import { sha256 } from './sha256.ts';

/** All bundles of a store: the one that this process appends to, and those that are there. Nothing is read before it is needed. */
export class Bundles {
  readonly #folder: string;
  readonly #writer: BundleWriter;
  readonly #blocks = new BundleBlocks();
  #reader: BundleReader | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.#writer = new BundleWriter(folder, (ended) => this.#reader?.add(ended));
  }

  /** Objects in all bundles that were ended. */
  get count(): number {
    return this.#ended().count;
  }

  list(): Iterable<{ oid: string; size: number }> {
    return this.#ended().list();
  }

  has(oid: string, size: number): boolean {
    const own = this.#writer.find(oid);
    return own === undefined ? this.#ended().has(oid, size) : own.length === size;
  }

  find(oid: string): BundleEntry[] {
    const own = this.#writer.find(oid);
    if (own !== undefined) return [own];
    return this.#ended().find(oid);
  }

  /**
   * The first copy of an object that is sound, in memory that the next call may overwrite. It is verified whenever it is read: that costs
   * less than the read, and catches any damage.
   */
  view(oid: string): Buffer | undefined {
    for (const entry of this.find(oid)) {
      const content = this.#blocks.view(entry);
      if (content !== undefined && sha256(content) === oid) return content;
    }
    return undefined;
  }

  append(oid: string, content: Uint8Array): void {
    this.#writer.append(oid, content);
  }

  /** Makes what was appended durable. */
  flush(): void {
    this.#writer.flush();
  }

  #ended(): BundleReader {
    this.#reader ??= new BundleReader(this.#folder);
    return this.#reader;
  }
}
