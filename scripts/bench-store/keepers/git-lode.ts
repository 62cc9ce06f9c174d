import fs from 'node:fs';
import path from 'node:path';
import { program, requireProgram } from '../../../test/support/program.ts';
import { filesIn, folderSize, mirror } from '../../support/folder.ts';
import { createWorkplace, type Workplace } from '../../support/workplace.ts';
import type { Keeper, Kept } from '../keeper.ts';
import { probeVersion } from './probe.ts';

const DAY = 24 * 60 * 60 * 1000;

export const gitLode: Keeper = {
  name: 'git-lode',
  probe() {
    requireProgram();
    return probeVersion(process.execPath, program, 'version');
  },
  open: keepWithGitLode,
};

export interface KeptWithGitLode extends Kept {
  /** Where `repo`, `bare.git` and `data-remote` are; the tag `version-<i>` names a version. */
  readonly place: Workplace;
}

/**
 * As a person uses it: one commit and one push a version, to a folder as the data remote. Between two versions a day passes
 * there, since a pusher deletes what merged index files took the place of when that was an hour ago.
 */
export function keepWithGitLode(parent: string): KeptWithGitLode {
  const place = createWorkplace(parent, 'git-lode-');
  const repository = path.join(place.dir, 'repo');
  const remote = path.join(place.dir, 'data-remote');
  fs.mkdirSync(remote);
  place.git('.', 'lode', 'install', '--global');
  place.git('.', 'init', '-q', '--bare', 'bare.git');
  place.git('.', 'init', '-q', 'repo');
  place.git('repo', 'config', 'gc.auto', '0');
  place.git('repo', 'remote', 'add', 'origin', path.join(place.dir, 'bare.git'));
  place.git('repo', 'lode', 'install', remote);
  place.git('repo', 'lode', 'track', 'data/**');
  let version = 0;
  return {
    place,
    keep(folder) {
      mirror(folder, path.join(repository, 'data'));
      place.git('repo', 'add', '--all', '--force');
      place.git('repo', 'commit', '-q', '--allow-empty', '-m', 'version');
      place.git('repo', 'tag', `version-${version}`);
      place.git('repo', 'push', '-q', 'origin', 'main', `version-${version}`);
      version += 1;
      letDayPass(remote);
    },
    bytes: () => folderSize(remote),
    restore(i) {
      fs.rmSync(path.join(place.dir, 'clone'), { recursive: true, force: true });
      place.git('.', 'clone', '-q', '--branch', `version-${i}`, 'bare.git', 'clone');
      return path.join(place.dir, 'clone', 'data');
    },
  };
}

/** The clock of a folder is the time of a file just written: all that is there becomes a day older. */
function letDayPass(remote: string): void {
  for (const name of filesIn(remote)) {
    const file = path.join(remote, name);
    const { mtimeMs } = fs.statSync(file);
    fs.utimesSync(file, new Date(), new Date(mtimeMs - DAY));
  }
}
