import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

const CONTENT = 'content of a large file\n'.repeat(1000);

async function repository(name: string): Promise<Sandbox> {
  const box = createSandbox();
  await box.git(['init', '-q', name]);
  await box.git(['commit', '-q', '--allow-empty', '-m', 'one'], { cwd: name });
  return box;
}

/** Everything below a folder but what git and the filter write in passing. */
function snapshot(folder: string): Record<string, string> {
  const passing = /(?:^|\/)(?:objects|logs|index|COMMIT_EDITMSG|hooks-in-place|.*\.sample)(?:\/|$)/;
  const names = fs.readdirSync(folder, { recursive: true }).map(String);
  const files = names.filter((each) => !passing.test(each) && fs.statSync(path.join(folder, each)).isFile());
  return Object.fromEntries(
    files.sort().map((each) => [each, fs.readFileSync(path.join(folder, each), 'latin1')]),
  );
}

/** True if git stores a pointer for a new file. */
async function makesPointers(box: Sandbox, cwd: string, name = 'new.bin'): Promise<boolean> {
  box.write(path.join(cwd, '.gitattributes'), '*.bin filter=lode -text -merge\n');
  box.write(path.join(cwd, name), CONTENT);
  await box.git(['add', name], { cwd });
  const { stdout } = await box.git(['show', `:./${name}`], { cwd });
  return stdout.startsWith('git-lode 1');
}

