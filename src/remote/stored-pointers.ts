import { blobObject, type ObjectFormat, objectId } from '../git/blob-id.ts';
import type { KnownPointers } from '../git/pointers-in-range.ts';
import { objectFormat, type Repository } from '../git/repository.ts';
import { formatPointer, type Pointer } from '../pointer.ts';
import type { Store } from '../store/store.ts';

/** A hundred megabytes; a store that holds more is as good for the rest. */
const MAX_KNOWN = 500_000;
/** Contents of more sizes than this are rare, each of them: their blobs are made anew. */
const SIZES_MAX = 4096;

/** The pointers of the objects that are here: what a first push brings was added here, and git need not be asked for any of it. */
export function storedPointers(repository: Repository, store: Store): KnownPointers {
  let known: Map<string, Pointer> | undefined;
  return {
    get count() {
      return store.count();
    },
    find(blob) {
      known ??= learn(store, objectFormat(repository));
      return known.get(blob);
    },
  };
}

function learn(store: Store, algorithm: ObjectFormat): Map<string, Pointer> {
  const known = new Map<string, Pointer>();
  const blobs = new PointerBlobs();
  for (const listed of store.list()) {
    if (listed.size === 0) continue;
    if (known.size === MAX_KNOWN) break;
    known.set(objectId(blobs.of(listed), algorithm), listed);
  }
  return known;
}

/**
 * The blobs of pointers as git hashes them, header and all, each in the memory of the one before: those of one size differ in the oid
 * alone.
 */
class PointerBlobs {
  readonly #blobs = new Map<number, { readonly bytes: Buffer; readonly oidAt: number }>();

  of({ oid, size }: Pointer): Buffer {
    let blob = this.#blobs.get(size);
    if (blob === undefined) {
      if (this.#blobs.size === SIZES_MAX) this.#blobs.clear();
      const bytes = blobObject(formatPointer({ oid, size }));
      blob = { bytes, oidAt: bytes.indexOf(oid, 0, 'latin1') };
      this.#blobs.set(size, blob);
    }
    blob.bytes.write(oid, blob.oidAt, 'latin1');
    return blob.bytes;
  }
}
