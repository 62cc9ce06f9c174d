import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { projectDir } from '../../test/support/program.ts';
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

type Package = (typeof packages)[number];

const DATA = /\.(json|csv|parquet|arrow)$/;
/** Below this a file is better kept by git itself. */
const LEAST = 20_000;

/** The releases named in releases.json, from the cache folder or the npm registry; undefined if the registry does not answer. */
export function publishedReleases(cache: string): Release[] | undefined {
  fs.mkdirSync(cache, { recursive: true });
  const missing = packages.filter((each) => !fs.existsSync(path.join(cache, archiveOf(each))));
  if (missing.length > 0 && !download(missing, cache)) return undefined;
  return packages.map((each) => {
    check(each, path.join(cache, archiveOf(each)));
    return {
      name: nameOf(each),
      folder: `data/${path.posix.basename(each.package)}`,
      files: unpack(each, cache),
    };
  });
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

function nameOf({ package: name, version }: Package): string {
  return `${path.posix.basename(name)}-${version}`;
}

/** The file name that `npm pack` gives. */
function archiveOf({ package: name, version }: Package): string {
  return `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
}

function download(missing: readonly Package[], cache: string): boolean {
  const specs = missing.map(({ package: name, version }) => `${name}@${version}`);
  const args = [
    'pack',
    '--silent',
    '--ignore-scripts',
    '--fetch-retries=0',
    '--pack-destination',
    cache,
    ...specs,
  ];
  const npm = process.env.npm_execpath;
  const result = npm
    ? spawnSync(process.execPath, [npm, ...args], { stdio: 'ignore' })
    : spawnSync('npm', args, { stdio: 'ignore', shell: process.platform === 'win32' });
  return result.status === 0;
}

/** A file that is not what the list says is removed, so that the next run fetches it again. */
function check(each: Package, archive: string): void {
  const digest = createHash('sha512').update(fs.readFileSync(archive)).digest('base64');
  if (`sha512-${digest}` === each.integrity) return;
  fs.rmSync(archive);
  throw new Error(`${nameOf(each)} is not the file that scripts/demo/releases.json names: it was removed`);
}

function unpack(each: Package, cache: string): Release['files'] {
  const folder = path.join(cache, nameOf(each));
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder);
  // A relative name: GNU tar takes `C:` for another machine.
  const result = spawnSync('tar', ['-xzf', `../${archiveOf(each)}`], { cwd: folder, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`tar failed: ${result.error?.message ?? result.stderr}`);
  const top = path.join(folder, 'package');
  return fs
    .readdirSync(top, { recursive: true, encoding: 'utf8' })
    .filter((name) => DATA.test(name))
    .map((name) => sourceFile(path.join(top, name)))
    .filter(({ size }) => size >= LEAST);
}

function sourceFile(file: string): SourceFile {
  const content = fs.readFileSync(file);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { name: path.basename(file), path: file, size: content.length, sha256 };
}
