import fs from 'node:fs';
import path from 'node:path';
import { LodeError, unless } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import { removeAbandoned, temporaryFile } from '../temporary-file.ts';
import { Bundles } from './bundles.ts';
import { flushBehind, flushFiles } from './flush.ts';
import { type IncomingFile, newFile, partFile } from './incoming-file.ts';
import { objectFile, SMALL_BYTES, type StoreLayout, storeLayout } from './layout.ts';
import { countFiles, listFiles } from './list.ts';
import { PARTIAL_BYTES, removePartials, takePartial } from './partial.ts';
import { SecondCopy, withCopy } from './second-copy.ts';
import { sha256 } from './sha256.ts';
import { SharedBlocks } from './shared-blocks.ts';
import type { Listed, ObjectWriter, Store, StoredObject } from './store.ts';
import { fileObject, smallObject } from './stored-object.ts';
import { inFolder, storeError, writeFully } from './temporary.ts';
import { putAside, recoverUnflushed, UnflushedRecord } from './unflushed.ts';
import { FileWriter, MemoryWriter } from './writer.ts';

/**
 * So many small objects of one command get files of their own before the rest share a bundle: bundles stay few, since only a
 * command that stores very many objects makes one.
 */
const SINGLE_SMALL_OBJECTS = 256;

/** After so many bytes of many objects the disk begins to write them, so that the flush at the end has little to wait for. */
const FLUSH_BEHIND_BYTES = 256 * 1024 * 1024;

/** Opens the store below `<commonDir>/lode`. Nothing is read or made until it is needed. */
export function openStore(sharedDir: string): FileStore {
  return new FileStore(sharedDir);
}

export class FileStore implements Store {
  readonly folder: string;
  readonly sharing: SharedBlocks;
  readonly #layout: StoreLayout;
  readonly #bundles: Bundles;
  #smallObjects = 0;
  #unflushed: string[] = [];
  readonly #record: UnflushedRecord;
  #othersUnflushed: boolean | undefined;
  /** Bytes that were added since the disk was last told to write. */
  #sinceFlush = 0;
  /** What files are viewed in, one after the other. */
  #viewed = Buffer.alloc(0);

  constructor(sharedDir: string) {
    const layout = storeLayout(sharedDir);
    this.folder = sharedDir;
    this.#layout = layout;
    this.#bundles = new Bundles(layout.bundles);
    this.#record = new UnflushedRecord(layout);
    this.sharing = new SharedBlocks(layout.temporary, () => this.createTemporary());
  }

