import { formatPointer, looksLikePointer, MAX_POINTER_BYTES, parsePointer } from '../pointer.ts';
import type { FileStore } from '../store/open.ts';
import { hasJournal, readJournal } from '../worktree/journal.ts';
import { isTorn } from '../worktree/replace-file.ts';

/** The shortest pointer: a size of one digit. */
const MIN_POINTER_BYTES = formatPointer({ oid: '0'.repeat(64), size: 1 }).length;

/**
 * Recognises a file that a killed in-place write left torn, while a journal names it: such a file is cleaned to its pointer, so that
 * `commit -a` after a crash commits no torn bytes.
 */
export function tornPointerFinder(
  ownDir: string,
  store: FileStore,
): (pathname: Buffer, content: Buffer) => Buffer | undefined {
  let journal: boolean | undefined;
  return (pathname, content) => {
    const beginsWithPointer =
      content.length > MIN_POINTER_BYTES && looksLikePointer(content) && startsWithPointer(content);
    const endsLikePointer =
      content.length <= MAX_POINTER_BYTES && content.length >= MIN_POINTER_BYTES && content.at(-1) === 10;
    if (!beginsWithPointer && !endsLikePointer) return undefined;
    journal ??= hasJournal(ownDir);
    if (!journal) return undefined;
    for (const record of readJournal(ownDir, 'mine').records) {
      if (!record.path.equals(pathname)) continue;
      const pointer = formatPointer(record);
      const object = store.open(record.oid, record.size);
      if (object === undefined) continue;
      const whole = object.read(0, Math.min(object.size, Math.max(content.length, pointer.length)));
      object.close();
      if (isTorn(content, pointer, whole)) return pointer;
    }
    return undefined;
  };
}

function startsWithPointer(content: Buffer): boolean {
  let end = -1;
  for (let line = 0; line < 3; line++) {
    end = content.indexOf(10, end + 1);
    if (end < 0 || end >= MAX_POINTER_BYTES) return false;
  }
  return parsePointer(content.subarray(0, end + 1)) !== undefined;
}
