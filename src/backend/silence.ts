const LOOKS = 3;

export interface SilenceWatch {
  /** Something was heard. */
  heard(): void;
  end(): void;
}

/**
 * Calls `stop` when nothing has been heard for about `ms` milliseconds. It looks several times before it believes: while this process
 * was busy with something else, what had come by then is only heard after the first look.
 */
export function watchSilence(ms: number, stop: () => void): SilenceWatch {
  let silent = 0;
  const timer = setInterval(() => {
    silent += 1;
    if (silent < LOOKS) return;
    clearInterval(timer);
    stop();
  }, ms / LOOKS);
  return {
    heard() {
      silent = 0;
    },
    end: () => clearInterval(timer),
  };
}
