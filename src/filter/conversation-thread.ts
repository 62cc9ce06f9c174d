import type { FetchSummary } from '../remote/fetch.ts';
import { startThread } from '../start-thread.ts';
import { receivedError } from '../thread-error.ts';
import type { Wanted } from '../worktree/drain.ts';
import type { JournalRecord } from '../worktree/journal.ts';
import type { ConversationData, ConversationMessage, ThreadData } from './conversation-worker.ts';

/** Little is kept there: what a file is answered with is forgotten at once. */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 8 };

export interface ConversationListener {
  /** The thread has a journal of its own from now on. */
  begun(): void;
  /** Told of objects that files wait for. */
  wanted(objects: readonly Wanted[]): void;
  /** A line for a person. */
  info(line: string): void;
  warn(line: string): void;
  /** What the thread has fetched by itself. */
  brought(summary: Brought): void;
}

export type Brought = Pick<FetchSummary, 'objects' | 'downloadedBytes'>;

/**
 * Leaves the rest of git's conversation to a thread, and resolves when git has ended it, to the files that were answered with their content
 * last; to undefined if the thread could not be started, and has read nothing. Throws what broke it off. `script` is the built
 * conversation-worker.
 */
export function converseInThread(
  script: URL,
  data: ConversationData,
  listener: ConversationListener,
): Promise<readonly JournalRecord[] | undefined> {
  return new Promise((resolve, reject) => {
    const threadData: ThreadData = { ...data, begun: new Int32Array(new SharedArrayBuffer(4)) };
    const hasBegun = () => Atomics.load(threadData.begun, 0) === 1;
    // A machine may have no room for another thread, or a package be replaced just now.
    const failed = (error: unknown) => (hasBegun() ? reject(error) : resolve(undefined));
    try {
      const worker = startThread(script, threadData, HEAP);
      worker.on('message', (message: ConversationMessage) => {
        if ('wanted' in message) listener.wanted(message.wanted);
        else if ('begun' in message) listener.begun();
        else if ('info' in message) listener.info(message.info);
        else if ('warn' in message) listener.warn(message.warn);
        else if ('brought' in message) listener.brought(message.brought);
        else if ('failure' in message) failed(receivedError(message.failure));
        else resolve(message.recent.map(received));
      });
      worker.on('error', failed);
      worker.on('exit', (code) => failed(new Error(`the thread that talks with git ended with ${code}`)));
    } catch (error) {
      failed(error);
    }
  });
}

/** What is sent is no Buffer any more, only its bytes. */
function received({ oid, size, path }: JournalRecord): JournalRecord {
  return { oid, size, path: Buffer.from(path) };
}
