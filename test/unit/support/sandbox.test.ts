import fs from 'node:fs';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { createSandbox, Sandbox } from '../../support/sandbox.ts';

it('shows a process nothing of the machine’s git, AWS or git-lode settings', async () => {
  vi.stubEnv('GIT_DIR', '/nowhere');
  vi.stubEnv('AWS_PROFILE', 'mine');
  vi.stubEnv('GIT_LODE_PROGRESS', 'x');
  try {
    const box = createSandbox();
    const { stdout } = await box.run(process.execPath, ['-p', 'JSON.stringify(process.env)']);
    const env = JSON.parse(stdout) as Record<string, string>;
    expect(env).not.toHaveProperty('GIT_DIR');
    expect(env).not.toHaveProperty('AWS_PROFILE');
    expect(env).not.toHaveProperty('GIT_LODE_PROGRESS');
    expect(env.HOME).toBe(box.home);
    await box.git(['init', '-q', 'repo']);
    expect((await box.git(['config', 'user.name'], { cwd: 'repo' })).stdout).toBe('Tester\n');
  } finally {
    vi.unstubAllEnvs();
  }
});

it('throws with both streams when an exit code is not the expected one', async () => {
  const box = createSandbox();
  await expect(box.git(['no-such-verb'])).rejects.toThrow(/not a git command/);
  expect((await box.git(['no-such-verb'], { exitCode: 1 })).exitCode).toBe(1);
});

it('writes random files whose hash it knows', () => {
  const box = createSandbox();
  const hash = box.writeRandom('sub/a.bin', 5_000_001);
  expect(fs.statSync(box.path('sub/a.bin')).size).toBe(5_000_001);
  expect(box.sha256('sub/a.bin')).toBe(hash);
});

it('leaves neither files nor processes', async () => {
  const box = new Sandbox();
  const { child, done } = box.start(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await box.remove();
  expect((await done).signal).toBe('SIGKILL');
  expect(child.killed).toBe(true);
  expect(fs.existsSync(box.root)).toBe(false);
});

it('refuses to work inside the project', () => {
  vi.stubEnv('TMPDIR', path.resolve('test'));
  vi.stubEnv('TEMP', path.resolve('test'));
  try {
    expect(() => new Sandbox()).toThrow(/inside the project/);
  } finally {
    vi.unstubAllEnvs();
  }
});
