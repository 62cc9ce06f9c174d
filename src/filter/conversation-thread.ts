import type { Reporter } from '../report.ts';
import { startThread } from '../start-thread.ts';
import { receivedError } from '../thread-error.ts';
import type { Wanted } from '../worktree/drain.ts';
import type { JournalRecord } from '../worktree/journal.ts';
import type { ConversationData, ConversationMessage } from './conversation-worker.ts';

/** Little is kept there: what a file is answered with is forgotten at once. */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 8 };

/**
 * Leaves the rest of git's conversation to a thread, and resolves when git has ended it, to the files that were answered with their content
 * last; `wanted` is told meanwhile of what files wait for. Throws what broke it off. `script` is the built conversation-worker.
 */
export function converseInThread(
  script: URL,
  data: ConversationData,
  reporter: Reporter,
  wanted: (objects: readonly Wanted[]) => void,
): Promise<readonly JournalRecord[]> {
  const worker = startThread(script, data, HEAP);
  return new Promise((resolve, reject) => {
    worker.on('message', (message: ConversationMessage) => {
      if ('wanted' in message) wanted(message.wanted);
      else if ('info' in message) reporter.info(message.info);
      else if ('warn' in message) reporter.warn(message.warn);
      else if ('failure' in message) reject(receivedError(message.failure));
      else resolve(message.recent.map(received));
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`the thread that talks with git ended with ${code}`)));
  });
}

/** What is sent is no Buffer any more, only its bytes. */
function received({ oid, size, path }: JournalRecord): JournalRecord {
  return { oid, size, path: Buffer.from(path) };
}
