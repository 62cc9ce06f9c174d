import fs from 'node:fs';
import path from 'node:path';
import type { Backend } from '../../src/backend/backend.ts';
import { newCounts, type RequestCounts, withCount } from '../../src/backend/with-count.ts';
import { findRepository, type Repository } from '../../src/git/repository.ts';
import { formatPointer } from '../../src/pointer.ts';
import { type PushOptions, type PushSummary, pushObjects } from '../../src/remote/push.ts';
import { parsePrePush } from '../../src/remote/push-updates.ts';
import { remoteOver } from '../../src/remote/remote.ts';
import type { LocalClocks } from '../../src/remote/store-clock.ts';
import { type Reporter, silentReporter } from '../../src/report.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { sha256 } from './remote-fixtures.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

const SETTINGS = { kind: 'directory', url: 'memory:', path: path.resolve('/memory') } as const;
const ZEROS = '0'.repeat(40);

export interface PushHere extends PushOptions {
  readonly signal?: AbortSignal;
  readonly clocks?: LocalClocks;
  /** What git would write to the hook; from the tracking ref without it. */
  readonly stdin?: string;
  readonly url?: string;
  /** Called whenever the push opens an object of the store. */
  readonly onOpen?: () => void;
}

/**
 * A repository whose files are pointers, its store, and a bare repository `origin.git` to push to: everything of a
 * person's clone but the filter and the hook. The data remote is whatever backend is handed in.
 */
export class Pusher {
  readonly box: Sandbox;
  readonly dir: string;
  readonly counts: RequestCounts = newCounts();
  readonly lines: string[] = [];
  #backend: Backend;
  opened = 0;

  private constructor(box: Sandbox, dir: string, backend: Backend) {
    this.box = box;
    this.dir = dir;
    this.#backend = backend;
  }

  static async create(backend: Backend): Promise<Pusher> {
    const box = createSandbox();
    await box.git(['init', '--quiet', '--bare', '../origin.git']);
    await box.git(['init', '--quiet']);
    await box.git(['remote', 'add', 'origin', '../origin.git']);
    return new Pusher(box, box.dir, backend);
  }

  /** Another person's clone of the same bare repository, with a store of its own. */
  async clone(backend: Backend = this.#backend, name = 'other', ...args: string[]): Promise<Pusher> {
    await this.box.git(['clone', '--quiet', ...args, this.box.path('../origin.git'), `../${name}`]);
    return new Pusher(this.box, this.box.path('..', name), backend);
  }

  /** Continues with another backend, as after a restart. */
  use(backend: Backend): void {
    this.#backend = backend;
  }

  get repository(): Repository {
    return findRepository(this.dir, {});
  }

  get store() {
    return openStore(this.repository.sharedDir);
  }

  git(...args: string[]) {
    return this.box.git(args, { cwd: this.dir });
  }

  /** Stores contents, writes their pointers, and commits. Gives the commit. */
  async commit(files: Readonly<Record<string, Buffer>>, { store = true } = {}): Promise<string> {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(this.dir, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, formatPointer({ oid: sha256(content), size: content.length }));
      if (store) this.keep(content);
    }
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--allow-empty', '--message=more');
    return (await this.git('rev-parse', 'HEAD')).stdout.trim();
  }

  keep(content: Buffer): void {
    const writer = this.store.write(content.length);
    writer.write(content);
    writer.finish(sha256(content));
  }

  /** Takes an object out of the store. */
  lose(content: Buffer): void {
    const object = this.store.open(sha256(content))!;
    object.close();
    fs.rmSync(object.file!);
  }

  /** Turns a byte of an object in the store. */
  damage(content: Buffer, offset: number): void {
    const { file } = this.store.open(sha256(content))!;
    const bytes = fs.readFileSync(file!);
    bytes[offset]! ^= 1;
    fs.rmSync(file!);
    fs.writeFileSync(file!, bytes);
  }

  /** What the hook does for `git push origin <branch>`; the ref is not moved. */
  async hook(options: PushHere = {}): Promise<PushSummary> {
    const updates = parsePrePush(options.stdin ?? (await this.hookInput()));
    return pushObjects(
      this.context(options),
      { name: 'origin', url: options.url ?? this.#url() },
      updates,
      options,
    );
  }

  /** What git writes to the hook for the current branch. */
  async hookInput(): Promise<string> {
    const ref = (await this.git('symbolic-ref', 'HEAD')).stdout.trim();
    const head = (await this.git('rev-parse', 'HEAD')).stdout.trim();
    const remote = await this.git('ls-remote', 'origin', ref);
    return `${ref} ${head} ${ref} ${remote.stdout.slice(0, 40) || ZEROS}\n`;
  }

  /** Hook, then the ref update. */
  async push(options: PushHere = {}): Promise<PushSummary> {
    const summary = await this.hook(options);
    await this.git('push', '--quiet', 'origin', 'HEAD');
    return summary;
  }

  context({ signal = new AbortController().signal, clocks, onOpen }: PushHere = {}) {
    const { repository } = this;
    const reporter: Reporter = {
      ...silentReporter,
      info: (line) => void this.lines.push(line),
      warn: (line) => void this.lines.push(line),
    };
    const store: Store = openStore(repository.sharedDir);
    const open = store.open.bind(store);
    store.open = (oid) => {
      onOpen?.();
      return open(oid);
    };
    const view = store.view.bind(store);
    store.view = (oid, size) => {
      onOpen?.();
      return view(oid, size);
    };
    return {
      repository,
      store,
      reporter,
      signal,
      ...(clocks === undefined ? {} : { clocks }),
      remoteSettings: async () => SETTINGS,
      openRemote: async () => {
        this.opened += 1;
        return remoteOver(withCount(this.#backend, this.counts), repository.sharedDir, reporter);
      },
    };
  }

  #url(): string {
    return this.box.path('../origin.git');
  }
}
