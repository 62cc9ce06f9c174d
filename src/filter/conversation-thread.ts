import type { Repository } from '../git/repository.ts';
import type { Reporter } from '../report.ts';
import { startThread } from '../start-thread.ts';
import { receivedError } from '../thread-error.ts';
import type { Wanted } from '../worktree/drain.ts';
import type { ConversationMessage } from './conversation-worker.ts';

/** Little is kept there: what a file is answered with is forgotten at once. */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 8 };

/**
 * Leaves the rest of git's conversation to a thread, and resolves when git has ended it; `wanted` is told of what its files wait for
 * meanwhile. Throws what broke it off. `script` is the built conversation-worker.
 */
export function converseInThread(
  script: URL,
  repository: Repository,
  reporter: Reporter,
  wanted: (objects: readonly Wanted[]) => void,
): Promise<void> {
  const worker = startThread(script, repository, HEAP);
  return new Promise((resolve, reject) => {
    worker.on('message', (message: ConversationMessage) => {
      if ('wanted' in message) wanted(message.wanted);
      else if ('info' in message) reporter.info(message.info);
      else if ('warn' in message) reporter.warn(message.warn);
      else if ('failure' in message) reject(receivedError(message.failure));
      else resolve();
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`the thread that talks with git ended with ${code}`)));
  });
}
