import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { openDirectory } from '../../src/backend/directory.ts';
import { contentOf, DataRepository, emptyRepository, type Files } from './data-repository.ts';
import { FIRST, MAIN } from './history.ts';
import { openClone } from './remote-clone.ts';
import { sha256, wantedOf } from './remote-fixtures.ts';
import type { Sandbox } from './sandbox.ts';

/** Two people who share a git remote and a folder as data remote, all below one folder that can be copied. */
export class Team {
  readonly dir: string;
  readonly #box: Sandbox;
  /** Who writes: has committed `v1` and pushed it, has committed `v2`. */
  readonly author: DataRepository;
  /** Who reads: has cloned when `v1` was pushed. */
  readonly reader: DataRepository;
  readonly data: string;

  private constructor(box: Sandbox, dir: string) {
    this.dir = dir;
    this.#box = box;
    this.author = new DataRepository(box, path.join(dir, 'author'));
    this.reader = new DataRepository(box, path.join(dir, 'reader'));
    this.data = path.join(dir, 'data');
  }

  static async create(box: Sandbox, name: string): Promise<Team> {
    const team = new Team(box, path.join(box.root, name));
    const { author, data, dir } = team;
    await emptyRepository(box, `${name}/author`);
    await box.git(['init', '-q', '--bare', path.join(dir, 'origin.git')]);
    await author.git(['remote', 'add', 'origin', '../origin.git']);
    await author.git(['config', 'lode.remote', data]);
    await author.commit(FIRST, 'v1');
    await author.git(['push', '-q', '-u', 'origin', 'main']);
    await box.git(['clone', '-q', '-c', `lode.remote=${data}`, 'origin.git', 'reader'], { cwd: dir });
    await team.reader.git(['config', 'remote.origin.url', '../origin.git']);
    await author.commit(MAIN, 'v2');
    return team;
  }

  /** The same in another folder, with a data remote of its own. */
  async copy(name: string): Promise<Team> {
    const copy = new Team(this.#box, path.join(this.#box.root, name));
    fs.cpSync(this.dir, copy.dir, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    for (const { dir } of [copy.author, copy.reader]) {
      const config = path.join(dir, '.git', 'config');
      fs.writeFileSync(config, fs.readFileSync(config, 'utf8').replaceAll(this.data, copy.data));
    }
    await Promise.all(
      [copy.author, copy.reader].map((each) => each.git(['update-index', '-q', '--refresh'])),
    );
    return copy;
  }

  /** The commit that the git remote's `main` is at. */
  get published(): string {
    return fs.readFileSync(path.join(this.dir, 'origin.git/refs/heads/main'), 'latin1').trim();
  }

  /** As if this data remote were a new one, of which nobody knows anything. */
  loseDataRemote(): void {
    const known = ['push', 'remotes'].map((name) => this.author.file(`.git/lode/${name}`));
    for (const folder of [this.data, ...known]) fs.rmSync(folder, { recursive: true });
  }

  /** Fetches every data file of both versions from the data remote alone, and compares them. */
  async expectDataWhole(versions: readonly Files[] = [FIRST, MAIN]): Promise<void> {
    const contents = versions.flatMap((files) =>
      Object.entries(files)
        .filter(([name]) => name.endsWith('.bin'))
        .map(([name, version]) => contentOf(name, Number(version))),
    );
    const backend = openDirectory({ kind: 'directory', url: this.data, path: this.data });
    const clone = openClone(backend, fs.mkdtempSync(path.join(this.dir, 'check-')));
    expect((await clone.fetch(wantedOf(contents))).missing).toEqual([]);
    for (const content of contents) expect(clone.read(sha256(content))?.equals(content)).toBe(true);
  }
}
