/** How long the offset between two clocks is believed, in milliseconds. */
const MAX_AGE = 60_000;
/** A step of the local clock beyond this, in milliseconds, and the offset is measured again. */
const MAX_STEP = 1_000;

export interface DirectoryClock {
  /** The file server's time, in milliseconds since 1970. */
  now(): Promise<number>;
  /** Tells the clock the time stamp of a file that was written just now. */
  observe(mtime: number): void;
}

export interface LocalClocks {
  /** Milliseconds since 1970; people and NTP set it. */
  readonly date: () => number;
  /** Milliseconds that only ever rise. */
  readonly steady: () => number;
}

interface Offset {
  readonly offset: number;
  readonly date: number;
  readonly steady: number;
}

/**
 * The clock of the machine that holds a folder. `probe` writes a file and answers its mtime, or undefined where nothing can
 * be written; then the local clock has to do, and nothing that depends on the time can be done there either.
 */
export function directoryClock(
  probe: () => Promise<number | undefined>,
  local: LocalClocks = { date: () => Date.now(), steady: () => performance.now() },
): DirectoryClock {
  let last: Offset | undefined;
  let probing: Promise<void> | undefined;

  function observe(mtime: number): void {
    const date = local.date();
    last = { offset: mtime - date, date, steady: local.steady() };
  }

  function fresh(): boolean {
    if (last === undefined) return false;
    const elapsed = local.date() - last.date;
    const step = Math.abs(elapsed - (local.steady() - last.steady));
    return elapsed >= 0 && elapsed < MAX_AGE && step < MAX_STEP;
  }

  async function measure(): Promise<void> {
    observe((await probe()) ?? local.date());
  }

  return {
    observe,
    async now() {
      if (!fresh()) {
        probing ??= measure().finally(() => {
          probing = undefined;
        });
        await probing;
      }
      return Math.floor(local.date() + last!.offset);
    },
  };
}
