import fs from 'node:fs';
import path from 'node:path';
import { createSandbox, type RunOptions, type Sandbox } from '../../support/sandbox.ts';

/** A repository that can be pushed from, and a log of what its hooks were told. */
export class Pushed {
  readonly box: Sandbox = createSandbox();
  readonly #log = this.box.path('..', 'log');
  #branch = 0;

  static async create(): Promise<Pushed> {
    const pushed = new Pushed();
    await pushed.box.git(['init', '-q']);
    await pushed.box.git(['commit', '-q', '--allow-empty', '-m', 'one']);
    await pushed.box.git(['init', '-q', '--bare', '../origin.git']);
    await pushed.box.git(['remote', 'add', 'origin', '../origin.git']);
    return pushed;
  }

  /** Runs `git lode install`, and then puts a launcher in the place of ours that only says what it was asked to do. */
  async install(): Promise<void> {
    await this.box.git(['lode', 'install']);
    this.spy(this.box.path('.git/lode'));
  }

  spy(folder: string): void {
    this.script(path.join(folder, 'launcher'), this.note('lode $*'));
  }

  /** Lines of shell that log `text` and standard input. */
  note(text: string): string {
    return `echo "${text}" >>'${this.#log}'\nsed 's/^/  /' >>'${this.#log}'`;
  }

  script(name: string, body: string, first = '#!/bin/sh'): void {
    fs.chmodSync(this.box.write(name, `${first}\n${body}\n`), 0o755);
  }

  /** Pushes a branch of a name that was not there before, and tells what the hooks logged, with that name as `B` and HEAD as `H`. */
  async push(options: RunOptions = {}): Promise<string[]> {
    fs.writeFileSync(this.#log, '');
    this.#branch += 1;
    const branch = `refs/heads/b${this.#branch}`;
    const head = (await this.box.git(['rev-parse', 'HEAD'])).stdout.trim();
    await this.box.git(['push', '-q', 'origin', `HEAD:${branch}`], options);
    return this.logged().map((line) =>
      line
        .replace(branch, 'B')
        .replace(head, 'H')
        .replace(/ 0{40,}$/, ' 0'),
    );
  }

  logged(): string[] {
    return fs.readFileSync(this.#log, 'utf8').split('\n').filter(Boolean);
  }
}

export const REFS = '  HEAD H B 0';
export const LODE = ['lode hook pre-push origin ../origin.git', REFS];
