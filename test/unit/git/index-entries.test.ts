import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isLodeError } from '../../../src/errors.ts';
import { indexedFiles } from '../../../src/git/index-entries.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

async function list(box: Sandbox, pathspec: readonly string[] = [], cwd = box.dir) {
  const found: string[] = [];
  for await (const batch of indexedFiles(pathspec, { cwd, env: box.env }))
    found.push(...batch.map((file) => `${file.mode} ${file.path.toString('latin1')} ${file.recordedSize}`));
  return found;
}

describe("the files of git's index", () => {
  it.each([[['update-index', '--split-index']], [['update-index', '--index-version=4']]])(
    'are told with what git remembers of them (%s)',
    async (step) => {
      const box = createSandbox();
      await box.git(['init', '-q']);
      const odd = '  size: 9\tflags: 0\n \u{e9}\n';
      box.write('a', 'four');
      box.write(odd, 'seven..');
      box.write('run', '#!');
      fs.chmodSync(box.path('run'), 0o755);
      await box.git(['add', '.']);
      await box.git(step);
      expect(await list(box)).toEqual([
        `100644 ${Buffer.from(odd).toString('latin1')} 7`,
        '100644 a 4',
        '100755 run 2',
      ]);
    },
  );

  it('are neither links nor submodules, nor what is in conflict, left out, or not to be looked at', async () => {
    const box = createSandbox();
    await box.git(['init', '-q']);
    for (const name of ['kept', 'hidden', 'assumed']) box.write(name, name);
    fs.symlinkSync('kept', box.path('link'));
    await box.git(['add', '.']);
    const blob = (await box.git(['rev-parse', ':kept'])).stdout.trim();
    const lines = [`160000 ${blob} 0\tmodule`, ...[1, 2, 3].map((stage) => `100644 ${blob} ${stage}\tboth`)];
    await box.git(['update-index', '--index-info'], { input: `${lines.join('\n')}\n` });
    await box.git(['update-index', '--skip-worktree', 'hidden']);
    await box.git(['update-index', '--assume-unchanged', 'assumed']);
    expect(await list(box)).toEqual(['100644 kept 4']);
  });

  it('are those of a pathspec, from the folder that it is given in, by their whole names', async () => {
    const box = createSandbox();
    await box.git(['init', '-q']);
    for (const name of ['a', 'sub/a', 'sub/b']) box.write(name, name);
    await box.git(['add', '.']);
    expect(await list(box, ['a'], box.path('sub'))).toEqual(['100644 sub/a 5']);
    expect(await list(box, [':/a'], box.path('sub'))).toEqual(['100644 a 1']);
    const error = await list(box, ['nothing']).catch((thrown: unknown) => thrown);
    expect(isLodeError(error, 'GIT_FAILED')).toBe(true);
  });

  it('are many, and none', async () => {
    const box = createSandbox();
    await box.git(['init', '-q']);
    expect(await list(box)).toEqual([]);
    const blob = (await box.git(['hash-object', '-w', '--stdin'], { input: 'x' })).stdout.trim();
    const names = Array.from({ length: 5000 }, (_, i) => `${String(i).padStart(5, '0')}-${'x'.repeat(100)}`);
    const input = names.map((name) => `100644 ${blob} 0\t${name}\n`).join('');
    await box.git(['update-index', '--index-info'], { input });
    expect(await list(box)).toEqual(names.map((name) => `100644 ${name} 0`));
  });
});
