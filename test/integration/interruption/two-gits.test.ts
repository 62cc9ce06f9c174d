import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  contentOf,
  type DataRepository,
  emptyRepository,
  installedSandbox,
} from '../../support/data-repository.ts';
import type { RunResult, Sandbox, Started } from '../../support/sandbox.ts';

let box: Sandbox;
let count = 0;
beforeAll(async () => {
  box = await installedSandbox();
});
afterAll(() => box.remove());

/** A script that, when git runs it, makes itself known and waits until it is let go. Copies standard input, or leaves its argument alone. */
class Barrier {
  readonly script: string;
  readonly #folder: string;

  constructor() {
    this.#folder = path.join(box.root, `barrier-${count++}`);
    fs.mkdirSync(this.#folder);
    this.script = path.join(this.#folder, 'wait');
    const wait = `[ -e '${this.#folder}/go' ] || : >'${this.#folder}/reached'\nuntil [ -e '${this.#folder}/go' ]; do sleep 0.02; done`;
    fs.writeFileSync(this.script, `#!/bin/sh\n${wait}\n[ $# -gt 0 ] || cat\n`, { mode: 0o755 });
  }

  /** Does something while git waits, then lets git go, whatever came of it. */
  async during({ done }: Started, action: () => Promise<unknown>): Promise<RunResult> {
    let ended = false;
    void done.finally(() => {
      ended = true;
    });
    try {
      while (!fs.existsSync(path.join(this.#folder, 'reached'))) {
        if (ended) throw new Error(`git did not wait: ${(await done).stderr}`);
        await sleep(10);
      }
      await action();
    } finally {
      fs.writeFileSync(path.join(this.#folder, 'go'), '');
      await done;
    }
    return done;
  }
}

/** What another command does beside a git that is at work: the ways in which our program comes to run. */
const others: readonly [string, (repository: DataRepository) => Promise<unknown>][] = [
  [
    'a filter of another git',
    (repository) => repository.git(['hash-object', '--stdin', '--path=other.bin'], { input: 'x' }),
  ],
  ['git status', (repository) => repository.git(['status'])],
  ['git lode pull', (repository) => box.lode(['pull', '--quiet'], { cwd: repository.dir, exitCode: 'any' })],
];

describe.concurrent.each(others)('beside %s', (_, other) => {
  it('a checkout that is under way ends with the right files and a clean status', async () => {
    const barrier = new Barrier();
    const repository = await emptyRepository(
      box,
      `checkout-${count++}`,
      [],
      '*.bin filter=lode -text -merge\n*.slow filter=slow\n',
    );
    await repository.commit({ 'large.bin': 1, 'small.bin': 1, 'z.slow': 1 }, 'v1');
    await repository.commit({ 'large.bin': 2, 'small.bin': 2, 'z.slow': 2 }, 'v2');
    await repository.git(['config', 'filter.slow.smudge', barrier.script]);
    const checkout = box.start('git', ['checkout', '-q', 'v1'], { cwd: repository.dir });
    const result = await barrier.during(checkout, async () => {
      await other(repository);
      expect(fs.readFileSync(repository.file('small.bin')).length).toBeLessThan(
        contentOf('small.bin', 1).length,
      );
    });
    expect(result).toMatchObject({ exitCode: 0 });
    await repository.expectFiles({ 'large.bin': 1, 'small.bin': 1 });
    expect(await repository.status()).toEqual({ lines: [], cleaned: false });
  });

  it('a rebase that is under way ends with the right files and a clean status', async () => {
    const barrier = new Barrier();
    const repository = await emptyRepository(box, `rebase-${count++}`);
    await repository.commit({ 'large.bin': 1, 'small.bin': 1 }, 'v1');
    await repository.git(['switch', '-q', '-c', 'topic']);
    for (const version of [2, 3, 4])
      await repository.commit({ 'topic.bin': version, 'small.bin': version }, `topic${version}`);
    await repository.git(['switch', '-q', 'main']);
    await repository.commit({ 'large.bin': 2 }, 'v2');
    await repository.git(['switch', '-q', 'topic']);
    const rebase = box.start('git', ['rebase', '-q', '-i', 'main'], {
      cwd: repository.dir,
      env: { GIT_SEQUENCE_EDITOR: 'sed -i 1s/^pick/reword/', GIT_EDITOR: barrier.script },
    });
    const result = await barrier.during(rebase, () => other(repository));
    expect(result).toMatchObject({ exitCode: 0 });
    await repository.expectFiles({ 'large.bin': 2, 'small.bin': 4, 'topic.bin': 4 });
    expect(await repository.status()).toEqual({ lines: [], cleaned: false });
  });
});
