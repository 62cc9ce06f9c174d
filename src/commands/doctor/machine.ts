import { copyFileSync, constants as fsConstants, rmSync } from 'node:fs';
import path from 'node:path';
import { systemCode } from '../../errors.ts';
import type { Repository } from '../../git/repository.ts';
import { gitVersion, isAtLeast } from '../../git/version.ts';
import { ONLY_OURS, temporaryFile, tidyOnce } from '../../temporary-file.ts';
import type { Finding } from '../../ui/findings-text.ts';
import type { CommandContext } from '../command.ts';

const GIT_OLDEST = [2, 39] as const;
const NODE_OLDEST = 20;

/** The programs that git-lode works with, and the file system that it works on. */
export function checkMachine(repository: Repository, { cwd }: CommandContext): Finding[] {
  return [checkGit(cwd), checkNode(), checkFileSystem(repository)];
}

function checkGit(cwd: string): Finding {
  const version = gitVersion(cwd);
  const says = version.join('.');
  if (isAtLeast(version, ...GIT_OLDEST)) return { check: 'git', state: 'good', says };
  const oldest = GIT_OLDEST.join('.');
  return {
    check: 'git',
    state: 'fault',
    says: `${says}, older than ${oldest}`,
    mend: `install git ${oldest} or newer`,
  };
}

function checkNode(): Finding {
  const says = process.versions.node;
  return Number(says.split('.')[0]) >= NODE_OLDEST
    ? { check: 'Node.js', state: 'good', says }
    : { check: 'Node.js', state: 'fault', says, mend: `install Node.js ${NODE_OLDEST} or newer` };
}

/** What a system answers that cannot share blocks, or not between these two places. */
const NO_CLONES = ['ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EINVAL', 'ENOTTY'];

/** Whether a checkout of a large file shares its blocks with the store, or copies them. */
function checkFileSystem({ gitDir, workTree = gitDir }: Repository): Finding {
  const check = 'file system';
  const source = path.join(gitDir, 'HEAD');
  tidyOnce(workTree, ONLY_OURS);
  const copy = temporaryFile(workTree);
  try {
    copyFileSync(source, copy, fsConstants.COPYFILE_EXCL | fsConstants.COPYFILE_FICLONE_FORCE);
    return { check, state: 'good', says: 'shares blocks: large files are checked out without copying' };
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    if (NO_CLONES.includes(code)) {
      const says = 'shares no blocks between files: each large file takes its space twice';
      return { check, state: 'note', says };
    }
    const says = `the working tree cannot be written (${code})`;
    return { check, state: 'fault', says, mend: `ls -ld '${workTree}'; df '${workTree}'` };
  } finally {
    rmSync(copy, { force: true });
  }
}
