import { createHash } from 'node:crypto';
import { LodeError } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import type { IncomingFile } from './incoming-file.ts';
import { sha256 } from './sha256.ts';
import type { ObjectWriter } from './store.ts';
import { storeError } from './temporary.ts';
import { Writeback } from './writeback.ts';

/** A whole object in memory, for contents that are small enough to share a file. */
export class MemoryWriter implements ObjectWriter {
  readonly #size: number;
  readonly #add: (oid: string, content: Buffer) => void;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(size: number, add: (oid: string, content: Buffer) => void) {
    this.#size = size;
    this.#add = add;
  }

  write(bytes: Uint8Array): void {
    this.#length += bytes.length;
    if (this.#length > this.#size) throw corrupt(`is longer than its ${this.#size} bytes`);
    this.#parts.push(Buffer.from(bytes));
  }

  finish(oid?: string): string {
    const content = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    if (content.length !== this.#size)
      throw corrupt(`has ${content.length} bytes instead of ${this.#size}`, oid);
    const found = sha256(content);
    if (found !== (oid ?? found)) throw corrupt('has another SHA-256', oid);
    this.#add(found, content);
    this.abort();
    return found;
  }

  abort(): void {
    this.#parts = [];
  }
}

/** A file that becomes the object when its bytes have proven to be the object's. */
export class FileWriter implements ObjectWriter {
  readonly #size: number | undefined;
  readonly #adopt: (temporary: string, oid: string, size: number) => void;
  readonly #incoming: IncomingFile;
  readonly #hash = createHash('sha256');
  readonly #writeback: Writeback;
  #length = 0;
  /** Why some of the bytes are not in the file: what comes after them makes it no object any more. */
  #failure: LodeError | undefined;

  constructor(
    incoming: IncomingFile,
    size: number | undefined,
    adopt: (temporary: string, oid: string, size: number) => void,
  ) {
    this.#size = size;
    this.#adopt = adopt;
    this.#incoming = incoming;
    this.#writeback = new Writeback(incoming.file);
  }

  write(bytes: Uint8Array): void {
    if (this.#failure !== undefined) throw this.#failure;
    const at = this.#length;
    this.#length += bytes.length;
    if (this.#size !== undefined && this.#length > this.#size)
      throw corrupt(`is longer than its ${this.#size} bytes`);
    this.#hash.update(bytes);
    try {
      if (!this.#incoming.put(bytes, at)) return;
      faultPoint('object-half-written');
    } catch (error) {
      this.#failure = storeError(error, this.#incoming.file);
      throw this.#failure;
    }
    this.#writeback.wrote(bytes.length);
  }

  finish(oid?: string): string {
    if (this.#failure !== undefined) throw this.#failure;
    const found = this.#verify(oid);
    try {
      this.#incoming.close();
      this.#adopt(this.#incoming.file, found, this.#length);
      return found;
    } finally {
      this.abort();
    }
  }

  abort(): void {
    this.#incoming.leave();
  }

  #verify(oid: string | undefined): string {
    try {
      if (this.#size !== undefined && this.#length !== this.#size) {
        throw corrupt(`has ${this.#length} bytes instead of ${this.#size}`, oid);
      }
      const found = this.#hash.digest('hex');
      if (found !== (oid ?? found)) throw corrupt('has another SHA-256', oid);
      return found;
    } catch (error) {
      this.#incoming.remove();
      throw error;
    }
  }
}

function corrupt(what: string, oid?: string): LodeError {
  return new LodeError('OBJECT_CORRUPT', `the content ${what}`, oid === undefined ? {} : { subject: oid });
}
