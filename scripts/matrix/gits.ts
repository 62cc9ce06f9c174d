import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { projectDir } from '../../test/support/program.ts';

/** A git that the tests can be run on. */
export interface Git {
  /** As in `2.39.5`. */
  readonly version: string;
  /** Runs tests of this checkout; that some fail is in their report. */
  vitest(args: readonly string[]): void;
}

const VITEST = path.join('node_modules', 'vitest', 'vitest.mjs');

/** The git that a shell finds here. */
export function gitOnPath(): Git {
  return {
    version: versionFrom('git', ['version']),
    vitest: (args) => start(process.execPath, [VITEST, 'run', ...args]),
  };
}

/** The git in a folder, which the tests put first on PATH. */
export function gitInFolder(folder: string): Git {
  const env = { ...process.env, GIT_LODE_TEST_GIT: path.resolve(folder) };
  return {
    version: versionFrom(path.resolve(folder, 'git'), ['version']),
    vitest: (args) => start(process.execPath, [VITEST, 'run', ...args], env),
  };
}

/** The git of another Debian, as `.ci/run` enters it; needs root. Its mounts are gone when the tests have ended. */
export function gitInChroot(root: string): Git {
  const alone = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child'];
  const enter = [...alone, path.join('.ci', 'in-chroot.sh'), path.resolve(root), process.execPath];
  return {
    version: versionFrom('chroot', [path.resolve(root), 'git', 'version']),
    vitest: (args) => start('unshare', [...enter, ...args]),
  };
}

function versionFrom(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8' }).trim().replace('git version ', '');
}

/** Standard output is kept for the table. */
function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): void {
  const { error } = spawnSync(command, args, { cwd: projectDir, env, stdio: ['ignore', 2, 2] });
  if (error) throw error;
}
