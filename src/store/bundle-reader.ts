import fs from 'node:fs';
import path from 'node:path';
import { unless } from '../errors.ts';
import { type BundleEntry, type IndexedBundle, indexFileOf, RECORD_HEAD, writeIndex } from './bundle.ts';
import { BundleIndex, INDEX_ENTRY } from './bundle-index.ts';
import { sha256 } from './sha256.ts';

/** A bundle without an index that nobody has written to for so long gets one. */
const ABANDONED_MS = 3600_000;

/** Looks objects up in all bundles that were there when it was made, or were added. */
export class BundleReader {
  readonly #bundles: { readonly file: string; readonly index: BundleIndex }[] = [];

  constructor(folder: string) {
    const names = unless(['ENOENT'], () => fs.readdirSync(folder)) ?? [];
    for (const name of names) {
      if (!name.endsWith('.bundle')) continue;
      const file = path.join(folder, name);
      const indexFile = indexFileOf(file);
      this.add({ file, index: readIndex(indexFile, file) ?? rebuild(file, indexFile) });
    }
  }

  /** Takes in a bundle that was ended since. */
  add({ file, index }: IndexedBundle): void {
    this.#bundles.push({ file, index: new BundleIndex(index) });
  }

  /** Objects in all bundles. */
  get count(): number {
    return this.#bundles.reduce((sum, { index }) => sum + index.count, 0);
  }

  /** Every object of every bundle. */
  *list(): Generator<{ oid: string; size: number }> {
    for (const { index } of this.#bundles) {
      for (let entry = 0; entry < index.count; entry++)
        yield { oid: index.oid(entry), size: index.length(entry) };
    }
  }

  has(oid: string, size: number): boolean {
    return this.#bundles.some(({ index }) => {
      const entry = index.find(oid);
      return entry >= 0 && index.length(entry) === size;
    });
  }

  /** Where an object is; in several places if an earlier copy was found to be damaged. */
  find(oid: string): BundleEntry[] {
    const found: BundleEntry[] = [];
    for (const { file, index } of this.#bundles) {
      const entry = index.find(oid);
      if (entry >= 0) found.push({ file, offset: index.offset(entry), length: index.length(entry) });
    }
    return found;
  }
}

/** Undefined if there is none, or if a power cut has left something else of it: the records of the bundle are its measure. */
function readIndex(indexFile: string, file: string): Buffer | undefined {
  const index = unless(['ENOENT'], () => fs.readFileSync(indexFile));
  if (index === undefined || index.length % INDEX_ENTRY !== 0) return undefined;
  let bytes = 0;
  for (let at = 0; at < index.length; at += INDEX_ENTRY) bytes += RECORD_HEAD + index.readUInt32BE(at + 36);
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size;
  return bytes === size ? index : undefined;
}

/** The index of a bundle that has none. It is kept for the next time, if its writer cannot be alive and the store may be written. */
function rebuild(file: string, indexFile: string): Buffer {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  const index = scan(file);
  if (stat !== undefined && Date.now() - stat.mtimeMs > ABANDONED_MS) {
    unless(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'], () => writeIndex(indexFile, index));
  }
  return index;
}

function scan(file: string): Buffer {
  const bytes = unless(['ENOENT'], () => fs.readFileSync(file)) ?? Buffer.alloc(0);
  const entries: Buffer[] = [];
  for (let at = 0; at + RECORD_HEAD <= bytes.length; ) {
    const length = bytes.readUInt32BE(at + 32);
    const content = at + RECORD_HEAD;
    if (content + length > bytes.length) break;
    if (sha256(bytes.subarray(content, content + length)) === bytes.toString('hex', at, at + 32)) {
      const entry = Buffer.allocUnsafe(INDEX_ENTRY);
      bytes.copy(entry, 0, at, at + 32);
      entry.writeUInt32BE(content, 32);
      entry.writeUInt32BE(length, 36);
      entries.push(entry);
    }
    at = content + length;
  }
  return Buffer.concat(entries.sort(Buffer.compare));
}
