import fs from 'node:fs';
import path from 'node:path';
import { folderSize, mirror } from '../../support/folder.ts';
import { createWorkplace } from '../../support/workplace.ts';
import type { Keeper } from '../keeper.ts';
import { probeVersion } from './probe.ts';

/** The files themselves in git, one commit a version, and `git gc` at the end. */
export const git: Keeper = {
  name: 'git gc',
  probe: () => probeVersion('git', '--version'),
  open(parent) {
    const place = createWorkplace(parent, 'git-');
    const repository = path.join(place.dir, 'repo');
    place.git('.', 'init', '-q', 'repo');
    place.git('repo', 'config', 'gc.auto', '0');
    fs.writeFileSync(path.join(repository, '.gitattributes'), 'data/** -text\n');
    const keep = (folder: string) => {
      mirror(folder, path.join(repository, 'data'));
      place.git('repo', 'add', '--all', '--force');
      place.git('repo', 'commit', '-q', '--allow-empty', '-m', 'version');
    };
    return {
      keep,
      finish: () => place.git('repo', 'gc', '--quiet'),
      bytes: () => folderSize(path.join(repository, '.git', 'objects')),
    };
  },
};
