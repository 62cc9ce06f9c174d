import fs from 'node:fs';
import os from 'node:os';
import { systemCode } from '../errors.ts';

/** Reads after which a conversation counts as a long one. */
const LONG = 500;
/** Milliseconds: what a process needs that is woken, answers at once and is read from. */
const SPIN_MS = 0.15;
/** Of so many spins in vain, in a row, one learns that the other end has no processor of its own, or more to do than to answer. */
const VAIN_MAX = 16;
/** Reads until that is tried again. */
const PAUSE_READS = 4096;

const clock = new Int32Array(new SharedArrayBuffer(4));

/** Waits without spinning where a pipe that does not block is not ready: the `times`th time in a row. The other end mostly is at once. */
export function pause(times: number): void {
  Atomics.wait(clock, 0, 0, Math.min(0.02 * 2 ** times, 1));
}

/**
 * Reads a pipe, and blocks where there is nothing. In a long conversation, of a question and an answer each, both ends spend most of their time on
 * falling asleep and being woken: there it looks for what comes some times before it sleeps.
 */
export class PipeInput {
  readonly #fd: number;
  /** The same pipe, not blocking, for this reader alone. */
  #spinFd: number | undefined;
  #reads = 0;
  #vain = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Bytes that were read; 0 at the end. */
  read(into: Uint8Array, offset: number): number {
    this.#reads += 1;
    if (this.#reads === LONG) this.#spinFd = reopened(this.#fd);
    return this.#spin(into, offset) ?? this.#block(into, offset);
  }

  #spin(into: Uint8Array, offset: number): number | undefined {
    if (this.#spinFd === undefined) return undefined;
    if (this.#vain === VAIN_MAX) {
      if (this.#reads % PAUSE_READS !== 0) return undefined;
      this.#vain = 0;
    }
    const limit = Error.stackTraceLimit;
    // Whoever finds nothing gets an error each time.
    Error.stackTraceLimit = 0;
    try {
      const until = performance.now() + SPIN_MS;
      do {
        const count = readNow(this.#spinFd, into, offset);
        if (count === undefined) continue;
        this.#vain = 0;
        return count;
      } while (performance.now() < until);
      this.#vain += 1;
      return undefined;
    } finally {
      Error.stackTraceLimit = limit;
    }
  }

  #block(into: Uint8Array, offset: number): number {
    for (let times = 0; ; times++) {
      const count = readNow(this.#fd, into, offset);
      if (count !== undefined) return count;
      pause(times);
    }
  }
}

/** Undefined if there is nothing yet. */
function readNow(fd: number, into: Uint8Array, offset: number): number | undefined {
  try {
    return fs.readSync(fd, into, offset, into.length - offset, null);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EOF') return 0;
    if (code !== 'EAGAIN' && code !== 'EINTR') throw error;
    return undefined;
  }
}

/** Linux opens a pipe again by its descriptor, with flags of its own; where there is no second processor, nobody gains from spinning. */
function reopened(fd: number): number | undefined {
  if (process.platform !== 'linux' || os.availableParallelism() < 2) return undefined;
  try {
    if (!fs.fstatSync(fd).isFIFO()) return undefined;
    return fs.openSync(`/proc/self/fd/${fd}`, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}
