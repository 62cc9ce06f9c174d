import type { Repository } from '../git/repository.ts';
import type { FileStore } from '../store/open.ts';
import { JournalWriter } from '../worktree/journal.ts';
import { Cleaner } from './clean.ts';
import { PacketReader } from './packet-reader.ts';
import { PacketWriter } from './packet-writer.ts';
import type { FilterSession } from './process.ts';
import { SmallFiles } from './small-files.ts';
import { tornPointerFinder } from './torn.ts';

/** A session over the standard input and output that git gave the process: whichever thread has it, one at a time. */
export function openSession(
  repository: Repository,
  store: FileStore,
  rest: Pick<FilterSession, 'reporter' | 'bring' | 'deferred' | 'firstCheckout'>,
): FilterSession {
  return {
    reader: new PacketReader(0),
    writer: new PacketWriter(1),
    repository,
    store,
    journal: new JournalWriter(repository.ownDir),
    cleaner: openCleaner(repository, store),
    small: new SmallFiles(store),
    ...rest,
  };
}

export function openCleaner(repository: Repository, store: FileStore): Cleaner {
  return new Cleaner({
    store,
    workTree: repository.workTree,
    hashWorker: new URL('hash-worker.js', import.meta.url),
    tornPointer: tornPointerFinder(repository.ownDir, store),
  });
}
