import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LodeError } from '../errors.ts';

/** Where this program's own files are. */
export interface ProgramFiles {
  /** Holds `git-lode.js` and `filter.js`. */
  readonly dist: string;
  /** Holds the templates of the launcher and the hooks. */
  readonly hooks: string;
}

/** Finds the package that `moduleUrl` belongs to, bundled or not. */
export function programFiles(moduleUrl: string = import.meta.url): ProgramFiles {
  const start = path.dirname(fileURLToPath(moduleUrl));
  for (let folder = start; ; folder = path.dirname(folder)) {
    const hooks = path.join(folder, 'hooks');
    if (fs.existsSync(path.join(hooks, 'launcher'))) return { dist: path.join(folder, 'dist'), hooks };
    if (path.dirname(folder) === folder) break;
  }
  throw new LodeError('INTERNAL', 'a part of git-lode is missing: the folder hooks', {
    subject: start,
    hint: 'install git-lode again',
  });
}

export function readTemplate(files: ProgramFiles, name: string): string {
  return fs.readFileSync(path.join(files.hooks, name), 'utf8');
}
