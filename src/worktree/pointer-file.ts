import type { JournalRecord } from './journal.ts';

/** A file of the working tree that is to get the content of a pointer. */
export interface PointerFile extends JournalRecord {
  /** The bytes that it holds, where these are not what the filter would have answered: a pointer with other line ends. */
  readonly bytes?: Buffer;
}
