import { parentPort, workerData } from 'node:worker_threads';
import type { Repository } from '../git/repository.ts';
import { type Reporter, silentReporter } from '../report.ts';
import { openStore } from '../store/open.ts';
import { type SentError, sentError } from '../thread-error.ts';
import type { Wanted } from '../worktree/drain.ts';
import type { JournalRecord } from '../worktree/journal.ts';
import type { Brought } from './conversation-thread.ts';
import { isEarly, wantedOf } from './missing-objects.ts';
import { converse, type DeferredFiles } from './process.ts';
import { openSession } from './session.ts';

/**
 * What the thread says: that it reads from now on; objects that files wait for; what it has fetched itself; a line for a person; that git has ended the conversation, and what
 * was answered with its content last; why it broke off.
 */
export type ConversationMessage =
  | { readonly begun: true }
  | { readonly wanted: readonly Wanted[] }
  | { readonly brought: Brought }
  | { readonly info: string }
  | { readonly warn: string }
  | { readonly recent: readonly JournalRecord[] }
  | { readonly failure: SentError };

export interface ConversationData {
  readonly repository: Repository;
  /** Whether the command is known to have many small files. */
  readonly areMany: boolean;
}

export interface ThreadData extends ConversationData {
  /** One number in shared memory: 1 before the thread reads. What is said of a thread's end may overtake what it said itself. */
  readonly begun: Int32Array;
}

/** Objects that are told of at once. */
const TOGETHER = 128;

// The thread that goes on with git's conversation, which blocks, while the first one fetches. It ends with its process.
const { repository, areMany, begun } = workerData as ThreadData;
const say = (message: ConversationMessage) => parentPort!.postMessage(message);

class Told implements DeferredFiles {
  readonly handsOver = false;
  #wanted: Wanted[] = [];

  add(file: Parameters<DeferredFiles['add']>[0]): void {
    if (!isEarly(file)) return;
    this.#wanted.push(wantedOf(file));
    if (this.#wanted.length === TOGETHER) this.flush();
  }

  flush(): void {
    say({ wanted: this.#wanted });
    this.#wanted = [];
  }
}

const reporter: Reporter = {
  ...silentReporter,
  info: (line) => say({ info: line }),
  warn: (line) => say({ warn: line }),
};

try {
  const store = openStore(repository.sharedDir);
  const deferred = new Told();
  const bring = async (wanted: readonly Wanted[]) => {
    const { fetchFromRemote } = await import('../remote/bring-objects.ts');
    const { signal } = new AbortController();
    const summary = await fetchFromRemote(repository, store, wanted, { reporter, signal, env: process.env });
    say({ brought: { objects: summary.objects, downloadedBytes: summary.downloadedBytes } });
    return new Set(summary.missing.map(({ oid }) => oid));
  };
  const session = openSession(repository, store, { reporter, bring, deferred, firstCheckout: undefined });
  if (areMany) session.small.areMany();
  session.journal.open();
  Atomics.store(begun, 0, 1);
  say({ begun: true });
  await converse(session);
  deferred.flush();
  store.flush();
  session.journal.close();
  say({ recent: session.small.recent() });
} catch (error) {
  say({ failure: sentError(error) });
}
