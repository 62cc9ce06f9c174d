import type { Reporter } from '../report.ts';
import type { FileStore } from '../store/open.ts';
import type { Cleaner } from './clean.ts';
import type { ContentSource } from './content.ts';
import { type BringObjects, openOrFetch, partReader, planSmudge, warnOf } from './smudge.ts';
import { spool } from './spool.ts';

const PART_BYTES = 1 << 20;

/** `clean <path>` for tools without the process protocol: content in, pointer out. */
export function cleanOnce(
  cleaner: Cleaner,
  pathname: Buffer,
  source: ContentSource,
  write: (bytes: Buffer) => void,
): void {
  write(cleaner.clean(pathname, source));
}

/**
 * `smudge <path>` for tools without the process protocol. It never defers, since nobody would come back: it streams the content, or,
 * where that cannot be had, gives the pointer back with a warning.
 */
export async function smudgeOnce(
  pathname: string,
  source: ContentSource,
  {
    store,
    bring,
    reporter,
    write,
  }: { store: FileStore; bring: BringObjects; reporter: Reporter; write: (bytes: Buffer) => void },
): Promise<void> {
  const content = spool(source, store);
  try {
    const plan = planSmudge(content.head, false, () => false);
    if (plan.kind === 'pass') {
      copy(content.size, content.read, write);
      return;
    }
    try {
      const object = await openOrFetch(plan.pointer, pathname, store, bring);
      try {
        copy(object.size, partReader(object, PART_BYTES), write);
      } finally {
        object.close();
      }
    } catch (error) {
      warnOf(error, pathname, reporter);
      write(content.head);
    }
  } finally {
    content.close();
  }
}

function copy(
  size: number,
  read: (offset: number, length: number) => Buffer,
  write: (bytes: Buffer) => void,
): void {
  for (let offset = 0; offset < size; offset += PART_BYTES)
    write(read(offset, Math.min(PART_BYTES, size - offset)));
}
