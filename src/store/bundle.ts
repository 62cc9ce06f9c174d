import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { faultPoint } from '../fault-point.ts';
import { temporaryFile, tidyOnce } from '../temporary-file.ts';
import { INDEX_ENTRY } from './bundle-index.ts';
import { flushFolder } from './flush.ts';
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
export const RECORD_HEAD = 36;
/** Offsets are 32 bits; a bundle this large is ended and the next one begun. */
const MAX_BUNDLE_BYTES = 256 * 1024 * 1024;

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

export function indexFileOf(bundle: string): string {
  return `${bundle.slice(0, -'.bundle'.length)}.index`;
}

export function writeIndex(file: string, index: Buffer): void {
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
