import fs from 'node:fs';
import path from 'node:path';
import type { DataSet } from '../data-set.ts';
import { noise, Random } from '../random.ts';

/** Each version overwrites, inserts and takes away a few bytes, somewhere in the 30 MB. */
export const incompressible: DataSet = {
  name: 'incompressible',
  about: 'random bytes, as of compressed media, with small edits',
  versions: 10,
  start(folder) {
    const random = new Random(8);
    const file = path.join(folder, 'media.bin');
    let version = 0;
    const next = () => {
      const content = version === 0 ? noise('incompressible', 30e6) : edit(fs.readFileSync(file), version);
      fs.writeFileSync(file, content);
      version += 1;
    };
    const edit = (content: Buffer, salt: number): Buffer => {
      const at = () => random.below(content.length - 5000);
      noise(`overwrite ${salt}`, 1000).copy(content, at());
      const [added, removed] = [at(), at()].sort((a, b) => a - b) as [number, number];
      return Buffer.concat([
        content.subarray(0, added),
        noise(`insert ${salt}`, 500),
        content.subarray(added, removed),
        content.subarray(removed + 200),
      ]);
    };
    return { kind: 'ready', next };
  },
};
