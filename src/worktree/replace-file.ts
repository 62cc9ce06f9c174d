import fs from 'node:fs';
import path from 'node:path';
import { systemCode, unless } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import type { FileStore } from '../store/open.ts';
import type { StoredObject } from '../store/store.ts';
import { inFolder, writeFully } from '../store/temporary.ts';
import { isWholeCopy } from './early-copies.ts';
import type { StatWords } from './git-index.ts';
import type { TemporaryPlace } from './temporary-places.ts';

/** Contents up to this size are written into the pointer's own file, which costs a quarter of a rename or less. */
const IN_PLACE_WHERE_CLONED = 128 * 1024;
const IN_PLACE_WHERE_COPIED = 1024 * 1024;
const CR = 13;

export interface Replacement {
  readonly file: string | Buffer;
  /** The exact bytes that git wrote, with whatever line ends. */
  readonly pointer: Buffer;
  readonly oid: string;
  readonly size: number;
  /** Seconds since 1970 for the file's mtime, or undefined to leave it at now. */
  readonly mtime: ((pointerMtime: number) => number) | undefined;
  readonly temporary: TemporaryPlace;
  /** The object's bytes, if the caller has them in memory: of an object that is in the store all the same. */
  readonly content?: Buffer | undefined;
  /** A file that is renamed over the pointer's, if it has all of the content by now. */
  readonly copy?: string | undefined;
}

export type ReplaceOutcome =
  | { readonly kind: 'replaced'; readonly stat: StatWords }
  /** The file is no pointer (any more): somebody's edit, or finished already. It is left as it is. */
  | { readonly kind: 'not-a-pointer' }
  | { readonly kind: 'missing-object' }
  | { readonly kind: 'failed'; readonly code: string };

/** Puts the content where the pointer is, if the file still holds exactly the pointer or what a killed writer left of it. */
export function replaceFile(replacement: Replacement, store: FileStore): ReplaceOutcome {
  const { oid, size, pointer, content } = replacement;
  // With other line ends the pointer is not what the journal says: torn, nobody would recognise it.
  const recognised = !pointer.includes(CR);
  const inPlace =
    recognised && size <= (store.sharing.possible ? IN_PLACE_WHERE_CLONED : IN_PLACE_WHERE_COPIED);
  if (inPlace && content?.length === size) {
    const outcome = orFailed(() => writeInPlace(replacement, content));
    if (outcome !== undefined) return outcome;
  }
  const object = store.open(oid, size);
  if (object === undefined || object.size !== size) {
    object?.close();
    return { kind: 'missing-object' };
  }
  try {
    return orFailed(
      () =>
        (inPlace ? writeInPlace(replacement, object.read(0, size, scratch(size))) : undefined) ??
        renameOver(replacement, object, store),
    );
  } finally {
    object.close();
  }
}

/** What the system refuses is an outcome. */
function orFailed<T>(action: () => T): T | ReplaceOutcome {
  try {
    return action();
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    return { kind: 'failed', code };
  }
}

/** What a path answers where no ordinary file is any more: it is gone, a link, a folder, below a file, or a device. */
const NO_FILE = ['ENOENT', 'ELOOP', 'EISDIR', 'ENOTDIR', 'ENXIO'];

