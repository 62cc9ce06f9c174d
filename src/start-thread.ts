import { type ResourceLimits, Worker } from 'node:worker_threads';

/**
 * Starts a built script in a thread that writes to nobody. With what Node does by itself, to pass its output on, this process's standard
 * output would become a stream: git's pipe would not block any more for those who write to it at once.
 */
export function startThread(script: URL, workerData: unknown, resourceLimits?: ResourceLimits): Worker {
  const limits = resourceLimits === undefined ? {} : { resourceLimits };
  return new Worker(script, { workerData, stdout: true, stderr: true, ...limits });
}
