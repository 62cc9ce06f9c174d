import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { projectDir } from '../../support/program.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

/** The real npm, if this Node came with one: some tests run where only Node is. */
const npm = [path.dirname(process.execPath), ...(process.env.PATH ?? '').split(path.delimiter)]
  .map((folder) => path.join(folder, 'npm'))
  .find((file) => fs.existsSync(file));

describe('"prepare": "git-lode install", with the program in node_modules', () => {
  let box: Sandbox;
  beforeEach(() => {
    box = createSandbox();
    box.write(
      'app/package.json',
      JSON.stringify({ name: 'app', version: '1.0.0', scripts: { prepare: 'git-lode install' } }),
    );
    for (const name of ['dist', 'hooks']) {
      fs.cpSync(path.join(projectDir, name), box.path('app/node_modules/git-lode', name), {
        recursive: true,
      });
    }
    box.write(
      'app/node_modules/git-lode/package.json',
      '{"name":"git-lode","version":"0.0.0","type":"module"}',
    );
    const bin = box.path('app/node_modules/.bin');
    fs.mkdirSync(bin);
    fs.chmodSync(box.path('app/node_modules/git-lode/dist/git-lode.js'), 0o755);
    fs.symlinkSync('../git-lode/dist/git-lode.js', path.join(bin, 'git-lode'));
  });

  /** What npm does for `prepare`, or npm itself. */
  const prepare = (env: Record<string, string> = {}) => {
    const PATH = [box.path('app/node_modules/.bin'), ...box.env.PATH!.split(path.delimiter).slice(1)].join(
      path.delimiter,
    );
    const event = { npm_lifecycle_event: 'prepare', PATH, ...env };
    if (npm === undefined) return box.run('git-lode', ['install'], { cwd: 'app', env: event });
    return box.run(npm, ['run', 'prepare'], {
      cwd: 'app',
      env: { ...env, npm_config_update_notifier: 'false' },
    });
  };

  it('sets the repository up, with the commands as they are typed there', async () => {
    await box.git(['init', '-q'], { cwd: 'app' });
    const { stderr } = await prepare();
    expect(stderr).toContain('npx git-lode install <s3://bucket/prefix or folder>');
    box.write('app/.gitattributes', '*.bin filter=lode -text -merge\n');
    box.write('app/a.bin', 'content\n'.repeat(1000));
    await box.git(['add', 'a.bin'], { cwd: 'app' });
    expect((await box.git(['show', ':a.bin'], { cwd: 'app' })).stdout).toMatch(/^git-lode 1/);
  });

  it('lets npm finish where there is no repository', async () => {
    const { stderr } = await prepare();
    expect(stderr).toContain('not set up: this is not inside a git repository');
  });

  it('lets npm finish where the remote cannot be reached, and files stay pointers', async () => {
    await box.git(['init', '-q'], { cwd: 'app' });
    box.write('app/.git-lode.json', '{"remote": "http://nowhere"}');
    expect((await prepare()).stderr).toContain('not set up: ');
  });

  it('fails for a person who asks for it', async () => {
    const { exitCode } = await box.git(['lode', 'install'], { cwd: 'app', exitCode: 'any' });
    expect(exitCode).toBe(3);
  });
});
