import type { Backend, ListEntry } from '../backend/backend.ts';
import { LodeError } from '../errors.ts';

/** A listing that took longer may have missed what moved behind it: it is thrown away, here and everywhere. */
const LISTING_MAX_MS = 10 * 60_000;
const TRIES = 3;
/** Far beyond what merging tables leaves; bounds what a hostile store can make us hold. */
const ENTRIES_MAX = 1_000_000;

export interface Listing {
  readonly entries: readonly ListEntry[];
  /** The store's clock when the listing began, ms: what was written later may be missing. */
  readonly now: number;
}

/** Every key below `prefix`. A listing that took over ten minutes by the store's clock is repeated. */
export async function listAll(backend: Backend, prefix: string): Promise<Listing> {
  for (let attempt = 1; ; attempt++) {
    const entries: ListEntry[] = [];
    let first: number | undefined;
    let last = 0;
    for await (const page of backend.list(prefix)) {
      first ??= page.now;
      last = page.now;
      if (entries.length + page.entries.length > ENTRIES_MAX) {
        throw new LodeError('REMOTE_FORMAT', `${prefix} holds more than ${ENTRIES_MAX} files`, {
          subject: backend.url,
        });
      }
      for (const entry of page.entries) entries.push(entry);
    }
    if (first === undefined || last - first <= LISTING_MAX_MS) return { entries, now: first ?? 0 };
    if (attempt === TRIES) {
      throw new LodeError('REMOTE_FAILED', `listing ${prefix} takes too long to be trusted`, {
        subject: backend.url,
      });
    }
  }
}
