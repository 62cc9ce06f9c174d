import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { parsePointer } from '../../src/pointer.ts';
import { type RunOptions, type RunResult, Sandbox } from './sandbox.ts';

/** Which version of each file is expected; `absent` where there must be none. */
export type Files = Readonly<Record<string, number | 'absent'>>;

/**
 * Bytes of content for each file name that the tests use. `tiny` is shorter than its pointer, `small` is written in place, `large` is
 * put in place by a rename on every file system.
 */
const SIZES: Readonly<Record<string, number>> = { 'tiny.bin': 20, 'small.bin': 300, 'large.bin': 1_300_000 };

/** The content of a version of a file: the same in every run and folder, different for every name and version. */
export function contentOf(file: string, version: number): Buffer {
  if (file.endsWith('.txt')) return Buffer.from(`line one\nversion ${version}\nline three\n`);
  const name = path.posix.basename(file);
  const key = `${name} ${version}`;
  let content = contents.get(key);
  if (content === undefined) {
    const outputLength = SIZES[name] ?? 5000;
    content = createHash('shake256', { outputLength }).update(key).digest();
    contents.set(key, content);
  }
  return content;
}

const contents = new Map<string, Buffer>();

/** A repository in a sandbox whose `*.bin` files go through the program, by the user's global installation. */
export class DataRepository {
  readonly box: Sandbox;
  readonly dir: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(box: Sandbox, dir: string, env: Readonly<Record<string, string>> = {}) {
    this.box = box;
    this.dir = dir;
    this.#env = env;
  }

  /** The same repository for a person who has these variables set. */
  within(env: Readonly<Record<string, string>>): DataRepository {
    return new DataRepository(this.box, this.dir, env);
  }

