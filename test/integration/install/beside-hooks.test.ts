import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { findRepository } from '../../../src/git/repository.ts';
import { writeHookConfig } from '../../../src/install/hook-config.ts';
import { putHookFiles } from '../../../src/install/hook-files.ts';
import { repositoryInstallation } from '../../../src/install/installation.ts';
import { programFiles } from '../../../src/install/program-files.ts';
import { LODE, Pushed, REFS } from './pushed.ts';

/** What a push runs: ours once and theirs once, each with all of standard input. In which order is git's business. */
const both = (theirs: readonly string[]) => [...LODE, ...theirs].sort();

describe('git lode install beside other hooks', () => {
  let repo: Pushed;
  beforeEach(async () => {
    repo = await Pushed.create();
  });
  const sorted = async () => (await repo.push()).sort();
  const hookFolder = (name = '.git/hooks') => {
    const folder = repo.box.path(name);
    const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
    const kept = names.filter(
      (each) => !each.endsWith('.sample') && fs.statSync(path.join(folder, each)).isFile(),
    );
    return Object.fromEntries(kept.map((each) => [each, fs.readFileSync(path.join(folder, each), 'utf8')]));
  };

  it('calls our hook where there is none', async () => {
    await repo.install();
    expect(await repo.push()).toEqual(LODE);
    await repo.box.git(['lode', 'uninstall']);
    expect(await repo.push()).toEqual([]);
    expect(hookFolder()).toEqual({});
  });

  it('calls ours and theirs, though theirs ends early', async () => {
    repo.script('.git/hooks/pre-push', `${repo.note('theirs $*')}\nexit 0`, '#!/usr/bin/env sh');
    const before = hookFolder();
    await repo.install();
    expect(await sorted()).toEqual(both(['theirs origin ../origin.git', REFS]));
    await repo.box.git(['lode', 'uninstall']);
    expect(hookFolder()).toEqual(before);
    expect(await repo.push()).toEqual(['theirs origin ../origin.git', REFS]);
  });

  it('calls theirs that is a program of Node', async () => {
    const code = `const fs = require('fs');
      fs.appendFileSync(${JSON.stringify(repo.box.path('../log'))},
        'node ' + process.argv.slice(2).join(' ') + '\\n  ' + fs.readFileSync(0, 'utf8'));`;
    repo.script('.git/hooks/pre-push', code, `#!/usr/bin/env -S node`);
    const before = hookFolder();
    await repo.install();
    expect(await sorted()).toEqual(both(['node origin ../origin.git', REFS]));
    await repo.install();
    expect(await sorted()).toEqual(both(['node origin ../origin.git', REFS]));
    await repo.box.git(['lode', 'uninstall']);
    expect(hookFolder()).toEqual(before);
  });

  it('lets theirs stop a push', async () => {
    repo.script('.git/hooks/pre-push', 'cat >/dev/null; exit 1');
    await repo.install();
    await repo.push({ exitCode: 1 });
  });

  it('is heard under core.hooksPath', async () => {
    await repo.box.git(['config', 'core.hooksPath', 'tools/hooks']);
    repo.script('tools/hooks/pre-push', repo.note('theirs'));
    const before = hookFolder('tools/hooks');
    await repo.install();
    expect(await sorted()).toEqual(both(['theirs', REFS]));
    await repo.box.git(['lode', 'uninstall']);
    expect(hookFolder('tools/hooks')).toEqual(before);
  });

  it('leaves its lines in a folder of hooks that other repositories use, where they do nothing here', async () => {
    const shared = repo.box.path('../shared-hooks');
    await repo.box.git(['config', '--global', 'core.hooksPath', shared]);
    await repo.install();
    expect(await repo.push()).toEqual(LODE);
    await repo.box.git(['lode', 'uninstall']);
    expect(await repo.push()).toEqual([]);
  });

  it('says so where core.hooksPath switches hooks off, and git takes none from configuration', async () => {
    await repo.box.git(['config', 'core.hooksPath', '/dev/null']);
    const { stderr } = await repo.box.git(['lode', 'install']);
    repo.spy(repo.box.path('.git/lode'));
    const heard = (await repo.push()).length > 0;
    expect(stderr.includes('core.hooksPath is /dev/null')).toBe(!heard);
  });

  it('does the work once where both files and configuration name it, as with two gits on a machine', async () => {
    await repo.install();
    const repository = findRepository(repo.box.dir, repo.box.env);
    writeHookConfig(repositoryInstallation(repository, repo.box.env));
    putHookFiles(repository, programFiles(), repo.box.env);
    expect(await repo.push()).toEqual(LODE);
  });

  it('puts waiting files in place before other hooks look at them', async () => {
    repo.script('.git/hooks/post-checkout', repo.note('theirs'));
    await repo.install();
    repo.box.write('.git/lode/journal/1', '');
    await repo.push();
    await repo.box.git(['checkout', '-q', '-b', 'other']);
    expect(
      repo
        .logged()
        .slice(2)
        .map((line) => line.replace(/ [0-9a-f]{40} [0-9a-f]{40} 1$/, '')),
    ).toEqual(['lode hook post-checkout', 'theirs']);
  });

  it('works in a repository that an older git-lode has set up, and brings its lines up to date', async () => {
    await repo.install();
    const old = '# >>> git-lode hook 0: old\nexit 7\n# <<< git-lode hook\n';
    repo.script('.git/hooks/pre-push', `${old}${repo.note('theirs')}`);
    repo.script('.git/lode/hooks/pre-push', 'exit 8');
    const configured = (
      await repo.box.git(['config', '--get', 'hook.lode-pre-push.event'], { exitCode: 'any' })
    ).stdout;
    // A git that takes hooks from configuration leaves files to an older git that may be there too.
    if (configured !== '') repo.script('.git/hooks/pre-push', repo.note('theirs'));
    await repo.install();
    expect(await sorted()).toEqual(both(['theirs', REFS]));
  });

  describe('of husky', () => {
    const husky = fileURLToPath(new URL('../../../node_modules/husky/bin.js', import.meta.url));
    const setUp = () => repo.box.run(process.execPath, [husky], { env: { HUSKY: undefined } });
    const push = async () => (await repo.push({ env: { HUSKY: undefined } })).sort();

    it('is called by it, and stays when it is installed again', async () => {
      await setUp();
      repo.box.write('.husky/pre-push', `${repo.note('theirs $*')}\n`);
      const before = hookFolder('.husky');
      await repo.install();
      expect(await push()).toEqual(both(['theirs origin ../origin.git', REFS]));
      await setUp();
      expect(await push()).toEqual(both(['theirs origin ../origin.git', REFS]));
      await repo.box.git(['lode', 'uninstall']);
      expect(hookFolder('.husky')).toEqual(before);
      expect(await push()).toEqual([REFS, 'theirs origin ../origin.git']);
    });

    it('does no harm to somebody who has only husky', async () => {
      await setUp();
      repo.box.write('.husky/pre-push', `${repo.note('theirs')}\n`);
      await repo.install();
      fs.rmSync(repo.box.path('.git/lode'), { recursive: true });
      await repo.box.git(['config', '--remove-section', 'filter.lode']);
      await repo.box.git(['config', '--remove-section', 'hook.lode-pre-push'], { exitCode: 'any' });
      expect(await push()).toEqual([REFS, 'theirs']);
    });
  });

  describe('of lefthook', () => {
    const tool = createRequire(new URL('../../tools/package.json', import.meta.url));
    const platform = process.platform === 'win32' ? 'windows' : process.platform;
    const suffix = platform === 'windows' ? '.exe' : '';
    const lefthook = tool.resolve(`lefthook-${platform}-${process.arch}/bin/lefthook${suffix}`);
    const theirs = (text: string) => `pre-push:\n  jobs:\n    - run: ${text}\n      use_stdin: true\n`;
    const jobs = () => theirs('sh ./their-job');
    beforeEach(async () => {
      repo.script('their-job', repo.note('theirs'));
      // lefthook skips jobs before a push that brings no file.
      await repo.box.git(['add', 'their-job']);
      await repo.box.git(['commit', '-q', '-m', 'a file']);
    });
    const setUp = () => repo.box.run(lefthook, ['install'], { env: { CI: undefined } });

    it('runs ours with standard input, and stays when it writes its hooks anew', async () => {
      repo.box.write('lefthook.yml', jobs());
      await setUp();
      await repo.install();
      expect(await sorted()).toEqual(both(['theirs', REFS]));
      expect(await repo.box.status()).not.toContain('lefthook-local');
      repo.box.write('lefthook.yml', `${jobs()}post-merge:\n  jobs:\n    - run: 'true'\n`);
      await setUp();
      expect(await sorted()).toEqual(both(['theirs', REFS]));
      await repo.install();
      await setUp();
      expect(await sorted()).toEqual(both(['theirs', REFS]));
      await repo.box.git(['lode', 'uninstall']);
      expect(await repo.push()).toEqual(['theirs', REFS]);
      expect(fs.existsSync(repo.box.path('lefthook-local.yml'))).toBe(false);
      expect(Object.keys(hookFolder()).sort()).toEqual(['post-merge', 'pre-push']);
    });

    it('runs ours on the day that it gets a pre-push hook', async () => {
      repo.box.write('lefthook.yml', "pre-commit:\n  jobs:\n    - run: 'true'\n");
      await setUp();
      await repo.install();
      expect(await repo.push()).toEqual(LODE);
      repo.box.write('lefthook.yml', jobs());
      await setUp();
      expect(await sorted()).toEqual(both(['theirs', REFS]));
      await repo.box.git(['lode', 'uninstall']);
      expect(await repo.push()).toEqual(['theirs', REFS]);
    });

    it('runs ours where it skips all its own jobs, since no file of HEAD is new', async () => {
      repo.box.write('lefthook.yml', jobs());
      await setUp();
      await repo.install();
      await setUp();
      await repo.box.git(['push', '-q', '--set-upstream', 'origin', 'main']);
      expect(await repo.push()).toEqual(LODE);
    });

    it("keeps an rc file of a person's own, and asks for a line in it", async () => {
      repo.box.write('their-rc', '');
      repo.box.write('lefthook.yml', `rc: ./their-rc\n${jobs()}`);
      await setUp();
      const { stderr } = await repo.box.git(['lode', 'install']);
      repo.spy(repo.box.path('.git/lode'));
      expect(fs.existsSync(repo.box.path('lefthook-local.yml'))).toBe(false);
      expect(await sorted()).toEqual(both(['theirs', REFS]));
      const configured = await repo.box.git(['config', 'hook.lode-pre-push.event'], { exitCode: 'any' });
      expect(stderr.includes('an rc file of its own')).toBe(configured.exitCode !== 0);
      repo.box.write('their-rc', /^\s+(\. .*)$/m.exec(stderr)?.[1] ?? '');
      await setUp();
      expect(await sorted()).toEqual(both(['theirs', REFS]));
    });
  });
});
