import fs from 'node:fs';
import { unless } from '../errors.ts';
import type { BundleEntry } from './bundle.ts';

/** What is read of a bundle at once: some hundred small objects. */
const BLOCK_BYTES = 128 * 1024;

interface OpenBundle {
  readonly fd: number;
  /** Bytes of the file from `start`, in `buffer`. */
  readonly block: { start: number; length: number; readonly buffer: Buffer };
  /** Where the last entry was. */
  last: number;
}

/**
 * Reads entries of bundles. Those that are near to each other, in either direction, are read together: a push and a checkout go through
 * a bundle much as it was written. The bundles that have been read from stay open.
 */
export class BundleBlocks {
  readonly #open = new Map<string, OpenBundle>();

  /** The entry's bytes, which the next call may overwrite; undefined if the file does not have them. */
  view({ file, offset, length }: BundleEntry): Buffer | undefined {
    const bundle = this.#open.get(file) ?? this.#begin(file);
    if (bundle === undefined) return undefined;
    const { fd, block } = bundle;
    const near = Math.abs(offset - bundle.last) < BLOCK_BYTES;
    bundle.last = offset;
    if (near && !holds(block, offset, length)) {
      // A block's border may be in the middle of an entry: the next block begins or ends a bit further.
      block.start = Math.max(0, offset < block.start ? offset + length - BLOCK_BYTES : offset);
      block.length = fs.readSync(fd, block.buffer, 0, BLOCK_BYTES, block.start);
    }
    if (holds(block, offset, length)) {
      return block.buffer.subarray(offset - block.start, offset - block.start + length);
    }
    const content = Buffer.allocUnsafe(length);
    return fs.readSync(fd, content, 0, length, offset) === length ? content : undefined;
  }

  #begin(file: string): OpenBundle | undefined {
    const fd = unless(['ENOENT'], () => fs.openSync(file, 'r'));
    if (fd === undefined) return undefined;
    const block = { start: 0, length: 0, buffer: Buffer.allocUnsafeSlow(BLOCK_BYTES) };
    const bundle = { fd, block, last: Number.NEGATIVE_INFINITY };
    this.#open.set(file, bundle);
    return bundle;
  }
}

function holds(block: OpenBundle['block'], offset: number, length: number): boolean {
  return block.start <= offset && offset + length <= block.start + block.length;
}
