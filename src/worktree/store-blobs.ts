import { type BlobEvent, blobContents } from '../git/blob-contents.ts';
import type { Where } from '../git/blobs.ts';
import { MAX_POINTER_BYTES, type Pointer, parsePointer } from '../pointer.ts';
import type { ObjectWriter, Store } from '../store/store.ts';

/**
 * Takes contents that git has as blobs into the store, and gives the pointer of each, as a clean of the content would. Nothing is
 * durable before the store's `flush`. `add` is told of the bytes that are done.
 */
export async function storeBlobs(
  blobs: Iterable<string>,
  store: Store,
  where: Where,
  add: (bytes: number) => void,
): Promise<ReadonlyMap<string, Pointer>> {
  const pointers = new Map<string, Pointer>();
  let intake: Intake | undefined;
  try {
    for await (const event of blobContents(blobs, where)) {
      if (event.kind === 'begin') intake = new Intake(event, store);
      else if (event.kind === 'bytes') {
        intake!.write(event.bytes);
        add(event.bytes.length);
      } else {
        pointers.set(intake!.blob, intake!.finish());
        intake = undefined;
      }
    }
  } finally {
    intake?.abort();
  }
  return pointers;
}

class Intake {
  readonly blob: string;
  readonly #size: number;
  readonly #writer: ObjectWriter;
  /** What may be a pointer, which is no content. */
  readonly #short: Buffer[] = [];

  constructor({ blob, size }: Extract<BlobEvent, { kind: 'begin' }>, store: Store) {
    this.blob = blob;
    this.#size = size;
    this.#writer = store.write(size);
  }

  write(bytes: Buffer): void {
    if (this.#size <= MAX_POINTER_BYTES) this.#short.push(Buffer.from(bytes));
    this.#writer.write(bytes);
  }

  finish(): Pointer {
    const pointer = parsePointer(Buffer.concat(this.#short));
    if (pointer === undefined) return { oid: this.#writer.finish(), size: this.#size };
    this.abort();
    return pointer;
  }

  abort(): void {
    this.#writer.abort();
  }
}
