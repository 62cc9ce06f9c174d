import { randomFillSync } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

export interface Dataset {
  readonly name: string;
  readonly files: number;
  /** Bytes in each. */
  readonly size: number;
}

export const DATASETS: readonly Dataset[] = [
  { name: '1x1GB', files: 1, size: 1_000_000_000 },
  { name: '5000x20KB', files: 5_000, size: 20_000 },
  { name: '20000x100KB', files: 20_000, size: 100_000 },
  { name: '70000x275B', files: 70_000, size: 275 },
];

const FILES_PER_FOLDER = 500;

/** The files' paths inside a repository, with `/`. */
export function filesOf({ files }: Dataset): string[] {
  const name = (i: number) => String(i).padStart(5, '0');
  return Array.from(
    { length: files },
    (_, i) => `data/${name(Math.floor(i / FILES_PER_FOLDER))}/${name(i)}.bin`,
  );
}

/** Writes the dataset's files into `folder`, with random content, which no filter and no disk can make smaller. */
export function writeDataset(dataset: Dataset, folder: string): void {
  const piece = Buffer.allocUnsafe(Math.min(dataset.size, 8 << 20));
  for (const name of filesOf(dataset)) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const handle = fs.openSync(file, 'wx');
    for (let left = dataset.size; left > 0; left -= piece.length) {
      fs.writeSync(handle, randomFillSync(piece), 0, Math.min(left, piece.length));
    }
    fs.closeSync(handle);
  }
}
