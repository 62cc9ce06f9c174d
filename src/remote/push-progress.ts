import type { OnSent } from '../backend/backend.ts';
import type { FinishedPack } from '../format/pack.ts';
import type { Task } from '../report.ts';

/**
 * Content that is packed counts when its pack is on its way, not before: on a slow line, packs wait for it. Of a pack's content as much
 * counts as was sent of its bytes.
 */
export class UploadProgress implements Pick<Task, 'add' | 'skip'> {
  readonly #task: Task;
  #bytes = 0;
  #items = 0;

  constructor(task: Task) {
    this.#task = task;
  }

  /** Content that went into the open pack. */
  add(bytes: number, items = 0): void {
    this.#bytes += bytes;
    this.#items += items;
  }

  skip(bytes: number, items?: number): void {
    this.#task.skip(bytes, items);
  }

  /** What is to be told of the sending of a pack that ends now. */
  pack({ parts }: Pick<FinishedPack, 'parts'>): OnSent {
    const total = parts.reduce((sum, { length }) => sum + length, 0);
    const [bytes, items] = [this.#bytes, this.#items];
    this.#bytes = 0;
    this.#items = 0;
    let counted = 0;
    let isSent = false;
    return (sent) => {
      const reached = Math.floor(bytes * Math.min(sent / total, 1));
      const isLast = sent >= total && !isSent;
      if (reached <= counted && !isLast) return;
      isSent ||= isLast;
      this.#task.add(Math.max(0, reached - counted), isLast ? items : 0);
      counted = Math.max(counted, reached);
    };
  }

  /** Ends the display; what needed no pack counts now. */
  done(isWhole: boolean): void {
    if (isWhole && (this.#bytes > 0 || this.#items > 0)) this.#task.add(this.#bytes, this.#items);
    this.#task.done();
  }
}
