import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout that this file belongs to, also where it runs as part of a bundle in `build/`. Real path, no trailing separator. */
export const projectDir = above(path.dirname(fs.realpathSync(fileURLToPath(import.meta.url))));

/** The bundled command line and filter, as `npm run build` leaves them. */
export const program = path.join(projectDir, 'dist', 'git-lode.js');
export const filterProgram = path.join(projectDir, 'dist', 'filter.js');

/** Says what to do where the bundle is missing, instead of a stack trace from the middle of a test. */
export function requireProgram(): void {
  if (!fs.existsSync(program)) throw new Error('dist/git-lode.js is missing: npm run build');
}

/**
 * Puts `git-lode` into `folder` as an installed package does, so that `git lode` works where `folder` is on PATH. A shell shim,
 * since git for Windows runs those too, and the Node that runs this must be the one that runs it.
 */
export function writeShim(folder: string, target: string = program): string {
  const shim = path.join(folder, 'git-lode');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(shim, `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(target)} "$@"\n`, {
    mode: 0o755,
  });
  return shim;
}

function above(folder: string): string {
  return fs.existsSync(path.join(folder, 'package.json')) ? folder : above(path.dirname(folder));
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '/').replaceAll("'", "'\\''")}'`;
}
