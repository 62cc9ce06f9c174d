import { createHash, type Hash } from 'node:crypto';
import fs from 'node:fs';
import { type BlobEvent, blobContents } from '../git/blob-contents.ts';
import type { Where } from '../git/blobs.ts';
import { MAX_POINTER_BYTES, type Pointer, parsePointer } from '../pointer.ts';
import { SMALL_BYTES } from '../store/layout.ts';
import type { FileStore } from '../store/open.ts';
import { sha256 } from '../store/sha256.ts';
import { storeError, writeFully } from '../store/temporary.ts';

/**
 * Takes contents that git has as blobs into the store, and gives the pointer of each, as a clean of the content would. Nothing is
 * durable before the store's `flush`. `add` is told of the bytes that are done.
 */
export async function storeBlobs(
  blobs: Iterable<string>,
  store: FileStore,
  where: Where,
  add: (bytes: number) => void,
): Promise<ReadonlyMap<string, Pointer>> {
  const pointers = new Map<string, Pointer>();
  let intake: Intake | undefined;
  try {
    for await (const event of blobContents(blobs, where)) {
      if (event.kind === 'begin') intake = begin(event, store);
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

interface Intake {
  readonly blob: string;
  write(bytes: Buffer): void;
  finish(): Pointer;
  abort(): void;
}

function begin({ blob, size }: Extract<BlobEvent, { kind: 'begin' }>, store: FileStore): Intake {
  return size <= SMALL_BYTES ? new SmallIntake(blob, store) : new LargeIntake(blob, store);
}

class SmallIntake implements Intake {
  readonly blob: string;
  readonly #store: FileStore;
  readonly #pieces: Buffer[] = [];

  constructor(blob: string, store: FileStore) {
    this.blob = blob;
    this.#store = store;
  }

  write(bytes: Buffer): void {
    this.#pieces.push(Buffer.from(bytes));
  }

  finish(): Pointer {
    const content = Buffer.concat(this.#pieces);
    const pointer = content.length <= MAX_POINTER_BYTES ? parsePointer(content) : undefined;
    if (pointer !== undefined) return pointer;
    const oid = sha256(content);
    this.#store.add(oid, content);
    return { oid, size: content.length };
  }

  abort(): void {}
}

class LargeIntake implements Intake {
  readonly blob: string;
  readonly #store: FileStore;
  readonly #hash: Hash = createHash('sha256');
  readonly #file: string;
  #fd: number | undefined;
  #size = 0;

  constructor(blob: string, store: FileStore) {
    this.blob = blob;
    this.#store = store;
    const { file, fd } = store.createTemporary();
    this.#file = file;
    this.#fd = fd;
  }

  write(bytes: Buffer): void {
    this.#hash.update(bytes);
    this.#size += bytes.length;
    try {
      writeFully(this.#fd!, bytes);
    } catch (error) {
      throw storeError(error, this.#file);
    }
  }

  finish(): Pointer {
    this.#close();
    const pointer = { oid: this.#hash.digest('hex'), size: this.#size };
    this.#store.adopt(this.#file, pointer.oid, pointer.size);
    return pointer;
  }

  abort(): void {
    this.#close();
    fs.rmSync(this.#file, { force: true });
  }

  #close(): void {
    if (this.#fd !== undefined) fs.closeSync(this.#fd);
    this.#fd = undefined;
  }
}