describe('git lode install for one repository', () => {
  it.each(['plain', "it's a 'data' folder", 'größe 数据', '50% $HOME `x` "y" \\z'])(
    'works in a folder with the name %s',
    async (name) => {
      const box = await repository(name);
      await box.git(['lode', 'install'], { cwd: name });
      expect(await makesPointers(box, name, 'a b.bin')).toBe(true);
      await box.git(['config', '--unset', 'filter.lode.process'], { cwd: name });
      const smudged = await box.git(['cat-file', '--filters', ':a b.bin'], { cwd: name });
      expect(smudged.stdout).toBe(CONTENT);
    },
  );

  it('changes nothing the second time, and leaves nothing behind when it is taken away', async () => {
    const box = await repository('repo');
    await box.git(['config', 'filter.lode.mine', 'kept'], { cwd: 'repo' });
    const before = snapshot(box.path('repo'));
    await box.git(['lode', 'install'], { cwd: 'repo' });
    const once = snapshot(box.path('repo'));
    expect(Object.keys(once).length).toBeGreaterThan(Object.keys(before).length);
    await box.git(['lode', 'install'], { cwd: 'repo' });
    expect(snapshot(box.path('repo'))).toEqual(once);
    await box.git(['lode', 'uninstall'], { cwd: 'repo' });
    expect(snapshot(box.path('repo'))).toEqual(before);
    await box.git(['lode', 'uninstall'], { cwd: 'repo' });
  });

  it('keeps the objects when it is taken away', async () => {
    const box = await repository('repo');
    await box.git(['lode', 'install'], { cwd: 'repo' });
    await makesPointers(box, 'repo');
    const objects = () => fs.readdirSync(box.path('repo/.git/lode'), { recursive: true }).length;
    const { stderr } = await box.git(['lode', 'uninstall'], { cwd: 'repo' });
    expect(stderr).toContain('with their whole content from now on; to prevent it: git lode install');
    expect(objects()).toBeGreaterThan(0);
    await box.git(['lode', 'install'], { cwd: 'repo' });
    fs.rmSync(box.path('repo/new.bin'));
    await box.git(['checkout', 'new.bin'], { cwd: 'repo' });
    expect(box.read('repo/new.bin').toString()).toBe(CONTENT);
  });

  it('works from a folder inside, and for all worktrees', async () => {
    const box = await repository('repo');
    fs.mkdirSync(box.path('repo/sub'));
    await box.git(['worktree', 'add', '-q', '../linked'], { cwd: 'repo' });
    await box.git(['lode', 'install'], { cwd: 'linked' });
    fs.mkdirSync(box.path('linked/sub'));
    expect(await makesPointers(box, 'repo/sub')).toBe(true);
    expect(await makesPointers(box, 'linked/sub')).toBe(true);
  });

  it('works in a submodule, and leaves the repository around it alone', async () => {
    const box = await repository('repo');
    await box.git(['init', '-q', 'outer']);
    await box.git(['submodule', '-q', 'add', '../repo', 'inner'], { cwd: 'outer' });
    await box.git(['lode', 'install'], { cwd: 'outer/inner' });
    expect(await makesPointers(box, 'outer/inner')).toBe(true);
    expect(await makesPointers(box, 'outer')).toBe(false);
  });

  it('works in a bare repository', async () => {
    const box = createSandbox();
    await box.git(['init', '-q', '--bare', 'bare.git']);
    await box.git(['lode', 'install'], { cwd: 'bare.git' });
    const before = await box.git(['config', 'filter.lode.required'], { cwd: 'bare.git' });
    expect(before.stdout).toBe('true\n');
    await box.git(['lode', 'uninstall'], { cwd: 'bare.git' });
    await box.git(['config', 'filter.lode.required'], { cwd: 'bare.git', exitCode: 1 });
  });

  it('goes on working when the repository is moved', async () => {
    const box = await repository('here');
    await box.git(['lode', 'install'], { cwd: 'here' });
    fs.renameSync(box.path('here'), box.path('there'));
    expect(await makesPointers(box, 'there')).toBe(true);
    await box.git(['init', '-q', '--bare', 'origin.git']);
    await box.git(['push', '-q', '../origin.git', 'main'], { cwd: 'there' });
    fs.writeFileSync(box.path('there/.git/lode/launcher'), '#!/bin/sh\nexit 9\n');
    await box.git(['push', '-q', '../origin.git', 'main:other'], { cwd: 'there', exitCode: 1 });
  });

  it('works where PATH has neither node nor git-lode, as for a program of the desktop', async () => {
    const box = await repository('repo');
    await box.git(['lode', 'install'], { cwd: 'repo' });
    const git = (box.env.PATH ?? '')
      .split(path.delimiter)
      .find((folder) => fs.existsSync(path.join(folder, 'git')));
    fs.mkdirSync(box.path('desktop'));
    for (const name of ['git', 'sh']) fs.symlinkSync(path.join(git!, name), box.path('desktop', name));
    box.write('repo/.gitattributes', '*.bin filter=lode -text -merge\n');
    box.write('repo/a.bin', CONTENT);
    await box.git(['add', 'a.bin'], { cwd: 'repo', env: { PATH: box.path('desktop') } });
    expect((await box.git(['show', ':a.bin'], { cwd: 'repo' })).stdout).toMatch(/^git-lode 1/);
  });

  it('writes the remote that it is given for others, and accepts it here', async () => {
    const box = await repository('repo');
    fs.mkdirSync(box.path('repo/sub'));
    const { stderr } = await box.git(['lode', 'install', '../../data'], { cwd: 'repo/sub' });
    expect(JSON.parse(box.read('repo/.git-lode.json').toString())).toEqual({ remote: box.path('data') });
    expect(stderr).toContain(`accepted from now on: ${box.path('data')}`);
    const again = await box.git(['lode', 'install'], { cwd: 'repo' });
    expect(again.stderr).not.toContain('accepted from now on');
  });

  it('refuses what it cannot do, and changes nothing', async () => {
    const box = await repository('repo');
    const before = snapshot(box.path('repo'));
    const refused = (args: string[]) =>
      box.git(['lode', 'install', ...args], { cwd: 'repo', exitCode: 'any' });
    expect((await refused(['http://host/x'])).exitCode).toBe(5);
    expect((await refused(['a', 'b'])).exitCode).toBe(2);
    expect((await refused(['--global', '/data'])).exitCode).toBe(2);
    expect(snapshot(box.path('repo'))).toEqual(before);
    expect((await box.git(['lode', 'install'], { exitCode: 'any' })).exitCode).toBe(3);
  });
});
