import { describe, expect, it } from 'vitest';
import { findRepository } from '../../../src/git/repository.ts';
import { hasWholeHistory, mayLackTrees } from '../../../src/git/whole-history.ts';
import { createSandbox } from '../../support/sandbox.ts';

describe('what a clone may lack', () => {
  it.each([
    ['nothing, if it is whole', [], { whole: true, trees: false }],
    ['earlier commits, if it is shallow', ['--depth=1'], { whole: false, trees: false }],
    ['blobs, if it is partial', ['--filter=blob:none'], { whole: false, trees: false }],
    ['trees too, if it is treeless', ['--filter=tree:0'], { whole: false, trees: true }],
  ])('%s', async (_, options, { whole, trees }) => {
    const box = createSandbox();
    await box.git(['init', '--quiet', 'origin']);
    await box.git(['config', 'uploadpack.allowFilter', 'true'], { cwd: 'origin' });
    await box.git(['commit', '--quiet', '--allow-empty', '--message=first'], { cwd: 'origin' });
    await box.git(['commit', '--quiet', '--allow-empty', '--message=second'], { cwd: 'origin' });
    await box.git(['clone', '--quiet', '--bare', ...options, `file://${box.path('origin')}`, 'clone']);
    const repository = findRepository(box.path('clone'), {});
    expect(hasWholeHistory(repository)).toBe(whole);
    expect(mayLackTrees(repository)).toBe(trees);
  });
});
