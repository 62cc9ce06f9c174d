import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout that the tests belong to; real path, no trailing separator. */
export const projectDir = fs.realpathSync(fileURLToPath(new URL('../..', import.meta.url)));

/** The bundled command line and filter, as `npm run build` leaves them. */
export const program = path.join(projectDir, 'dist', 'git-lode.js');
export const filterProgram = path.join(projectDir, 'dist', 'filter.js');

/** Says what to do where the bundle is missing, instead of a stack trace from the middle of a test. */
export function requireProgram(): void {
  if (!fs.existsSync(program)) throw new Error('dist/git-lode.js is missing: npm run build');
}

/**
 * Puts `git-lode` into `folder` as an installed package does, so that `git lode` works where `folder` is on PATH. A shell shim,
 * since git for Windows runs those too, and the tests' own Node must be the one that runs.
 */
export function writeShim(folder: string, target: string = program): string {
  const shim = path.join(folder, 'git-lode');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(shim, `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(target)} "$@"\n`, {
    mode: 0o755,
  });
  return shim;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '/').replaceAll("'", "'\\''")}'`;
}