  git(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return this.box.git(args, { cwd: this.dir, ...options, env: { ...this.#env, ...options.env } });
  }

  sh(script: string, options: RunOptions = {}): Promise<RunResult> {
    return this.box.run('sh', ['-c', script], { cwd: this.dir, ...options });
  }

  file(name: string): string {
    return path.join(this.dir, name);
  }

  /** Writes a version of a file, dated so that git need not look at it twice. */
  write(name: string, version: number): void {
    const file = this.file(name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, contentOf(name, version));
    const past = new Date(Date.now() - 60_000 + version * 1000);
    fs.utimesSync(file, past, past);
  }

  remove(name: string): void {
    fs.rmSync(this.file(name), { force: true });
  }

  /** Writes the files and commits them; `tag` names the commit. */
  async commit(files: Files, tag: string): Promise<void> {
    for (const [name, version] of Object.entries(files)) {
      if (version === 'absent') this.remove(name);
      else this.write(name, version);
    }
    await this.git(['add', '--all']);
    await this.git(['commit', '--quiet', '--message', tag]);
    await this.git(['tag', tag]);
  }

  /** A copy that git takes for clean without another look: the same bytes, and an index with the copies' own stat data. */
  async copy(dir: string): Promise<DataRepository> {
    fs.cpSync(this.dir, dir, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    const copy = new DataRepository(this.box, dir);
    await copy.git(['update-index', '-q', '--refresh']);
    return copy;
  }

  /** Gives another repository's store the objects of this one, as a fetch would. */
  async shareStore(gitDir: string): Promise<void> {
    await fs.promises.cp(this.file('.git/lode/objects-1'), path.join(gitDir, 'lode', 'objects-1'), {
      recursive: true,
    });
  }

  /** What each of the named files holds: its version's number, or what else it is. */
  look(names: Iterable<string>): Record<string, number | string> {
    return Object.fromEntries([...names].map((name) => [name, this.#describe(name)]));
  }

  #describe(name: string): number | string {
    if (!fs.existsSync(this.file(name))) return 'absent';
    const raw = fs.readFileSync(this.file(name));
    const bytes = name.endsWith('.txt') ? Buffer.from(raw.toString().replaceAll('\r\n', '\n')) : raw;
    const version = Array.from({ length: 10 }, (_, i) => i).find((i) => contentOf(name, i).equals(bytes));
    if (version !== undefined) return version;
    return parsePointer(bytes) === undefined ? `${bytes.length} other bytes` : 'a pointer';
  }

  /**
   * `git status --porcelain`, and whether git had to clean a file to know: it must not, where nothing but git and the filter has
   * touched the files.
   */
  async status(): Promise<{ lines: string[]; cleaned: boolean }> {
    const { lines, read } = await this.statusAndReads();
    return { lines, cleaned: read.length > 0 };
  }

  /** `git status --porcelain`, and which files git read again to know, through the filter. */
  async statusAndReads(): Promise<{ lines: string[]; read: string[] }> {
    const trace = path.join(this.box.root, `trace-${randomUUID()}`);
    const env = { GIT_TRACE_PACKET: trace };
    const { stdout } = await this.git(['status', '--porcelain'], { env });
    const packets = fs.existsSync(trace) ? fs.readFileSync(trace, 'latin1') : '';
    fs.rmSync(trace, { force: true });
    const read = [...packets.matchAll(/git> command=clean\n.*git> pathname=(.*)\n/g)].map(
      ([, name]) => name!,
    );
    return { lines: stdout.split('\n').filter((line) => line !== ''), read };
  }

  /** Every `*.bin` blob of a commit must be a pointer. Gives the oid that each stands for. */
  async pointersOf(commit: string): Promise<Record<string, string>> {
    const { stdout } = await this.git(['ls-tree', '-r', '-z', '--name-only', commit]);
    const names = stdout.split('\0').filter((name) => name.endsWith('.bin'));
    const pointers: Record<string, string> = {};
    for (const name of names) {
      const { bytes } = await this.git(['cat-file', 'blob', `${commit}:${name}`]);
      pointers[name] = parsePointer(bytes)?.oid ?? 'no pointer';
    }
    return pointers;
  }

  /** The data entries of git's index, at any stage, whose blob is no pointer. */
  async stagedWithoutPointer(): Promise<string[]> {
    const { stdout } = await this.git(['ls-files', '--stage', '-z']);
    const entries = stdout.split('\0').filter((entry) => entry.endsWith('.bin'));
    const wrong: string[] = [];
    for (const entry of entries) {
      const { bytes } = await this.git(['cat-file', 'blob', entry.split(' ')[1]!]);
      if (parsePointer(bytes) === undefined) wrong.push(entry);
    }
    return wrong;
  }

  async expectFiles(files: Files): Promise<void> {
    expect(this.look(Object.keys(files))).toEqual(files);
  }
}

export function oidOf(file: string, version: number): string {
  return createHash('sha256').update(contentOf(file, version)).digest('hex');
}

/** A sandbox whose person has installed the program for all repositories. */
export async function installedSandbox(): Promise<Sandbox> {
  const box = new Sandbox();
  await box.lode(['install', '--global', '--quiet']);
  return box;
}

/** An empty repository with the attributes that `git lode track` writes. */
export async function emptyRepository(
  box: Sandbox,
  name: string,
  init: readonly string[] = [],
  attributes = '*.bin filter=lode -text -merge\n',
): Promise<DataRepository> {
  const repository = new DataRepository(box, path.join(box.root, name));
  await box.git(['init', '--quiet', ...init, repository.dir]);
  fs.writeFileSync(repository.file('.gitattributes'), attributes);
  return repository;
}

/** How many objects people were told of as downloaded, in all: a hook that git runs before the filter has ended tells of its own. */
export function downloadedIn(stderr: string): number {
  const counts = [...stderr.matchAll(/git-lode: ([\d,]+) objects? downloaded/g)];
  return counts.reduce((sum, [, count]) => sum + Number(count!.replaceAll(',', '')), 0);
}
