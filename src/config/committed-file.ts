import fs from 'node:fs';
import path from 'node:path';
import { unless } from '../errors.ts';
import { inside } from '../git/inside.ts';
import type { Repository } from '../git/repository.ts';
import { git, gitOrThrow } from '../git/run.ts';
import { invalid } from './invalid.ts';
import type { Environment } from './settings.ts';

/** The first that exists counts. */
export const SEARCH_PLACES = ['.git-lode.json', '.git-lode.yaml', 'package.json'] as const;
export const PACKAGE_KEY = 'git-lode';

export interface CommittedFile {
  readonly name: string;
  /** Whatever the file holds; nothing about it has been checked. */
  readonly values: unknown;
}

/** A configuration is a few lines; a package.json may be long, and is not ours. */
const MAX_BYTES = { config: 64 << 10, package: 4 << 20 };

/**
 * Reads the committed configuration. Throws CONFIG_INVALID for a file that is ours and cannot be read. `version` is the commit or tree
 * that is being checked out: what it has counts before what the working tree still has of the one before.
 */
export async function readCommittedFile(
  repository: Repository,
  env: Environment,
  version?: string,
): Promise<CommittedFile | undefined> {
  const read = readerFor(repository, env, version);
  for (const name of SEARCH_PLACES) {
    const text = read(name, name === 'package.json' ? MAX_BYTES.package : MAX_BYTES.config);
    if (text === undefined) continue;
    if (name !== 'package.json') return { name, values: await parse(name, text) };
    // Most package.json have nothing for us: then it does not matter if a merge has just torn it.
    if (!text.includes(`"${PACKAGE_KEY}"`)) return undefined;
    const document = await parse(name, text);
    if (typeof document !== 'object' || document === null || !Object.hasOwn(document, PACKAGE_KEY))
      return undefined;
    return { name, values: (document as Record<string, unknown>)[PACKAGE_KEY] };
  }
  return undefined;
}

type Read = (name: string, maxBytes: number) => string | undefined;

/** A bare repository has no working tree: what its HEAD says counts. */
function readerFor(repository: Repository, env: Environment, version: string | undefined): Read {
  if (repository.workTree === undefined) return versionReader(repository, env, version ?? 'HEAD');
  const inTree = treeReader(repository.workTree);
  if (version === undefined) return inTree;
  const inVersion = versionReader(repository, env, version);
  return (name, maxBytes) => inVersion(name, maxBytes) ?? inTree(name, maxBytes);
}

/** Symbolic links are not followed, and nothing is opened that could block or never end. */
function treeReader(top: string): Read {
  return (name, maxBytes) => {
    const file = path.join(top, name);
    const stat = unless(['ENOENT'], () => fs.lstatSync(file));
    if (stat === undefined) return undefined;
    return usable(name, stat.isFile(), stat.size, maxBytes) ? fs.readFileSync(file, 'utf8') : undefined;
  };
}

function versionReader(repository: Repository, env: Environment, version: string): Read {
  const where = inside(repository, env);
  const found = git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${version}^{tree}`], where);
  if (found.exitCode !== 0) return () => undefined;
  const tree = found.stdout.toString('latin1').trim();
  return (name, maxBytes) => {
    const entry = gitOrThrow(['ls-tree', '-l', '-z', tree, '--', name], where).toString('utf8');
    const match = /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t/.exec(entry);
    if (match === null) return undefined;
    const [, mode = '', , oid = '', size] = match;
    if (!usable(name, mode.startsWith('100'), Number(size), maxBytes)) return undefined;
    return gitOrThrow(['cat-file', 'blob', oid], where).toString('utf8');
  };
}

function usable(name: string, isFile: boolean, size: number, maxBytes: number): boolean {
  if (isFile && size <= maxBytes) return true;
  if (name === 'package.json') return false;
  throw invalid(name, isFile ? `is larger than ${maxBytes / 1024} KiB` : 'is not a regular file');
}

/**
 * Of cosmiconfig only the loader is used. Its search is not: as soon as it is made it runs `.config/config.js` and its like in the
 * current folder, which is somebody else's repository, and it follows `$import` out of it. Its JSON loader adds a quotation of the file
 * to the message, which may hold what must not be printed, and its start is most of what a push of nothing would cost.
 */
async function parse(name: string, text: string): Promise<unknown> {
  const content = text.replace(/^\ufeff/, '');
  if (!name.endsWith('.yaml')) return parsed(name, 'JSON', () => JSON.parse(content));
  // A CommonJS package: bundled, it has no export but the default one.
  const { defaultLoadersSync } = (await import('cosmiconfig')).default;
  return parsed(name, 'YAML', () => defaultLoadersSync['.yaml'](name, content));
}

function parsed(name: string, format: string, parse: () => unknown): unknown {
  try {
    return parse();
  } catch {
    throw invalid(name, `is not valid ${format}`);
  }
}
