import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** A package as a committed list names it: an exact version, and the digest that the registry gives for it. */
export interface NpmPackage {
  readonly package: string;
  readonly version: string;
  /** As in package-lock.json: `sha512-` and base64. */
  readonly integrity: string;
}

/**
 * Sees that the archives of `packages` are in the folder `cache`, from the npm registry where they are missing; false if the
 * registry does not answer. Throws at one that is not what the list says, and removes it, so that the next run fetches it again.
 */
export function providePackages(packages: readonly NpmPackage[], cache: string): boolean {
  fs.mkdirSync(cache, { recursive: true });
  const missing = packages.filter((each) => !fs.existsSync(archiveOf(each, cache)));
  if (missing.length > 0 && !download(missing, cache)) return false;
  for (const each of packages) check(each, archiveOf(each, cache));
  return true;
}

/** Unpacks a provided package into `folder`, which exists: all of its files, or those of `members`. */
export function unpackPackage(
  each: NpmPackage,
  cache: string,
  folder: string,
  members: readonly string[] = [],
): void {
  // From standard input: GNU tar takes `C:` for another machine.
  const args = ['-xzf', '-', '--strip-components=1', ...members.map((name) => `package/${name}`)];
  const input = fs.readFileSync(archiveOf(each, cache));
  const result = spawnSync('tar', args, { cwd: folder, input, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`tar failed: ${result.error?.message ?? result.stderr}`);
}

/** `vega-datasets-1.31.1` */
export function nameAndVersion({ package: name, version }: NpmPackage): string {
  return `${path.posix.basename(name)}-${version}`;
}

/** Under the file name that `npm pack` gives. */
function archiveOf({ package: name, version }: NpmPackage, cache: string): string {
  return path.join(cache, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
}

function download(missing: readonly NpmPackage[], cache: string): boolean {
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

function check(each: NpmPackage, archive: string): void {
  const digest = createHash('sha512').update(fs.readFileSync(archive)).digest('base64');
  if (`sha512-${digest}` === each.integrity) return;
  fs.rmSync(archive);
  throw new Error(`${nameAndVersion(each)} is not the file that the committed list names: it was removed`);
}
