import fs from 'node:fs';
import path from 'node:path';
import type { Release, SourceFile } from './releases.ts';

/** What a working tree must hold: by path inside the repository, with `/`, the file that its bytes come from. */
export type Tree = ReadonlyMap<string, SourceFile>;

/** The tree after `release` has replaced its folder. */
export function apply(tree: Tree, { folder, files }: Release): Tree {
  const others = [...tree].filter(([name]) => path.posix.dirname(name) !== folder);
  return new Map([...others, ...files.map((file) => [`${folder}/${file.name}`, file] as const)]);
}

/** Makes the folder of one release in `repository` what the release holds. */
export function put(repository: string, { folder, files }: Release): void {
  const target = path.join(repository, folder);
  fs.rmSync(target, { recursive: true, force: true });
  fs.mkdirSync(target, { recursive: true });
  for (const file of files) fs.copyFileSync(file.path, path.join(target, file.name));
}

/** Throws unless the files of the tree, and no others, are in `repository`'s data folder, byte for byte. Gives their number. */
export function verify(repository: string, tree: Tree): number {
  const found = fs
    .readdirSync(path.join(repository, 'data'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile());
  if (found.length !== tree.size) throw new Error(`${found.length} files in ${repository}, not ${tree.size}`);
  for (const [name, source] of tree) {
    if (!fs.readFileSync(path.join(repository, name)).equals(fs.readFileSync(source.path))) {
      throw new Error(`${name} in ${repository} differs from its source`);
    }
  }
  return tree.size;
}

/** Bytes of all different contents: what has to be kept where files are kept whole. */
export function versionedBytes(releases: readonly Release[]): number {
  const sizes = new Map(
    releases.flatMap(({ files }) => files.map(({ sha256, size }) => [sha256, size] as const)),
  );
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
