import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { addToHook } from '../../../src/install/hook-text.ts';
import { programFiles } from '../../../src/install/program-files.ts';
import { hookBlock, writeHookScripts } from '../../../src/install/scripts.ts';
import { createSandbox, type RunOptions, type Sandbox } from '../../support/sandbox.ts';

/** A git that takes no hooks from configuration, or one that has our pre-push hook there. */
const OLD_GIT = '[ "$1" != hook ] || exit 1\nexec git "$@"';
const NEW_GIT = '[ "$1" != hook ] || { echo lode-pre-push; exit; }\nexec git "$@"';

describe('the hook scripts', () => {
  let box: Sandbox;
  const lode = '.git/lode';

  beforeEach(async () => {
    box = createSandbox();
    await box.git(['init', '-q']);
    writeHookScripts(box.path(lode), programFiles());
    script(`${lode}/launcher`, 'echo "$@" >>"$LOG"; cat >>"$LOG"\nexit $CODE');
    useGit(OLD_GIT);
  });

  const script = (name: string, body: string) => fs.chmodSync(box.write(name, `#!/bin/sh\n${body}\n`), 0o755);
  /** Puts a git of another kind before the real one, with the real one behind it. */
  const useGit = (body: string) => script('other/git', `PATH=\${PATH#*:}\n${body}`);
  const log = () => (fs.existsSync(box.path('log')) ? box.read('log').toString() : '');
  const run = (name: string, args: string[], options: RunOptions = {}) => {
    const env = {
      PATH: `${box.path('other')}:${box.env.PATH}`,
      LOG: box.path('log'),
      CODE: '0',
      ...options.env,
    };
    return box.run(path.resolve(box.dir, name), args, { exitCode: 'any', ...options, env });
  };

  describe('that drain', () => {
    const hook = `${lode}/hooks/post-checkout`;

    it('start nothing where no file waits', async () => {
      expect((await run(hook, ['a', 'b', '1'])).exitCode).toBe(0);
      fs.mkdirSync(box.path(lode, 'journal'));
      await run(hook, ['a', 'b', '1']);
      expect(log()).toBe('');
    });

    it('start the launcher once where files wait, without standard input', async () => {
      box.write(`${lode}/journal/1`, '');
      box.write(`${lode}/journal/2`, '');
      await run(hook, ['a', 'b', '1'], { input: 'not for us' });
      expect(log()).toBe('hook post-checkout a b 1\n');
    });

    it.each(['rebase-merge', 'rebase-apply'])('leave the files alone while %s is there', async (folder) => {
      box.write(`${lode}/journal/1`, '');
      fs.mkdirSync(box.path('.git', folder));
      await run(hook, []);
      expect(log()).toBe('');
    });

    it("look into the worktree's own git directory", async () => {
      await box.git(['commit', '-q', '--allow-empty', '-m', 'one']);
      await box.git(['worktree', 'add', '-q', 'linked']);
      box.write(`${lode}/journal/1`, '');
      await run(hook, [], { cwd: 'linked' });
      expect(log()).toBe('');
      box.write('.git/worktrees/linked/lode/journal/1', '');
      await run(hook, [], { cwd: 'linked' });
      await run(hook, [], { env: { GIT_DIR: box.path('.git/worktrees/linked') } });
      expect(log()).toBe('hook post-checkout\nhook post-checkout\n');
    });

    it('do not stop a merge when they fail', async () => {
      box.write(`${lode}/journal/1`, '');
      const { exitCode } = await run(`${lode}/hooks/pre-merge-commit`, [], { env: { CODE: '26' } });
      expect([exitCode, log()]).toEqual([0, 'hook pre-merge-commit\n']);
    });
  });

  describe('that push', () => {
    const hook = `${lode}/hooks/pre-push`;

    it('hand over arguments, standard input and the exit code', async () => {
      const { exitCode } = await run(hook, ['origin', 'a b'], { input: 'refs\n', env: { CODE: '10' } });
      expect([exitCode, log()]).toEqual([10, 'hook pre-push origin a b\nrefs\n']);
    });

    it("leave the work to git's configuration where that names the hook", async () => {
      useGit(NEW_GIT);
      expect([(await run(hook, ['origin', 'url'])).exitCode, log()]).toEqual([0, '']);
    });

    it('stop a push whose data would stay behind', async () => {
      fs.rmSync(box.path(lode, 'launcher'));
      const { exitCode, stderr } = await run(hook, ['origin', 'url']);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(
        /^git-lode: \S+ is missing, so the data of this push would stay behind: git lode install\n$/,
      );
    });
  });

  describe('in a hook of other people', () => {
    /** What both of us get. */
    const combined = (body: string, hook: 'pre-push' | 'post-merge' = 'pre-push') => {
      const text = `#!/bin/sh\nset -eu\n${body}\n`;
      const change = addToHook({ text, regular: true, runs: true }, hookBlock(hook, programFiles()), true);
      if (change.kind !== 'write') throw new Error('not a shell script');
      fs.chmodSync(box.write('.git/hooks/combined', change.text), 0o755);
      return '.git/hooks/combined';
    };

    it('read standard input and leave it to be read again', async () => {
      const refs = 'refs/heads/a$(touch evil)`touch evil` 1 refs/heads/\\b 2\n(delete) 0 refs/heads/c 3\n';
      const { stdout } = await run(combined('echo "theirs $*"; cat'), ['origin', 'url'], { input: refs });
      expect(log()).toBe(`hook pre-push origin url\n${refs}`);
      expect(stdout).toBe(`theirs origin url\n${refs}`);
      expect(fs.existsSync(box.path('evil'))).toBe(false);
    });

    it('hand on more refs than a pipe holds', async () => {
      const refs = `refs/heads/${'x'.repeat(100)} 1 refs/heads/y 2\n`.repeat(4000);
      const { stdout } = await run(combined('cat'), ['origin', 'url'], { input: refs });
      expect(stdout === refs).toBe(true);
      expect(log() === `hook pre-push origin url\n${refs}`).toBe(true);
    });

    it('leave an empty standard input empty, and do nothing', async () => {
      const { stdout } = await run(combined('while read -r line; do echo "<$line>"; done; echo end'), [
        'origin',
        'url',
      ]);
      expect([stdout, log()]).toEqual(['end\n', '']);
    });

    it('come through where standard input is closed', async () => {
      script('closed', `exec "${box.path(combined('echo theirs'))}" origin url <&-`);
      const { exitCode, stdout } = await run('closed', []);
      expect([exitCode, stdout, log()]).toEqual([0, 'theirs\n', '']);
    });

    it('stop the hook where the upload fails', async () => {
      const { exitCode, stdout } = await run(combined('echo theirs'), ['origin', 'url'], {
        input: 'r\n',
        env: { CODE: '10' },
      });
      expect([exitCode, stdout]).toEqual([10, '']);
    });

    it('do nothing where git-lode is not installed', async () => {
      fs.rmSync(box.path(lode), { recursive: true });
      const { stdout } = await run(combined('cat'), ['origin', 'url'], { input: 'refs\n' });
      expect(stdout).toBe('refs\n');
      expect((await run(combined('echo theirs', 'post-merge'), ['0'])).stdout).toBe('theirs\n');
    });

    it('drain before it', async () => {
      box.write(`${lode}/journal/1`, '');
      const { stdout } = await run(combined('cat "$LOG"', 'post-merge'), ['0'], { env: { CODE: '1' } });
      expect(stdout).toBe('hook post-merge 0\n');
    });
  });
});
