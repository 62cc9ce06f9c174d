import { describe, expect, it, onTestFinished } from 'vitest';
import {
  contentOf,
  type DataRepository,
  emptyRepository,
  installedSandbox,
} from '../../support/data-repository.ts';

describe('a merge', () => {
  it('does not take a new file for the renamed version of one that was deleted', async () => {
    const box = await installedSandbox();
    onTestFinished(() => box.remove());
    const repository: DataRepository = await emptyRepository(box, 'repository');
    await repository.commit({ 'a.bin': 1 }, 'base');
    await repository.git(['switch', '-q', '-c', 'theirs']);
    await repository.commit({ 'a.bin': 2 }, 'changed');
    await repository.git(['switch', '-q', 'main']);
    await repository.commit({ 'a.bin': 'absent', 'b.bin': 1 }, 'deleted');
    const { stdout } = await repository.git(['merge', 'theirs'], { exitCode: 1 });
    expect(stdout).toContain('CONFLICT (modify/delete): a.bin deleted in HEAD and modified in theirs');
    await repository.expectFiles({ 'a.bin': 2, 'b.bin': 1 });
    expect((await repository.git(['status', '--porcelain'])).stdout).toBe('DU a.bin\n');
    const renames = await repository.git(['diff', '--find-renames', '--name-status', 'base', 'main']);
    expect(renames.stdout).toBe('D\ta.bin\nA\tb.bin\n');
    expect(contentOf('a.bin', 2).equals(contentOf('b.bin', 1))).toBe(false);
  });
});
