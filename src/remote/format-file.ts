import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Backend } from '../backend/backend.ts';
import { LodeError } from '../errors.ts';
import { checkFormatFile, encodeFormatFile } from '../format/format-file.ts';
import { FORMAT_KEY } from '../format/keys.ts';
import { TEXT_FILE_MAX } from '../format/limits.ts';
import { readCacheFile, writeCacheFile } from './cache-file.ts';

/**
 * Checks the remote's `git-lode.json`: two small requests the first time, none once it has been seen. False if there is
 * none. FORMAT_UNKNOWN_VERSION if a later git-lode wrote it, FORMAT_INVALID if it is something else.
 */
export async function checkFormat(backend: Backend, cacheDir: string): Promise<boolean> {
  const cached = path.join(cacheDir, FORMAT_KEY);
  if (readCacheFile(cached, TEXT_FILE_MAX)?.equals(encodeFormatFile())) return true;
  const { found } = await backend.head(FORMAT_KEY);
  if (found === undefined) return false;
  if (found.size === 0 || found.size > TEXT_FILE_MAX) {
    throw new LodeError(
      'FORMAT_INVALID',
      `${FORMAT_KEY} has ${found.size} bytes, which git-lode never writes`,
      {
        subject: backend.url,
        hint: 'see that the remote is the right one, and that no proxy or portal answers in its place',
      },
    );
  }
  const { bytes } = await backend.get(FORMAT_KEY, { offset: 0, length: found.size });
  checkFormatFile(bytes);
  writeCacheFile(cached, bytes);
  return true;
}

/** As `checkFormat`, and puts the file if there is none: everyone's is the same, so two who are first at once agree. */
export async function ensureFormat(backend: Backend, cacheDir: string): Promise<void> {
  if (await checkFormat(backend, cacheDir)) return;
  const bytes = encodeFormatFile();
  await backend.put(FORMAT_KEY, [bytes], createHash('sha256').update(bytes).digest('hex'));
  await checkFormat(backend, cacheDir);
}
