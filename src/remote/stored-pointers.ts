import { blobId } from '../git/blob-id.ts';
import type { KnownPointers } from '../git/pointers-in-range.ts';
import { objectFormat, type Repository } from '../git/repository.ts';
import { formatPointer, type Pointer } from '../pointer.ts';
import type { Store } from '../store/store.ts';

/** A hundred megabytes; a store that holds more is as good for the rest. */
const MAX_KNOWN = 500_000;

/** The pointers of the objects that are here: what a first push brings was added here, and git need not be asked for any of it. */
export function storedPointers(repository: Repository, store: Store): KnownPointers {
  let known: Map<string, Pointer> | undefined;
  return {
    get count() {
      return store.count();
    },
    find(blob) {
      known ??= new Map(entries(repository, store));
      return known.get(blob);
    },
  };
}

function* entries(repository: Repository, store: Store): Generator<[string, Pointer]> {
  const algorithm = objectFormat(repository);
  let count = 0;
  for (const { oid, size } of store.list()) {
    if (size === 0) continue;
    if (++count > MAX_KNOWN) return;
    yield [blobId(formatPointer({ oid, size }), algorithm).toString('hex'), { oid, size }];
  }
}
