import { describe, expect, it } from 'vitest';
import { areReached, rangeBases } from '../../../src/git/range-bases.ts';
import { findRepository } from '../../../src/git/repository.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

async function commit(box: Sandbox, name: string): Promise<string> {
  box.write(name, name);
  await box.git(['add', name]);
  await box.git(['commit', '--quiet', `--message=${name}`]);
  return (await box.git(['rev-parse', 'HEAD'])).stdout.trim();
}

/** base - left, and base - right, on two branches. */
async function forked() {
  const box = createSandbox();
  await box.git(['init', '--quiet']);
  const first = await commit(box, 'first');
  const base = await commit(box, 'base');
  const left = await commit(box, 'left');
  await box.git(['checkout', '--quiet', '-b', 'right', base]);
  const right = await commit(box, 'right');
  return { box, repo: findRepository(box.dir, {}), first, base, left, right };
}

describe('what a range takes for granted', () => {
  it('are the parents of its commits that are not in it', async () => {
    const { repo, base, left, right } = await forked();
    expect(await rangeBases(repo, [right], [left])).toEqual([base]);
    expect(await rangeBases(repo, [right, left], [base])).toEqual([base]);
  });

  it('is nothing where the range goes back to the beginning', async () => {
    const { repo, right } = await forked();
    expect(await rangeBases(repo, [right], [])).toEqual([]);
    expect(await rangeBases(repo, [right], ['--remotes=origin', 'e'.repeat(40)])).toEqual([]);
  });

  it('are also the tips that are not in it, tags followed to their commits', async () => {
    const { box, repo, base, left, right } = await forked();
    await box.git(['tag', '--annotate', '--message=tag', 'v1', left]);
    const tag = (await box.git(['rev-parse', 'v1'])).stdout.trim();
    expect((await rangeBases(repo, [right, tag], [left])).sort()).toEqual([base, left].sort());
  });

  it('are found from remote-tracking refs', async () => {
    const { box, repo, base, right } = await forked();
    await box.git(['update-ref', 'refs/remotes/origin/main', base]);
    expect(await rangeBases(repo, [right], ['--remotes=origin'])).toEqual([base]);
  });
});

describe('whether commits are still reached', () => {
  it('is so from themselves and from what came after them, not from what came before or beside', async () => {
    const { repo, first, base, left, right } = await forked();
    expect(await areReached(repo, [], [])).toBe(true);
    expect(await areReached(repo, [base], [base])).toBe(true);
    expect(await areReached(repo, [base, first], [left])).toBe(true);
    expect(await areReached(repo, [base, right], [left])).toBe(false);
    expect(await areReached(repo, [base], [first])).toBe(false);
    expect(await areReached(repo, [left], [right])).toBe(false);
  });

  it('cannot be told from ids that are not here', async () => {
    const { repo, base } = await forked();
    expect(await areReached(repo, [base], ['e'.repeat(40)])).toBe(false);
    expect(await areReached(repo, [base], [])).toBe(false);
  });
});
