import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { projectDir } from '../../../test/support/program.ts';

const VERSION = '26.0.1';
const FOLDER = path.join(projectDir, '.cache', 'bench-store', `pyarrow-${VERSION}`);
const PYTHON =
  process.platform === 'win32'
    ? path.join(FOLDER, 'Scripts', 'python.exe')
    : path.join(FOLDER, 'bin', 'python');

/** A Python that has pyarrow: a virtual environment in the cache, made at the first call. Undefined if it cannot be made here. */
export function pythonWithPyarrow(): string | undefined {
  if (hasPyarrow()) return PYTHON;
  fs.rmSync(FOLDER, { recursive: true, force: true });
  const run = (command: string, args: readonly string[]) =>
    spawnSync(command, args, { stdio: 'ignore' }).status === 0;
  const made =
    run('python3', ['-m', 'venv', FOLDER]) &&
    run(PYTHON, ['-m', 'pip', 'install', '--quiet', '--only-binary=:all:', `pyarrow==${VERSION}`]);
  return made && hasPyarrow() ? PYTHON : undefined;
}

function hasPyarrow(): boolean {
  return spawnSync(PYTHON, ['-c', 'import pyarrow.parquet'], { stdio: 'ignore' }).status === 0;
}
