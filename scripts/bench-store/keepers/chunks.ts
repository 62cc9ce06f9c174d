import { createHash } from 'node:crypto';
import path from 'node:path';
import { Chunker } from '../../../src/format/chunker.ts';
import { filesIn, readPieces } from '../../support/folder.ts';
import type { Keeper } from '../keeper.ts';

/** What deduplication of our chunks alone is worth: each different one is kept once, as it is, in this process's mind. */
export const chunks: Keeper = {
  name: 'chunks',
  probe: () => 'this checkout',
  open() {
    const known = new Set<string>();
    let bytes = 0;
    const add = (chunk: Buffer) => {
      const hash = createHash('sha256').update(chunk).digest('base64');
      if (known.has(hash)) return;
      known.add(hash);
      bytes += chunk.length;
    };
    const keep = (folder: string) => {
      for (const name of filesIn(folder)) {
        const chunker = new Chunker();
        for (const piece of readPieces(path.join(folder, name))) chunker.push(piece).forEach(add);
        chunker.end().forEach(add);
      }
    };
    return { keep, bytes: () => bytes };
  },
};
