import type { Reporter, Task, TaskOptions } from '../report.ts';

interface Count {
  bytes: number;
  items: number;
}

/** Can show no progress while git shows its own; what was counted by then is shown as soon as it may be. Lines are told at once. */
export class HeldTasks implements Reporter {
  readonly #reporter: Reporter;
  readonly #held = new Set<HeldTask>();
  #isHeld = false;

  constructor(reporter: Reporter) {
    this.#reporter = reporter;
  }

  info(line: string): void {
    this.#reporter.info(line);
  }

  warn(line: string): void {
    this.#reporter.warn(line);
  }

  task(options: TaskOptions): Task {
    if (!this.#isHeld) return this.#reporter.task(options);
    const task = new HeldTask(options, () => this.#held.delete(task));
    this.#held.add(task);
    return task;
  }

  /** From now on progress is not shown. */
  hold(): void {
    this.#isHeld = true;
  }

  /** From now on everything is shown again. */
  release(): void {
    this.#isHeld = false;
    for (const task of this.#held) task.show(this.#reporter);
    this.#held.clear();
  }
}

class HeldTask implements Task {
  readonly #options: TaskOptions;
  readonly #ended: () => void;
  readonly #added: Count = { bytes: 0, items: 0 };
  readonly #skipped: Count = { bytes: 0, items: 0 };
  #shown: Task | undefined;

  constructor(options: TaskOptions, ended: () => void) {
    this.#options = options;
    this.#ended = ended;
  }

  show(reporter: Reporter): void {
    this.#shown = reporter.task(this.#options);
    this.#shown.skip(this.#skipped.bytes, this.#skipped.items);
    this.#shown.add(this.#added.bytes, this.#added.items);
  }

  add(bytes: number, items = 0): void {
    if (this.#shown !== undefined) this.#shown.add(bytes, items);
    else count(this.#added, bytes, items);
  }

  skip(bytes: number, items = 0): void {
    if (this.#shown !== undefined) this.#shown.skip(bytes, items);
    else count(this.#skipped, bytes, items);
  }

  done(summary?: string): void {
    this.#shown?.done(summary);
    this.#ended();
  }
}

function count(sum: Count, bytes: number, items: number): void {
  sum.bytes += bytes;
  sum.items += items;
}
