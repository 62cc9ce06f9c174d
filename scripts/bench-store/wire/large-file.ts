import fs from 'node:fs';
import { readPieces } from '../../support/folder.ts';
import { noise } from '../random.ts';

const PIECE = 8 << 20;

/** Writes `size` bytes that nothing makes smaller: where chunks end is then the only help there is. */
export function writeLargeFile(file: string, size: number): void {
  const handle = fs.openSync(file, 'w');
  for (let at = 0; at < size; at += PIECE) {
    fs.writeSync(handle, noise(`piece ${at}`, Math.min(PIECE, size - at)));
  }
  fs.closeSync(handle);
}

/** Overwrites bytes in place. */
export function overwrite(file: string, at: number, bytes: Buffer): void {
  const handle = fs.openSync(file, 'r+');
  fs.writeSync(handle, bytes, 0, bytes.length, at);
  fs.closeSync(handle);
}

/** Inserts bytes; what follows moves on. */
export function insert(file: string, at: number, bytes: Buffer): void {
  const changed = `${file}.changed`;
  const handle = fs.openSync(changed, 'w');
  let offset = 0;
  for (const piece of readPieces(file)) {
    const cut = Math.min(Math.max(at - offset, 0), piece.length);
    fs.writeSync(handle, piece.subarray(0, cut));
    if (at >= offset && at < offset + piece.length) fs.writeSync(handle, bytes);
    fs.writeSync(handle, piece.subarray(cut));
    offset += piece.length;
  }
  fs.closeSync(handle);
  fs.renameSync(changed, file);
}
