import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

export interface FileDigest {
  readonly size: number;
  readonly sha256: string;
}

/** Bytes of all files in a folder. */
export function folderSize(folder: string): number {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => fs.lstatSync(path.join(folder, name)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);
}

/** The paths of all files in a folder, relative to it, with `/`, sorted by code unit. */
export function filesIn(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}

/** Size and digest of every file in a folder, by its path relative to it. */
export function digestFolder(folder: string): ReadonlyMap<string, FileDigest> {
  return new Map(
    filesIn(folder).map((name) => {
      const hash = createHash('sha256');
      let size = 0;
      for (const piece of readPieces(path.join(folder, name))) {
        hash.update(piece);
        size += piece.length;
      }
      return [name, { size, sha256: hash.digest('hex') }];
    }),
  );
}

/** A file's bytes in order, in pieces of up to 1 MiB, each in memory of its own. */
export function* readPieces(file: string): Generator<Buffer> {
  const handle = fs.openSync(file, 'r');
  try {
    for (;;) {
      const piece = Buffer.allocUnsafeSlow(1 << 20);
      const length = fs.readSync(handle, piece);
      if (length === 0) return;
      yield piece.subarray(0, length);
    }
  } finally {
    fs.closeSync(handle);
  }
}

/** Makes `target` a copy of `source`; what was there before is gone. */
export function mirror(source: string, target: string): void {
  fs.rmSync(target, { recursive: true, force: true });
  fs.cpSync(source, target, { recursive: true, mode: fs.constants.COPYFILE_FICLONE });
}
