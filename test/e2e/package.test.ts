import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { installGlobally, packProgram } from '../support/installed.ts';
import { projectDir } from '../support/program.ts';
import { createSandbox } from '../support/sandbox.ts';

it('packs the program, its hooks and its documents, and nothing else', async () => {
  const box = createSandbox();
  const { stdout } = await box.run('npm', ['pack', '--ignore-scripts', '--dry-run', '--json'], {
    cwd: projectDir,
  });
  const [{ files, size }] = JSON.parse(stdout);
  const names = files.map((file: { path: string }) => file.path) as string[];
  expect(names).toEqual(
    expect.arrayContaining([
      'dist/git-lode.js',
      'dist/filter.js',
      'docs/man/git-lode.1',
      'LICENSE',
      'README.md',
    ]),
  );
  const expected =
    /^(dist|hooks|docs\/man)\/|^docs\/(FORMAT|EXIT-CODES)\.md$|^(CHANGELOG|README)\.md$|^LICENSE$|^package\.json$/;
  expect(names.filter((name) => !expected.test(name))).toEqual([]);
  expect(size).toBeLessThan(2_000_000);
});

it('answers as `git lode` once it is installed globally', async () => {
  const box = createSandbox();
  const user = createSandbox(await installGlobally(box));
  const { version } = JSON.parse(fs.readFileSync(path.join(projectDir, 'package.json'), 'utf8'));
  expect((await user.git(['lode', 'version'])).stdout).toContain(version);
});

it('sets a project up whose devDependency it is, and then names commands as npx runs them', async () => {
  const box = createSandbox();
  const archive = await packProgram(box);
  // A person without `git-lode` on PATH: an empty folder stands where it would be.
  const user = createSandbox(box.path());
  const cwd = 'project';
  await user.git(['init', '-q', cwd]);
  await user.git(['init', '-q', '--bare', 'hub.git']);
  await user.git(['remote', 'add', 'origin', '../hub.git'], { cwd });
  user.write(
    'project/package.json',
    JSON.stringify({ private: true, scripts: { prepare: 'git-lode install' } }),
  );
  user.write('project/.git-lode.json', JSON.stringify({ remote: '../shared' }));
  user.write('project/.gitignore', 'node_modules/\n');
  user.write('project/.gitattributes', '*.bin filter=lode -text -merge\n');
  await user.run('npm', ['install', '--save-dev', '--offline', '--silent', archive], { cwd });
  await user.run('npm', ['install', '--offline', '--silent'], { cwd });
  const hash = user.writeRandom('project/a.bin', 1_000_000);
  await user.git(['add', '.'], { cwd });
  await user.git(['commit', '-q', '-m', 'data'], { cwd });
  await user.git(['push', '-q', '-u', 'origin', 'main'], { cwd });

  await user.git(['clone', '-q', 'hub.git', 'clone']);
  const clone = { cwd: 'clone' };
  expect(user.read('clone/a.bin').subarray(0, 9).toString()).toBe('git-lode ');
  await user.run('npm', ['ci', '--offline', '--silent'], clone);
  expect(user.sha256('clone/a.bin')).toBe(hash);
  const help = await user.run('npx', ['git-lode', 'help'], clone);
  expect(help.stdout).toContain('npx git-lode');
});
