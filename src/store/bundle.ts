import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { unless } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import { temporaryFile, tidyOnce } from '../temporary-file.ts';
import { flushFolder } from './flush.ts';
import { sha256 } from './sha256.ts';
import { inFolder, takeChangedFolders, writeFully } from './temporary.ts';

/*
 * Many small objects in one file: making a file costs ten times what 275 bytes do.
 *
 *   <name>.bundle   records of oid (32 bytes), length (4, big-endian), content; appended whole, never changed
 *   <name>.index    the same records' oid, offset of the content (4), length (4), sorted by oid; written at the end
 *
 * A bundle whose index is missing (the writer was killed, or still writes) is scanned: each record is verified, and a torn last one
 * ends it.
 */
const RECORD_HEAD = 36;
const INDEX_ENTRY = 40;
/** Offsets are 32 bits; a bundle this large is ended and the next one begun. */
const MAX_BUNDLE_BYTES = 256 * 1024 * 1024;
/** A bundle without an index that nobody has written to for so long gets one. */
const ABANDONED_MS = 3600_000;

export interface BundleEntry {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

/** A bundle and its index. */
export interface IndexedBundle {
  readonly file: string;
  readonly index: Buffer;
}

/** The bundle that this process appends to. */
export class BundleWriter {
  readonly #folder: string;
  readonly #ended: (bundle: IndexedBundle) => void;
  /** Of the bundle that is appended to. */
  #entries = new Map<string, BundleEntry>();
  #current: { fd: number; file: string; size: number } | undefined;

  /** `ended` takes each bundle that is ended: what is in it is not found here any more. */
  constructor(folder: string, ended: (bundle: IndexedBundle) => void) {
    this.#folder = folder;
    this.#ended = ended;
  }

  find(oid: string): BundleEntry | undefined {
    return this.#entries.get(oid);
  }

  /** Appends one object in one write, so that other processes see all of it or a tail that they reject. A failed write leaves no trace. */
  append(oid: string, content: Uint8Array): void {
    if (this.#current !== undefined && this.#current.size + content.length > MAX_BUNDLE_BYTES) this.flush();
    this.#current ??= this.#begin();
    const bundle = this.#current;
    const record = Buffer.allocUnsafe(RECORD_HEAD + content.length);
    record.write(oid, 0, 32, 'hex');
    record.writeUInt32BE(content.length, 32);
    record.set(content, RECORD_HEAD);
    try {
      writeFully(bundle.fd, record);
    } catch (error) {
      // Else what is appended next would not be where the index says.
      fs.ftruncateSync(bundle.fd, bundle.size);
      throw error;
    }
    faultPoint('bundle-appended');
    const offset = bundle.size + RECORD_HEAD;
    this.#entries.set(oid, { file: bundle.file, offset, length: content.length });
    bundle.size += record.length;
  }

  /** Makes the bundle durable, writes its index and closes it; the next append begins another one. */
  flush(): void {
    const bundle = this.#current;
    if (bundle === undefined) return;
    const entries = this.#entries;
    this.#current = undefined;
    this.#entries = new Map();
    fs.fsyncSync(bundle.fd);
    fs.closeSync(bundle.fd);
    for (const folder of [this.#folder, ...takeChangedFolders()]) flushFolder(folder);
    faultPoint('bundle-flushed');
    const oids = [...entries.keys()].sort();
    const index = Buffer.allocUnsafe(oids.length * INDEX_ENTRY);
    oids.forEach((oid, i) => {
      const entry = entries.get(oid)!;
      index.write(oid, i * INDEX_ENTRY, 32, 'hex');
      index.writeUInt32BE(entry.offset, i * INDEX_ENTRY + 32);
      index.writeUInt32BE(entry.length, i * INDEX_ENTRY + 36);
    });
    this.#ended({ file: bundle.file, index });
    writeIndex(indexFileOf(bundle.file), index);
  }

  #begin() {
    const name = randomBytes(12).toString('hex');
    const file = path.join(this.#folder, `${name}.bundle`);
    const fd = inFolder(this.#folder, () => fs.openSync(file, 'ax', 0o444));
    return { fd, file, size: 0 };
  }
}

/** Looks objects up in all bundles that were there when it was made, or were added. */
export class BundleReader {
  readonly #indexes: IndexedBundle[] = [];

  constructor(folder: string) {
    const names = unless(['ENOENT'], () => fs.readdirSync(folder)) ?? [];
    for (const name of names) {
      if (!name.endsWith('.bundle')) continue;
      const file = path.join(folder, name);
      const indexFile = indexFileOf(file);
      const index = readIndex(indexFile, file) ?? rebuild(file, indexFile);
      this.#indexes.push({ file, index });
    }
  }

  /** Takes in a bundle that was ended since. */
  add(bundle: IndexedBundle): void {
    this.#indexes.push(bundle);
  }

  /** Objects in all bundles. */
  get count(): number {
    return this.#indexes.reduce((sum, { index }) => sum + Math.floor(index.length / INDEX_ENTRY), 0);
  }

  /** Every object of every bundle. */
  *list(): Generator<{ oid: string; size: number }> {
    for (const { index } of this.#indexes) {
      for (let at = 0; at + INDEX_ENTRY <= index.length; at += INDEX_ENTRY)
        yield { oid: index.toString('hex', at, at + 32), size: index.readUInt32BE(at + 36) };
    }
  }

  /** Where an object is; in several places if an earlier copy was found to be damaged. */
  find(oid: string): BundleEntry[] {
    const key = Buffer.from(oid, 'hex');
    return this.#indexes.flatMap(({ file, index }) => {
      const at = search(index, key);
      if (at < 0) return [];
      return [{ file, offset: index.readUInt32BE(at + 32), length: index.readUInt32BE(at + 36) }];
    });
  }
}

function indexFileOf(bundle: string): string {
  return `${bundle.slice(0, -'.bundle'.length)}.index`;
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

function writeIndex(file: string, index: Buffer): void {
  const folder = path.dirname(file);
  tidyOnce(folder);
  const temporary = temporaryFile(folder);
  try {
    fs.writeFileSync(temporary, index, { mode: 0o444, flag: 'wx' });
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
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

function search(index: Buffer, key: Buffer): number {
  const head = key.readUInt32BE(0);
  let low = 0;
  let high = Math.floor(index.length / INDEX_ENTRY);
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = middle * INDEX_ENTRY;
    const order = index.readUInt32BE(at) - head || index.compare(key, 0, 32, at, at + 32);
    if (order === 0) return at;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return -1;
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
