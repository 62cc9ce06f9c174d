import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { projectDir } from '../../test/support/program.ts';
import { type NpmPackage, nameAndVersion, providePackages, unpackPackage } from '../support/npm-packages.ts';
import packages from './releases.json' with { type: 'json' };

/** One state of some files, as its publisher released it. */
export interface Release {
  readonly name: string;
  /** Where it goes in the repository, with `/`; what was there before is replaced. */
  readonly folder: string;
  readonly files: readonly SourceFile[];
}

export interface SourceFile {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

const DATA = /\.(json|csv|parquet|arrow)$/;
/** Below this a file is better kept by git itself. */
const LEAST = 20_000;

/** The releases named in releases.json, from the cache folder or the npm registry; undefined if the registry does not answer. */
export function publishedReleases(cache: string): Release[] | undefined {
  if (!providePackages(packages, cache)) return undefined;
  return packages.map((each) => ({
    name: nameAndVersion(each),
    folder: `data/${path.posix.basename(each.package)}`,
    files: unpack(each, cache),
  }));
}

/** Where there is no network: the largest real files that `npm ci` brought, each a release of its own. */
export function installedReleases(): Release[] {
  const modules = path.join(projectDir, 'node_modules');
  return fs
    .readdirSync(modules, { recursive: true, encoding: 'utf8' })
    .map((name) => ({ file: path.join(modules, name), stat: fs.lstatSync(path.join(modules, name)) }))
    .filter(({ stat }) => stat.isFile() && stat.size < 100e6)
    .sort((a, b) => b.stat.size - a.stat.size)
    .slice(0, 6)
    .map(({ file }, i) => {
      const source = sourceFile(file);
      return { name: `${i + 1}-${source.name}`, folder: `data/${i + 1}`, files: [source] };
    });
}

function unpack(each: NpmPackage, cache: string): Release['files'] {
  const folder = path.join(cache, nameAndVersion(each));
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder);
  unpackPackage(each, cache, folder);
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => DATA.test(name))
    .map((name) => sourceFile(path.join(folder, name)))
    .filter(({ size }) => size >= LEAST);
}

function sourceFile(file: string): SourceFile {
  const content = fs.readFileSync(file);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { name: path.basename(file), path: file, size: content.length, sha256 };
}
