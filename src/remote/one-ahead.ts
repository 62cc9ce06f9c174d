/** Asks for an item while the one before is worked on: to find out what comes may take a round trip. */
export class OneAhead<T> {
  readonly #source: AsyncIterator<T>;
  /** What comes next; undefined while it is asked for. */
  item: IteratorResult<T, unknown> | undefined;
  /** Resolves when it is there, and rejects with what hinders it. */
  asked: Promise<void>;

  constructor(items: AsyncIterable<T>) {
    this.#source = items[Symbol.asyncIterator]();
    this.asked = this.#ask();
  }

  /** What was there has been taken. */
  advance(): void {
    this.item = undefined;
    this.asked = this.#ask();
  }

  #ask(): Promise<void> {
    const asked = this.#source.next().then((item) => {
      this.item = item;
    });
    // Whoever waits for it hears of it.
    asked.catch(() => {});
    return asked;
  }
}
