import { beforeEach, expect, test } from 'vitest';
import { ownPushes } from '../../../src/git/own-pushes.ts';
import { findRepository } from '../../../src/git/repository.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

let box: Sandbox;

/** A clone of a repository with one commit, `seed`, made by somebody else. */
beforeEach(async () => {
  box = createSandbox();
  await box.git(['init', '-q', '--bare', 'up.git']);
  await box.git(['clone', '-q', 'up.git', 'other']);
  await box.git(['commit', '-q', '--allow-empty', '-m', 'seed'], { cwd: 'other' });
  await box.git(['push', '-q', 'origin', 'main'], { cwd: 'other' });
  await box.git(['clone', '-q', 'up.git', 'work']);
});

async function commit(message: string, cwd = 'work'): Promise<string> {
  await box.git(['commit', '-q', '--allow-empty', '-m', message], { cwd });
  return (await box.git(['rev-parse', 'HEAD'], { cwd })).stdout.trim();
}

const push = (ref = 'main') => box.git(['push', '-q', 'origin', ref], { cwd: 'work' });
const pushes = (chosen: (tip: string) => boolean = () => true) =>
  ownPushes(findRepository(box.path('work'), box.env), 'origin', chosen);

test('a clone that has pushed nothing has no pushes', () => {
  expect(pushes()).toEqual([]);
  expect(ownPushes(findRepository(box.path('work'), box.env), 'nobody', () => true)).toEqual([]);
});

test('pushes that follow each other are one series, with what was there before the first', async () => {
  const seed = (await box.git(['rev-parse', 'HEAD'], { cwd: 'work' })).stdout.trim();
  const one = await commit('one');
  await push();
  const two = await commit('two');
  await push();
  expect(pushes()).toEqual([{ tips: [two, one], before: [seed] }]);
});

test('one that is not chosen cuts the series in two', async () => {
  const one = await commit('one');
  await push();
  const two = await commit('two');
  await push();
  const three = await commit('three');
  await push();
  const found = pushes((tip) => tip !== two);
  expect(found[0]).toEqual({ tips: [three], before: [two] });
  expect(found[1]?.tips).toEqual([one]);
});

test('what was fetched is not ours', async () => {
  const one = await commit('one');
  await push();
  await box.git(['pull', '-q'], { cwd: 'other' });
  await commit('theirs', 'other');
  await box.git(['push', '-q'], { cwd: 'other' });
  await box.git(['fetch', '-q'], { cwd: 'work' });
  expect(pushes().map(({ tips }) => tips)).toEqual([[one]]);
});

test('a branch that is new began where the remote already was', async () => {
  const seed = (await box.git(['rev-parse', 'HEAD'], { cwd: 'work' })).stdout.trim();
  const side = await commit('side');
  await push('HEAD:refs/heads/side');
  expect(pushes()).toEqual([{ tips: [side], before: expect.arrayContaining([seed]) }]);
});
