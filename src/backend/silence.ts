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

/** Milliseconds. A line that is as fast as most has no silence that long, and one where it means nothing shows that by its answers. */
const SHORTEST_SILENCE = 1_000;
const LONGEST_FIRST_SILENCE = 3_000;
/** To ask anew takes a connection, mostly a handshake, and an answer. */
const ASKING_ANEW = 4;

/**
 * Milliseconds that may pass between two parts of an answer before the rest is asked for anew: little at first, since a connection in a
 * hundred may have died while the others go on, and what was read is kept; but no less than to ask anew takes, of a store whose answers
 * take `usual` milliseconds to begin. Twice as much with each silence of the same read.
 */
export function silenceAfter(usual: number | undefined, silences: number): number {
  const first = Math.max(SHORTEST_SILENCE, ASKING_ANEW * (usual ?? LONGEST_FIRST_SILENCE));
  return Math.min(LONGEST_FIRST_SILENCE, first) * 2 ** silences;
}

/** What an answer usually takes to begin, with one more that took `ms`: the last eight count for most of it, as in TCP's own estimate. */
export function usualAnswer(usual: number | undefined, ms: number): number {
  return usual === undefined ? ms : usual + (ms - usual) / 8;
}
