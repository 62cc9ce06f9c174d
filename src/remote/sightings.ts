import { LodeError } from '../errors.ts';

/**
 * Which packs and tables this client has seen exist, unmarked, and when: step 6 of the pusher. A sighting is dated by the reading of the
 * marks before it, on the store's clock. Losing them costs requests, never safety.
 */
export class Sightings {
  constructor(_file: string) {}

  /** When `name` was last seen, ms on the store's clock, or undefined. */
  seen(_name: string): number | undefined {
    throw new LodeError('INTERNAL', 'not written yet');
  }

  /** Records that `names` were seen; `time` is that of the reading of the marks before. Written at once, whole or not at all. */
  record(_names: Iterable<string>, _time: number): void {
    throw new LodeError('INTERNAL', 'not written yet');
  }

  /** Forgets `names`: a mark names them, or they are missing. */
  forget(_names: Iterable<string>): void {
    throw new LodeError('INTERNAL', 'not written yet');
  }
}
