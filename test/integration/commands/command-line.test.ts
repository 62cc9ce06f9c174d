import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { program, projectDir } from '../../support/program.ts';
import { Sandbox } from '../../support/sandbox.ts';

let box: Sandbox;

beforeAll(async () => {
  box = new Sandbox();
  await box.git(['init', '-q', 'repo']);
  fs.mkdirSync(box.path('repo', 'sub'));
});
afterAll(() => box.remove());

describe('help', () => {
  test('git lode -h gives the overview', async () => {
    const { stdout, stderr } = await box.git(['lode', '-h']);
    expect(stdout).toMatch(/usage: git lode <command>/);
    expect(stderr).toBe('');
  });

  test('no command at all gives it too, as an error', async () => {
    const { stdout, stderr } = await box.lode([], { exitCode: 2 });
    expect(stdout).toBe('');
    expect(stderr).toMatch(/usage: git lode <command>/);
  });

  test.each([[['help', 'fetch']], [['fetch', '--help']], [['fetch', '-h']], [['-h', 'fetch']]])(
    '%j is about one command',
    async (args) => {
      expect((await box.lode(args)).stdout).toMatch(/usage: git lode fetch/);
    },
  );

  test.skipIf(process.platform === 'win32')('git lode --help shows the manual page', async () => {
    // A viewer of our own: not every machine has man, and git only has to ask it for the right page.
    const page = path.join(projectDir, 'docs', 'man');
    fs.writeFileSync(path.join(box.bin, 'viewer'), `#!/bin/sh\nexec cat '${page}'/"$1.1"\n`, { mode: 0o755 });
    const config = ['-c', 'help.format=man', '-c', 'man.viewer=own', '-c', 'man.own.cmd=viewer'];
    const { stdout } = await box.git([...config, 'lode', '--help']);
    expect(stdout).toContain('.TH GIT\\-LODE 1');
  });
});

describe('a command line that is wrong', () => {
  test('a mistyped command gets its nearest', async () => {
    const { stderr } = await box.lode(['stauts'], { exitCode: 2 });
    expect(stderr).toBe('git-lode: there is no command stauts\n  hint: did you mean: git lode status\n');
  });

  test('so does one that help is asked for', async () => {
    expect((await box.lode(['help', 'fecth'], { exitCode: 2 })).stderr).toContain('git lode help fetch');
  });

  test('a name that every object has is no command', async () => {
    expect((await box.lode(['constructor'], { exitCode: 2 })).stderr).toContain('there is no command');
  });

  test('a mistyped option gets its nearest', async () => {
    expect((await box.lode(['fetch', '--al'], { exitCode: 2 })).stderr).toContain('did you mean --all?');
  });

  test.each([[['pull', 'x']], [['status', 'x']], [['fetch', '--all', 'main']]])(
    '%j has too much',
    async (args) => {
      await box.lode(args, { cwd: 'repo', exitCode: 2 });
    },
  );

  test('a folder that is not there is named', async () => {
    expect((await box.lode(['-C', 'nowhere', 'status'], { exitCode: 2 })).stderr).toContain(
      box.path('nowhere'),
    );
  });
});

describe('-C', () => {
  test('goes there before anything else, one after the other', async () => {
    const { stdout } = await box.lode(['-C', 'repo', 'status', '-C', 'sub', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ remote: null, pointerFiles: [] });
  });
});

describe('outside of a repository', () => {
  test('is said in words, with the exit code of the table', async () => {
    const { stderr } = await box.lode(['status'], { exitCode: 3 });
    expect(stderr).toBe(`git-lode: this is not inside a git repository\n  ${box.dir}\n  hint: git init\n`);
  });

  test('is one object with --json, and nothing for people', async () => {
    const { stdout, stderr } = await box.lode(['status', '--json'], { exitCode: 3 });
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 'NOT_A_REPOSITORY',
        message: 'this is not inside a git repository',
        subject: box.dir,
        hint: 'git init',
        exitCode: 3,
      },
    });
    expect(stderr).toBe('');
  });
});

describe('version', () => {
  test('names what a report needs', async () => {
    const { stdout } = await box.lode(['--version']);
    expect(stdout).toMatch(
      /^git-lode \d+\.\d+\.\d+\nnode \d+\.\d+\.\d+\ngit \d+\.\d+.*\nplatform \w+-\w+\n$/,
    );
    const { version } = JSON.parse(fs.readFileSync(path.join(projectDir, 'package.json'), 'utf8'));
    expect(JSON.parse((await box.lode(['version', '--json'])).stdout)).toMatchObject({ 'git-lode': version });
  });

  test('is had without git too', async () => {
    const empty = box.path('no-git');
    fs.mkdirSync(empty);
    expect((await box.lode(['version'], { env: { PATH: empty } })).stdout).toContain('git not found');
  });
});

describe('the process', () => {
  test('a reader that has seen enough is no failure', async () => {
    const { child, done } = box.start(process.execPath, [program, 'help']);
    child.stdout!.destroy();
    expect(await done).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('an interrupt ends it with 130, in words', async () => {
    const hook = [program, 'hook', 'pre-push', 'origin', 'url'];
    const child = spawn(process.execPath, hook, { cwd: box.dir, env: box.env });
    const stderr = text(child.stderr);
    // More than a pipe holds: when it is gone the program reads, and so it listens to signals.
    await new Promise((resolve) => child.stdin.write(Buffer.alloc(1 << 20, 'x'), resolve));
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(await stderr).toBe('git-lode: interrupted\n');
  });
});
