import fs from 'node:fs';
import path from 'node:path';
import { folderSize } from '../../support/folder.ts';
import { createWorkplace } from '../../support/workplace.ts';
import type { Keeper } from '../keeper.ts';
import { probeVersion } from './probe.ts';

/** One backup a version, with restic's own defaults: zstd where it pays, and encryption, which it always has. */
export const restic: Keeper = {
  name: 'restic',
  probe: () => probeVersion('restic', 'version'),
  open(parent) {
    const place = createWorkplace(parent, 'restic-');
    const password = path.join(place.root, 'password');
    fs.writeFileSync(password, 'bench\n');
    const repository = path.join(place.dir, 'repo');
    const run = (cwd: string, ...args: string[]) => {
      place.time(cwd, 'restic', '--repo', repository, '--password-file', password, '--quiet', ...args);
    };
    run('.', 'init');
    return {
      keep: (folder) => run(folder, 'backup', '--compression', 'auto', '.'),
      bytes: () => folderSize(repository),
    };
  },
};
