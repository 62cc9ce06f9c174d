import type { KnownPointers } from '../git/pointers-in-range.ts';
import { objectFormat, type Repository } from '../git/repository.ts';
import type { Store } from '../store/store.ts';
import { PointerTable } from './pointer-table.ts';

/** Forty megabytes; a store that holds more is as good for the rest. */
const MAX_KNOWN = 500_000;

/** The pointers of the objects that are here: what a first push brings was added here, and git need not be asked for any of it. */
export function storedPointers(repository: Repository, store: Store): KnownPointers {
  let known: PointerTable | undefined;
  let counted: number | undefined;
  const count = () => {
    counted ??= store.count();
    return counted;
  };
  return {
    get count() {
      return count();
    },
    find(blob) {
      known ??= learn(store, new PointerTable(Math.min(count(), MAX_KNOWN), objectFormat(repository)));
      return known.find(blob);
    },
  };
}

function learn(store: Store, table: PointerTable): PointerTable {
  for (const { oid, size } of store.list()) {
    if (table.isFull) break;
    if (size > 0) table.add({ oid, size });
  }
  return table;
}
