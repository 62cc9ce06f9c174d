import { setTimeout as delay } from 'node:timers/promises';
import { LodeError } from '../errors.ts';

/** Resolves after `ms` milliseconds; rejects with `INTERRUPTED` as soon as the signal fires. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  checkInterrupted(signal);
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    checkInterrupted(signal);
    throw error;
  }
}

/** Throws `INTERRUPTED` if the signal has fired. */
export function checkInterrupted(signal?: AbortSignal): void {
  if (signal?.aborted) throw interrupted();
}

export function interrupted(): LodeError {
  return new LodeError('INTERRUPTED', 'interrupted');
}
