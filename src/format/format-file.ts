/** `git-lode.json`: says that a prefix is a data remote of this format. Written once, read before anything else. */
import { FORMAT_KEY } from './keys.ts';
import { CHUNK_MAX, CHUNK_MIN, CHUNK_NOMINAL } from './limits.ts';
import { invalid } from './signature.ts';
import { decodeText, encodeText } from './text-file.ts';

/** Two writers that cut differently would share nothing, so a remote says how it is cut. */
const CONTENT = {
  chunker: { name: 'gear', minimum: CHUNK_MIN, nominal: CHUNK_NOMINAL, maximum: CHUNK_MAX },
};

/** The one content of version 1. */
export function encodeFormatFile(): Buffer {
  return encodeText('git-lode', CONTENT);
}

/**
 * Returns if the remote is one that this program may read and write; throws FORMAT_UNKNOWN_VERSION for another
 * version, and FORMAT_INVALID for anything that is no such file or has other chunker parameters.
 */
export function checkFormatFile(bytes: Buffer): void {
  const content = decodeText(bytes, 'git-lode', FORMAT_KEY);
  if (JSON.stringify(content) !== JSON.stringify(CONTENT))
    throw invalid(FORMAT_KEY, 'its chunker is not the one of version 1');
}
