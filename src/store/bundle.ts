import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { unless } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import { inFolder, temporaryName, writeFully } from './temporary.ts';

/*
 * Many small objects in one file: making a file costs ten times what 275 bytes do.
 *
 *   <name>.bundle   records of oid (32 bytes), length (4, big-endian), content; appended whole, never changed
 *   <name>.index    the same records' oid, offset of the content (4), length (4), sorted by oid; written at the end
 *
 * A bundle whose index is missing (the writer was killed) is scanned. A torn last record fails its length there and the
 * oid's check when it is read.
 */
const RECORD_HEAD = 36;
const INDEX_ENTRY = 40;
/** Offsets are 32 bits; a bundle this large is ended and the next one begun. */
const MAX_BUNDLE_BYTES = 256 * 1024 * 1024;

export interface BundleEntry {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

/** The bundle that this process appends to. */
export class BundleWriter {
  readonly #folder: string;
  readonly #entries = new Map<string, BundleEntry>();
  #current: { fd: number; name: string; size: number } | undefined;
  #order: string[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  find(oid: string): BundleEntry | undefined {
    return this.#entries.get(oid);
  }

  /** Appends one object in one write, so that other processes see all of it or a tail that they reject. */
  append(oid: string, content: Uint8Array): void {
    if (this.#current !== undefined && this.#current.size + content.length > MAX_BUNDLE_BYTES) this.flush();
    this.#current ??= this.#begin();
    const bundle = this.#current;
    const record = Buffer.allocUnsafe(RECORD_HEAD + content.length);
    record.write(oid, 0, 32, 'hex');
    record.writeUInt32BE(content.length, 32);
    record.set(content, RECORD_HEAD);
    writeFully(bundle.fd, record);
    faultPoint('bundle-appended');
    const file = path.join(this.#folder, `${bundle.name}.bundle`);
    this.#entries.set(oid, { file, offset: bundle.size + RECORD_HEAD, length: content.length });
    this.#order.push(oid);
    bundle.size += record.length;
  }

  /** Makes the bundle durable, writes its index and closes it; the next append begins another one. */
  flush(): void {
    const bundle = this.#current;
    if (bundle === undefined) return;
    this.#current = undefined;
    fs.fsyncSync(bundle.fd);
    fs.closeSync(bundle.fd);
    faultPoint('bundle-flushed');
    const oids = this.#order.sort();
    this.#order = [];
    const index = Buffer.allocUnsafe(oids.length * INDEX_ENTRY);
    oids.forEach((oid, i) => {
      const entry = this.#entries.get(oid)!;
      index.write(oid, i * INDEX_ENTRY, 32, 'hex');
      index.writeUInt32BE(entry.offset, i * INDEX_ENTRY + 32);
      index.writeUInt32BE(entry.length, i * INDEX_ENTRY + 36);
    });
    const temporary = temporaryName(this.#folder);
    fs.writeFileSync(temporary, index, { mode: 0o444, flag: 'wx' });
    fs.renameSync(temporary, path.join(this.#folder, `${bundle.name}.index`));
  }

  #begin() {
    const name = randomBytes(12).toString('hex');
    const file = path.join(this.#folder, `${name}.bundle`);
    const fd = inFolder(this.#folder, () => fs.openSync(file, 'ax', 0o444));
    return { fd, name, size: 0 };
  }
}

/** Looks objects up in all bundles that were there when it was made. */
export class BundleReader {
  readonly #indexes: { readonly file: string; readonly index: Buffer }[] = [];

  constructor(folder: string) {
    const names = unless(['ENOENT'], () => fs.readdirSync(folder)) ?? [];
    for (const name of names) {
      if (!name.endsWith('.bundle')) continue;
      const file = path.join(folder, name);
      const index = unless(['ENOENT'], () => fs.readFileSync(`${file.slice(0, -'.bundle'.length)}.index`));
      this.#indexes.push({ file, index: index ?? scan(file) });
    }
  }

  find(oid: string): BundleEntry | undefined {
    const key = Buffer.from(oid, 'hex');
    for (const { file, index } of this.#indexes) {
      const at = search(index, key);
      if (at >= 0) {
        return { file, offset: index.readUInt32BE(at + 32), length: index.readUInt32BE(at + 36) };
      }
    }
    return undefined;
  }
}

function search(index: Buffer, key: Buffer): number {
  let low = 0;
  let high = Math.floor(index.length / INDEX_ENTRY);
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = middle * INDEX_ENTRY;
    const order = index.compare(key, 0, 32, at, at + 32);
    if (order === 0) return at;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return -1;
}

/** The index of a bundle that has none, from the bundle itself. */
function scan(file: string): Buffer {
  const bytes = unless(['ENOENT'], () => fs.readFileSync(file)) ?? Buffer.alloc(0);
  const entries: Buffer[] = [];
  for (let at = 0; at + RECORD_HEAD <= bytes.length; ) {
    const length = bytes.readUInt32BE(at + 32);
    if (at + RECORD_HEAD + length > bytes.length) break;
    const entry = Buffer.allocUnsafe(INDEX_ENTRY);
    bytes.copy(entry, 0, at, at + 32);
    entry.writeUInt32BE(at + RECORD_HEAD, 32);
    entry.writeUInt32BE(length, 36);
    entries.push(entry);
    at += RECORD_HEAD + length;
  }
  return Buffer.concat(entries.sort(Buffer.compare));
}
