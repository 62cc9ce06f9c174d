/** A mark: the packs and tables that one collector run condemned. */
import { LodeError } from '../errors.ts';

export interface Mark {
  /** Names, 64 hex digits each, sorted. */
  readonly packs: readonly string[];
  readonly tables: readonly string[];
}

/** A finished mark, with fresh random bytes; its key is `markKey(name)`. */
export function encodeMark(_mark: Mark): { name: string; bytes: Buffer } {
  throw new LodeError('INTERNAL', 'not written');
}

/** Checks that the bytes are the name's. Throws FORMAT_UNKNOWN_VERSION or FORMAT_INVALID. */
export function decodeMark(_bytes: Buffer, _name: string): Mark {
  throw new LodeError('INTERNAL', 'not written');
}