  has(oid: string, size: number): boolean {
    // Looking into the bundles costs less than asking the system for a file, and that is where most small objects are.
    if (size <= SMALL_BYTES && this.#bundles.has(oid, size)) return true;
    return this.#sizeOf(oid) === size;
  }

  open(oid: string, size?: number): StoredObject | undefined {
    const small = size !== undefined && size <= SMALL_BYTES;
    return small
      ? (this.#openSmall(oid) ?? this.#openFile(oid))
      : (this.#openFile(oid) ?? this.#openSmall(oid));
  }

  #openFile(oid: string): StoredObject | undefined {
    this.#recover();
    const file = objectFile(this.#layout, oid);
    const fd = unless(['ENOENT'], () => fs.openSync(file, 'r'));
    return fd === undefined ? undefined : fileObject(file, fd);
  }

  #openSmall(oid: string): StoredObject | undefined {
    const content = this.#viewSmall(oid);
    return content === undefined ? undefined : smallObject(Buffer.from(content));
  }

  view(oid: string, size: number): Buffer | undefined {
    return (size <= SMALL_BYTES ? this.#viewSmall(oid) : undefined) ?? this.#viewFile(oid, size);
  }

  #viewFile(oid: string, size: number): Buffer | undefined {
    const object = this.#openFile(oid);
    if (object === undefined) return undefined;
    try {
      if (object.size !== size) return undefined;
      if (this.#viewed.length < size) this.#viewed = Buffer.allocUnsafeSlow(size);
      const content = object.read(0, size, this.#viewed);
      return sha256(content) === oid ? content : undefined;
    } finally {
      object.close();
    }
  }

  #viewSmall(oid: string): Buffer | undefined {
    this.#recover();
    return this.#bundles.view(oid);
  }

  write(size?: number, oid?: string, copyTo?: string): ObjectWriter {
    if (size !== undefined && size <= SMALL_BYTES) {
      return new MemoryWriter(size, (found, content) => this.add(found, content));
    }
    const isKept = oid !== undefined && size !== undefined && size >= PARTIAL_BYTES;
    const file = isKept ? this.#partFile(oid, size, copyTo) : newFile(this.#layout);
    return new FileWriter(file, size, (temporary, found, length) => this.adopt(temporary, found, length));
  }

  #partFile(oid: string, size: number, copyTo: string | undefined): IncomingFile {
    let copy: SecondCopy | undefined;
    const file = partFile(this.#layout, oid, size, () => copy?.giveUp() === true);
    if (copyTo === undefined) return file;
    copy = new SecondCopy(copyTo);
    return withCopy(file, copy);
  }

  openPartial(oid: string): StoredObject | undefined {
    return takePartial(this.#layout, oid);
  }

  add(oid: string, content: Uint8Array): void {
    try {
      if (content.length <= SMALL_BYTES && ++this.#smallObjects > SINGLE_SMALL_OBJECTS) {
        this.#addSmall(oid, content);
        return;
      }
      if (this.#isHere(oid, content.length)) return;
      const temporary = temporaryFile(this.#layout.temporary);
      const fd = inFolder(this.#layout.temporary, () => fs.openSync(temporary, 'wx', 0o444));
      try {
        writeFully(fd, content);
        faultPoint('object-half-written');
      } catch (error) {
        fs.rmSync(temporary, { force: true });
        throw error;
      } finally {
        fs.closeSync(fd);
      }
      this.#name(temporary, oid, content.length);
    } catch (error) {
      throw error instanceof LodeError ? error : storeError(error, this.#layout.objects);
    }
  }

  #addSmall(oid: string, content: Uint8Array): void {
    if (this.#viewSmall(oid) === undefined) {
      this.#record.begin();
      this.#bundles.append(oid, content);
    } else if (this.#othersUnflushed === true) {
      this.#unflushed.push(...this.#bundles.find(oid).map(({ file }) => file));
    }
  }

  /** Renames a finished temporary file of this store into place; the caller has verified its bytes against `oid`. */
  adopt(temporary: string, oid: string, size: number): void {
    // An object that is there and whole stays; one of another size is damaged, and is replaced.
    if (this.#isHere(oid, size)) {
      fs.rmSync(temporary, { force: true });
      return;
    }
    this.#name(temporary, oid, size);
  }

  #name(temporary: string, oid: string, size: number): void {
    faultPoint('object-written');
    this.#record.begin();
    const file = objectFile(this.#layout, oid);
    inFolder(path.dirname(file), () => fs.renameSync(temporary, file));
    faultPoint('object-in-place');
    this.#unflushed.push(file);
    this.#sinceFlush += size;
    // A single large object sees to itself while it is written.
    if (this.#sinceFlush < FLUSH_BEHIND_BYTES || size >= FLUSH_BEHIND_BYTES) return;
    this.#sinceFlush = 0;
    flushBehind(this.#layout.objects);
  }

  /** A new temporary file of this store, open for writing. */
  createTemporary(): { file: string; fd: number } {
    const file = temporaryFile(this.#layout.temporary);
    return { file, fd: inFolder(this.#layout.temporary, () => fs.openSync(file, 'wx+', 0o444)) };
  }

  count(): number {
    return this.#bundles.count + countFiles(this.#layout);
  }

  *list(): Generator<Listed> {
    yield* this.#bundles.list();
    yield* listFiles(this.#layout);
  }

  setAside(oid: string): void {
    putAside(this.#layout, objectFile(this.#layout, oid));
  }

  flush(): void {
    const files = this.#unflushed;
    this.#unflushed = [];
    try {
      if (files.length > 0) flushFiles(files, this.#layout.objects);
      this.#bundles.flush();
      this.#record.end();
      faultPoint('objects-flushed');
      this.tidy();
    } catch (error) {
      throw storeError(error, this.#layout.objects);
    }
  }

  /** True if an object is here already with this size. It is flushed with ours if another process may still have to. */
  #isHere(oid: string, size: number): boolean {
    if (this.#sizeOf(oid) !== size) return false;
    if (this.#othersUnflushed === true) this.#unflushed.push(objectFile(this.#layout, oid));
    return true;
  }

  #sizeOf(oid: string): number | undefined {
    this.#recover();
    return fs.statSync(objectFile(this.#layout, oid), { throwIfNoEntry: false })?.size;
  }

  /** Before the first look at any object. */
  #recover(): void {
    this.#othersUnflushed ??= recoverUnflushed(this.#layout);
  }

  /** Removes what processes that are no more have left, and nobody needs. */
  tidy(): void {
    removeAbandoned(this.#layout.temporary);
    removePartials(this.#layout);
  }
}
