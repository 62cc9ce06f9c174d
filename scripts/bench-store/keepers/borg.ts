import path from 'node:path';
import { folderSize } from '../../support/folder.ts';
import { createWorkplace } from '../../support/workplace.ts';
import type { Keeper } from '../keeper.ts';
import { probeVersion } from './probe.ts';

/** One archive a version, with borg's own defaults: lz4. Without encryption, of which borg has no default. */
export const borg: Keeper = {
  name: 'borg',
  probe: () => probeVersion('borg', '--version'),
  open(parent) {
    const place = createWorkplace(parent, 'borg-');
    const repository = path.join(place.dir, 'repo');
    let version = 0;
    place.time('.', 'borg', 'init', '--encryption', 'none', repository);
    return {
      keep(folder) {
        place.time(folder, 'borg', 'create', `${repository}::version-${version}`, '.');
        version += 1;
      },
      bytes: () => folderSize(repository),
    };
  },
};
