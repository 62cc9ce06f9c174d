import fs from 'node:fs';
import { systemCode, unless } from '../errors.ts';
import { temporaryFile } from '../temporary-file.ts';
import type { StoreLayout } from './layout.ts';
import { partialFile } from './partial.ts';
import { inFolder, writeFully } from './temporary.ts';

/** The file that an object is written to until it has its name. */
export interface IncomingFile {
  readonly file: string;
  /** Puts bytes at a place, one after the other. False if they were there. */
  put(bytes: Uint8Array, at: number): boolean;
  /** Ends the writing: what is there is the whole object, read-only from now on. */
  close(): void;
  /** Ends the writing before the object is whole. */
  leave(): void;
  remove(): void;
}

/** A new file, of which nothing is left if the object does not become whole. */
export function newFile({ temporary }: StoreLayout): IncomingFile {
  const file = temporaryFile(temporary);
  let fd: number | undefined = inFolder(temporary, () => fs.openSync(file, 'wx', 0o444));
  const close = () => {
    if (fd !== undefined) fs.closeSync(fd);
    fd = undefined;
  };
  const remove = () => {
    close();
    fs.rmSync(file, { force: true });
  };
  return {
    file,
    put(bytes) {
      writeFully(fd!, bytes);
      return true;
    },
    close,
    leave: remove,
    remove,
  };
}

/** On a full disk so much is given back, so that git can end what it is at. */
const GIVEN_BACK = 4 * 1024 * 1024;

/**
 * The object's partial file, which stays for the next one that fetches it. What it has already is compared and not written again. On a
 * full disk `makeRoom` is asked first: true if it has made some.
 */
export function partFile(
  layout: StoreLayout,
  oid: string,
  size: number,
  makeRoom: () => boolean,
): IncomingFile {
  const file = partialFile(layout, oid);
  const { O_RDWR, O_CREAT, O_NOFOLLOW } = fs.constants;
  let fd: number | undefined = inFolder(layout.partial, () =>
    fs.openSync(file, O_RDWR | O_CREAT | (O_NOFOLLOW ?? 0), 0o644),
  );
  if (fs.fstatSync(fd).size > size) fs.ftruncateSync(fd, size);
  const { size: before, mode } = fs.fstatSync(fd);
  let compared = Buffer.alloc(0);

  const holds = (bytes: Uint8Array, at: number) => {
    if (at + bytes.length > before) return false;
    if (compared.length < bytes.length) compared = Buffer.allocUnsafeSlow(bytes.length);
    try {
      const read = fs.readSync(fd!, compared, 0, bytes.length, at);
      return read === bytes.length && compared.subarray(0, read).equals(bytes);
    } catch {
      // What a disk does not give back is written again.
      return false;
    }
  };
  const write = (bytes: Uint8Array, at: number): void => {
    try {
      writeFully(fd!, bytes, at);
    } catch (error) {
      if (systemCode(error) !== 'ENOSPC' && systemCode(error) !== 'EDQUOT') throw error;
      if (!makeRoom()) {
        fs.ftruncateSync(fd!, Math.max(Math.min(at, fs.fstatSync(fd!).size) - GIVEN_BACK, 0));
        throw error;
      }
      write(bytes, at);
    }
  };
  const leave = () => {
    if (fd !== undefined) fs.closeSync(fd);
    fd = undefined;
  };
  return {
    file,
    put(bytes, at) {
      if (holds(bytes, at)) return false;
      write(bytes, at);
      return true;
    },
    close() {
      // Some network file systems know no modes.
      unless(['EPERM', 'ENOTSUP', 'EINVAL', 'ENOSYS'], () => fs.fchmodSync(fd!, mode & 0o444));
      leave();
    },
    leave,
    remove() {
      leave();
      fs.rmSync(file, { force: true });
    },
  };
}