/** Undefined where the file cannot be written in place: it has other links, or may not be opened for writing. */
function writeInPlace(replacement: Replacement, content: Buffer): ReplaceOutcome | undefined {
  const { file, pointer, mtime } = replacement;
  let fd: number;
  try {
    fd = fs.openSync(file, fs.constants.O_RDWR | (fs.constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EACCES' || code === 'EPERM' || code === 'ETXTBSY') return undefined;
    if (code !== undefined && NO_FILE.includes(code)) return { kind: 'not-a-pointer' };
    throw error;
  }
  try {
    const before = fs.fstatSync(fd);
    if (!before.isFile()) return { kind: 'not-a-pointer' };
    if (before.nlink !== 1) return undefined;
    if (!isPointerOrTorn(fd, before.size, pointer, content)) return { kind: 'not-a-pointer' };
    let headBegun = false;
    try {
      // Tail first: whatever a kill or a power cut leaves still begins with the pointer, or is the content itself.
      if (content.length > pointer.length) writeFully(fd, content.subarray(pointer.length), pointer.length);
      faultPoint('tail-written');
      // Who has written to the file meanwhile keeps it: a machine may have slept in between.
      if (content.length > pointer.length && !beginsWith(fd, pointer)) return { kind: 'not-a-pointer' };
      headBegun = true;
      writeFully(fd, content.subarray(0, pointer.length), 0);
      faultPoint('head-written');
    } catch (error) {
      undo(fd, pointer, headBegun);
      throw error;
    }
    if (content.length < before.size) fs.ftruncateSync(fd, content.length);
    if (mtime !== undefined) {
      const seconds = mtime(Math.floor(before.mtimeMs / 1000));
      fs.futimesSync(fd, seconds, seconds);
    }
    return { kind: 'replaced', stat: fs.fstatSync(fd, { bigint: true }) };
  } finally {
    fs.closeSync(fd);
  }
}

function beginsWith(fd: number, pointer: Buffer): boolean {
  const found = Buffer.allocUnsafe(pointer.length);
  return fs.readSync(fd, found, 0, found.length, 0) === found.length && found.equals(pointer);
}

/** Memory for one content that is written in place: a new piece for each of thousands would keep the collector at work. */
let scratchBytes = Buffer.alloc(0);

function scratch(size: number): Buffer {
  if (scratchBytes.length < size) scratchBytes = Buffer.allocUnsafeSlow(Math.max(size, 64 * 1024));
  return scratchBytes.subarray(0, size);
}

/** The pointer's own bytes are written only if they have been touched: even that may need space that a full disk does not have. */
function undo(fd: number, pointer: Buffer, headBegun: boolean): void {
  fs.ftruncateSync(fd, pointer.length);
  if (headBegun) writeFully(fd, pointer, 0);
}

function isPointerOrTorn(fd: number, size: number, pointer: Buffer, content: Buffer): boolean {
  if (size < pointer.length) return false;
  if (size > Math.max(content.length, pointer.length)) return false;
  const found = Buffer.allocUnsafe(size);
  for (let done = 0; done < size; ) {
    const count = fs.readSync(fd, found, done, size - done, done);
    if (count === 0) return false;
    done += count;
  }
  return found.equals(pointer) || isTorn(found, pointer, content);
}

/**
 * True for what an interrupted in-place write leaves: the pointer with a part of the content's own tail behind it, or the content
 * with the pointer's own rest behind it. Nothing that a person writes is either.
 */
export function isTorn(found: Buffer, pointer: Buffer, content: Buffer): boolean {
  if (found.length < pointer.length || found.length > Math.max(content.length, pointer.length)) return false;
  const tail = found.subarray(pointer.length);
  const tailIsContent = tail.equals(content.subarray(pointer.length, found.length));
  if (tail.length > 0 && tailIsContent && found.subarray(0, pointer.length).equals(pointer)) return true;
  return (
    content.length < pointer.length &&
    found.length === pointer.length &&
    found.subarray(0, content.length).equals(content) &&
    found.subarray(content.length).equals(pointer.subarray(content.length))
  );
}

function renameOver(replacement: Replacement, object: StoredObject, store: FileStore): ReplaceOutcome {
  const { copy, size } = replacement;
  if (isWholeCopy(copy, size)) {
    const outcome = unless(['EXDEV'], () => renameFrom(copy, replacement, object, () => touch(copy)));
    if (outcome !== undefined) return outcome;
  }
  for (;;) {
    try {
      const temporary = replacement.temporary.next();
      return renameFrom(temporary, replacement, object, () => copyObject(object, temporary, store));
    } catch (error) {
      if (systemCode(error) !== 'EXDEV' || !replacement.temporary.crossed()) throw error;
    }
  }
}

function renameFrom(
  temporary: string | Buffer,
  { file, pointer, mtime }: Replacement,
  object: StoredObject,
  fill: () => void,
): ReplaceOutcome {
  const before = replaceableStat(file, pointer, object);
  if (before === undefined) return { kind: 'not-a-pointer' };
  try {
    fill();
    faultPoint('file-copied');
    fs.chmodSync(temporary, before.mode & 0o7777);
    if (mtime !== undefined) {
      const seconds = mtime(Math.floor(before.mtimeMs / 1000));
      fs.utimesSync(temporary, seconds, seconds);
    }
    // Copying may have taken long: a file that was edited meanwhile stays.
    if (replaceableStat(file, pointer, object) === undefined) return { kind: 'not-a-pointer' };
    fs.renameSync(temporary, file);
  } finally {
    fs.rmSync(temporary, { force: true });
  }
  return { kind: 'replaced', stat: fs.lstatSync(file, { bigint: true }) };
}

/** Its bytes came while the object did: as a file, it is of now. */
function touch(file: string): void {
  const now = new Date();
  fs.utimesSync(file, now, now);
}

function copyObject(object: StoredObject, to: string | Buffer, store: FileStore): void {
  if (object.file === undefined) {
    fs.writeFileSync(to, object.read(0, object.size), { flag: 'wx' });
    return;
  }
  const source = object.file;
  const copy = () => store.sharing.copyOut(source, to);
  if (typeof to === 'string') inFolder(path.dirname(to), copy);
  else copy();
}

/** The file's stat if it holds exactly the pointer, or what a killed in-place write left, perhaps of a process that took other files for large. */
function replaceableStat(file: string | Buffer, pointer: Buffer, object: StoredObject): fs.Stats | undefined {
  const whole = pointerStat(file, pointer);
  if (whole !== undefined || object.size > IN_PLACE_WHERE_COPIED) return whole;
  return unless(NO_FILE, () => {
    const stat = fs.lstatSync(file, { throwIfNoEntry: false });
    if (!stat?.isFile() || stat.size > Math.max(object.size, pointer.length)) return undefined;
    return isTorn(fs.readFileSync(file), pointer, object.read(0, object.size)) ? stat : undefined;
  });
}

/** The file's stat if it is a regular file that holds exactly the pointer. */
export function pointerStat(file: string | Buffer, pointer: Buffer): fs.Stats | undefined {
  return unless(NO_FILE, () => {
    const stat = fs.lstatSync(file, { throwIfNoEntry: false });
    if (!stat?.isFile() || stat.size !== pointer.length) return undefined;
    return fs.readFileSync(file).equals(pointer) ? stat : undefined;
  });
}
