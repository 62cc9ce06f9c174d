import type { Reporter, Task } from '../report.ts';
import type { Wanted } from './fetch.ts';
import type { Piece } from './fetch-pieces.ts';

/** Counts content as it comes in. What an object that is tried again brings a second time is not counted again. */
export class FetchProgress {
  readonly #task: Task;
  readonly #counted = new Map<string, number>();
  /** Content that has arrived, and was counted, before its pieces. */
  #ahead = 0;
  /** Content that is not counted yet. */
  #left: number;
  #current: { readonly oid: string; bytes: number } | undefined;

  constructor(reporter: Reporter, wanted: readonly Wanted[]) {
    const totalBytes = wanted.reduce((sum, { size }) => sum + size, 0);
    this.#left = totalBytes;
    this.#task = reporter.task({ title: 'Downloading', totalBytes, totalItems: wanted.length });
  }

  /** An object that is in the store already. */
  skip({ size }: Wanted): void {
    this.#skip(size, 1);
  }

  /** Content that comes, whose pieces will be told of when they are there. */
  arrived(bytes: number): void {
    const more = Math.min(bytes, this.#left);
    this.#ahead += more;
    this.#left -= more;
    this.#task.add(more);
  }

  piece({ job, chunk, chunkHere, last }: Piece): void {
    const { oid } = job.wanted;
    if (this.#current?.oid !== oid) this.#current = { oid, bytes: 0 };
    this.#current.bytes += chunk.rawLength;
    const counted = this.#counted.get(oid) ?? 0;
    const bytes = Math.max(this.#current.bytes - counted, 0);
    if (bytes > 0) this.#counted.set(oid, counted + bytes);
    if (chunkHere) this.#skip(bytes);
    else this.#addRest(bytes);
    if (!last) return;
    this.#task.add(0, 1);
    this.#counted.delete(oid);
  }

  #skip(bytes: number, items?: number): void {
    this.#left -= bytes;
    this.#task.skip(bytes, items);
  }

  #addRest(bytes: number): void {
    const counted = Math.min(this.#ahead, bytes);
    this.#ahead -= counted;
    this.#left -= bytes - counted;
    if (bytes > counted) this.#task.add(bytes - counted);
  }

  done(): void {
    this.#task.done();
  }
}
