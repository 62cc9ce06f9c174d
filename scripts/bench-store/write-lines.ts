import fs from 'node:fs';

const PIECE = 1 << 20;

/** Writes a text file anew, line by line, in pieces of about 1 MiB. */
export function writeLines(file: string, lines: Iterable<string>): void {
  const handle = fs.openSync(file, 'w');
  try {
    let piece = '';
    for (const line of lines) {
      piece += `${line}\n`;
      if (piece.length < PIECE) continue;
      fs.writeSync(handle, piece);
      piece = '';
    }
    fs.writeSync(handle, piece);
  } finally {
    fs.closeSync(handle);
  }
}
