import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

const CONTENT = 'content of a large file\n'.repeat(1000);

describe('git lode install --global', () => {
  let box: Sandbox;
  let user: string;

  beforeEach(async () => {
    box = createSandbox();
    user = path.join(box.home, '.config', 'git-lode');
    await box.git(['lode', 'install', '--global']);
    await box.git(['init', '-q', 'repo']);
    box.write('repo/.gitattributes', '*.bin filter=lode -text -merge\n');
    box.write('repo/a.bin', CONTENT);
  });

  /** What pushing runs, in place of our program. */
  const spy = (exitCode: number) =>
    fs.writeFileSync(path.join(user, 'launcher'), `#!/bin/sh\necho "$@" >&2\nexit ${exitCode}\n`, {
      mode: 0o755,
    });
  const commit = () => box.git(['commit', '-q', '-m', 'one'], { cwd: 'repo' });
  const push = (exitCode: number) =>
    box.git(['push', '-q', '../origin.git', 'HEAD:refs/heads/x'], { cwd: 'repo', exitCode });

  it('makes every repository clean and push through git-lode, without another command', async () => {
    const added = await box.git(['add', '.'], { cwd: 'repo' });
    await commit();
    expect((await box.git(['show', 'HEAD:a.bin'], { cwd: 'repo' })).stdout).toMatch(/^git-lode 1/);
    await box.git(['init', '-q', '--bare', 'origin.git']);
    spy(7);
    expect((await push(1)).stderr).toContain('hook pre-push ../origin.git ../origin.git');
    // Hooks in files are announced, those of git's configuration are no business of the repository.
    const inFiles = fs.existsSync(box.path('repo/.git/hooks/pre-push'));
    expect(added.stderr.includes('hooks put into')).toBe(inFiles);
    await box.git(['add', '--renormalize', '.'], { cwd: 'repo', exitCode: 'any' });
  });

  it('is taken away with the hooks that it put into repositories, and those that are gone are passed over', async () => {
    await box.git(['init', '-q', 'gone']);
    box.write('gone/.gitattributes', '*.bin filter=lode\n');
    box.write('gone/a.bin', CONTENT);
    for (const cwd of ['repo', 'gone']) await box.git(['add', '.'], { cwd });
    await commit();
    fs.rmSync(box.path('gone'), { recursive: true });
    await box.git(['lode', 'uninstall', '--global']);
    expect(fs.existsSync(user)).toBe(false);
    expect(fs.readFileSync(path.join(box.home, '.gitconfig'), 'utf8')).not.toContain('lode');
    await box.git(['init', '-q', '--bare', 'origin.git']);
    expect((await push(0)).stderr).toBe('');
    expect(fs.existsSync(box.path('repo/.git/lode/hooks'))).toBe(false);
  });

  it('is taken away though one of the repositories is broken', async () => {
    await box.git(['init', '-q', 'broken']);
    box.write('broken/.git/lode/hooks/pre-push', '');
    box.write('broken/.git/config', '[core');
    fs.appendFileSync(path.join(user, 'repositories'), `${box.path('broken/.git')}\n`);
    const { stderr } = await box.git(['lode', 'uninstall', '--global']);
    expect(stderr).toContain(`its hooks could not be taken out of ${box.path('broken/.git')}`);
    expect(fs.existsSync(user)).toBe(false);
  });

  it('is taken away from a folder of hooks that all repositories share', async () => {
    const shared = box.path('shared-hooks');
    await box.git(['config', '--global', 'core.hooksPath', shared]);
    await box.git(['add', '.'], { cwd: 'repo' });
    await commit();
    await box.git(['init', '-q', '--bare', 'origin.git']);
    spy(7);
    await push(1);
    await box.git(['lode', 'uninstall', '--global']);
    await push(0);
    expect(fs.existsSync(shared) ? fs.readdirSync(shared) : []).toEqual([]);
  });

  it('leaves a repository its own installation when it is taken away', async () => {
    await box.git(['lode', 'install'], { cwd: 'repo' });
    await box.git(['lode', 'uninstall', '--global']);
    await box.git(['add', '.'], { cwd: 'repo' });
    expect((await box.git(['show', ':a.bin'], { cwd: 'repo' })).stdout).toMatch(/^git-lode 1/);
  });

  it("says that it is still there when one repository's installation is taken away", async () => {
    await box.git(['lode', 'install'], { cwd: 'repo' });
    const { stderr } = await box.git(['lode', 'uninstall'], { cwd: 'repo' });
    expect(stderr).toContain('git lode uninstall --global');
    await box.git(['add', '.'], { cwd: 'repo' });
    expect((await box.git(['show', ':a.bin'], { cwd: 'repo' })).stdout).toMatch(/^git-lode 1/);
  });

  it('changes nothing the second time', async () => {
    const config = () => fs.readFileSync(path.join(box.home, '.gitconfig'), 'utf8');
    const once = config();
    await box.git(['lode', 'install', '--global']);
    expect(config()).toBe(once);
  });

  it('works with no configuration of git yet', async () => {
    await box.git(['lode', 'uninstall', '--global']);
    fs.rmSync(path.join(box.home, '.gitconfig'));
    await box.git(['lode', 'install', '--global']);
    expect(fs.readFileSync(path.join(box.home, '.gitconfig'), 'utf8')).toContain('[filter "lode"]');
    await box.git(['lode', 'uninstall', '--global']);
    expect(fs.readFileSync(path.join(box.home, '.gitconfig'), 'utf8')).toBe('');
  });
});
