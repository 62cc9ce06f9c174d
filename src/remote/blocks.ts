import { LodeError } from '../errors.ts';
import type { ReadRange } from '../format/table.ts';

/**
 * Reads a file in aligned blocks and keeps the `keep` that were used last, so that look-ups in sorted order read each block
 * once. Blocks that are missing side by side come in one `load`.
 */
export function readBlocks(load: ReadRange, size: number, blockBytes: number, keep: number): ReadRange {
  const blocks = new Map<number, Promise<Buffer>>();

  const loadRun = (first: number, last: number) => {
    const start = first * blockBytes;
    const run = load(start, Math.min((last + 1) * blockBytes, size) - start);
    for (let block = first; block <= last; block++) {
      const at = (block - first) * blockBytes;
      const part = run.then((bytes) => bytes.subarray(at, at + blockBytes));
      blocks.set(block, part);
    }
  };

  return async (offset, length) => {
    if (offset < 0 || length < 1 || offset + length > size) {
      throw new LodeError('FORMAT_INVALID', `it has no ${length} bytes at ${offset}`);
    }
    const first = Math.floor(offset / blockBytes);
    const last = Math.floor((offset + length - 1) / blockBytes);
    const wanted = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    const missing = wanted.filter((block) => !blocks.has(block));
    if (missing.length > 0) loadRun(missing[0]!, missing.at(-1)!);
    const parts = wanted.map((block) => {
      const part = blocks.get(block)!;
      // The order of a Map is that of insertion: what is used goes to its end, and the oldest is at its start.
      blocks.delete(block);
      blocks.set(block, part);
      return part;
    });
    for (const block of blocks.keys()) {
      if (blocks.size <= Math.max(keep, wanted.length)) break;
      blocks.delete(block);
    }
    const bytes = await Promise.all(parts);
    const whole = bytes.length === 1 ? bytes[0]! : Buffer.concat(bytes);
    const at = offset - first * blockBytes;
    return whole.subarray(at, at + length);
  };
}
