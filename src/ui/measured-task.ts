import type { TaskOptions } from '../report.ts';
import type { Progress } from './progress-line.ts';

/** The rate is that of the last seconds: what it was a minute ago helps nobody. */
const WINDOW = 5000;

/** Counts one piece of work and knows its rate. Times are milliseconds. */
export class MeasuredTask {
  readonly started: number;
  readonly #options: TaskOptions;
  #points: { readonly time: number; readonly bytes: number }[];
  #bytes = 0;
  #items = 0;
  #skippedBytes = 0;
  #skippedItems = 0;

  constructor(options: TaskOptions, now: number) {
    this.#options = options;
    this.started = now;
    this.#points = [{ time: now, bytes: 0 }];
  }

  add(bytes: number, items: number): void {
    this.#bytes += bytes;
    this.#items += items;
  }

  skip(bytes: number, items: number): void {
    this.#skippedBytes += bytes;
    this.#skippedItems += items;
  }

  /** How it stands; called whenever a line is drawn, at most some times a second. */
  progress(now: number): Progress {
    const from = this.#points.findIndex(({ time }) => time >= now - WINDOW);
    this.#points = this.#points.slice(from < 0 ? -1 : from);
    const oldest = this.#points[0]!;
    this.#points.push({ time: now, bytes: this.#bytes });
    const elapsed = now - oldest.time;
    return {
      title: this.#options.title,
      totalBytes: this.#options.totalBytes,
      totalItems: this.#options.totalItems,
      bytes: this.#bytes,
      items: this.#items,
      skippedBytes: this.#skippedBytes,
      skippedItems: this.#skippedItems,
      rate: elapsed > 0 && this.#bytes > 0 ? ((this.#bytes - oldest.bytes) * 1000) / elapsed : undefined,
    };
  }
}
