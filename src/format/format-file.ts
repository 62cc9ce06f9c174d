/** `git-lode.json`: says that a prefix is a data remote of this format. Written once, read before anything else. */
import { LodeError } from '../errors.ts';

/** The one content of version 1. */
export function encodeFormatFile(): Buffer {
  throw new LodeError('INTERNAL', 'not written');
}

/**
 * Returns if the remote is one that this program may read and write; throws FORMAT_UNKNOWN_VERSION for a later
 * version, and FORMAT_INVALID for anything that is no such file or has other chunker parameters.
 */
export function checkFormatFile(_bytes: Buffer): void {
  throw new LodeError('INTERNAL', 'not written');
}
