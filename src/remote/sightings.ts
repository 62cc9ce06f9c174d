import { readCacheFile, writeCacheFile } from './cache-file.ts';

/** About 700,000 names: a cache that has grown beyond it begins afresh. */
const MAX_BYTES = 64 * 1024 * 1024;
const LINE = /^([0-9a-f]{64}) ([0-9]{1,15})$/;

/**
 * Which packs and tables this client has seen exist, unmarked, and when: step 6 of the pusher. A sighting is dated by the
 * reading of the marks before it, on the store's clock. Losing one costs a request, never safety, so two processes that
 * write at once may lose each other's.
 */
export class Sightings {
  readonly #file: string;
  #times: Map<string, number> | undefined;

  /** Nothing is read before it is needed. */
  constructor(file: string) {
    this.#file = file;
  }

  /** When `name` was last seen, ms on the store's clock, or undefined. */
  seen(name: string): number | undefined {
    return this.#known().get(name);
  }

  /** Records that `names` were seen; `time` is that of the reading of the marks before. Nothing before `oldest` is kept. */
  record(names: Iterable<string>, time: number, oldest = 0): void {
    const times = this.#known();
    for (const name of names) times.set(name, Math.floor(time));
    for (const [name, seen] of times) if (seen < oldest) times.delete(name);
    this.#save(times);
  }

  /** Forgets `names`: a mark names them, or they are missing. */
  forget(names: Iterable<string>): void {
    const times = this.#known();
    for (const name of names) times.delete(name);
    this.#save(times);
  }

  #known(): Map<string, number> {
    this.#times ??= parse(readCacheFile(this.#file, MAX_BYTES));
    return this.#times;
  }

  #save(times: ReadonlyMap<string, number>): void {
    const lines = Array.from(times, ([name, time]) => `${name} ${time}\n`);
    writeCacheFile(this.#file, Buffer.from(lines.join(''), 'latin1'));
  }
}

/** Lines `<name> <ms>`; what is not one is nothing that we wrote, and is passed over. */
function parse(bytes: Buffer | undefined): Map<string, number> {
  const times = new Map<string, number>();
  for (const line of bytes?.toString('latin1').split('\n') ?? []) {
    const match = LINE.exec(line);
    if (match !== null) times.set(match[1]!, Number(match[2]));
  }
  return times;
}
