import { describe, expect, it } from 'vitest';
import { collectGit, streamGit } from '../../../src/git/stream.ts';
import { createSandbox } from '../../support/sandbox.ts';

describe("git's output as a stream", () => {
  it('gives what git prints, and feeds it what it reads', async () => {
    const box = createSandbox();
    await box.git(['init', '--quiet']);
    const input = [Buffer.from('some '), Buffer.from('content')];
    const oid = await collectGit(['hash-object', '--stdin'], { cwd: box.dir, env: box.env, input });
    expect(oid.toString()).toBe('f0eec86f614944a81f87d879ebdc9a79aea0d7ea\n');
  });

  it('fails with the words of a git that fails', async () => {
    const box = createSandbox();
    const answer = collectGit(['rev-parse', 'HEAD'], { cwd: box.dir, env: box.env });
    await expect(answer).rejects.toMatchObject({
      code: 'GIT_FAILED',
      message: expect.stringContaining('not a git repository'),
    });
  });

  it('says so when git cannot be started', async () => {
    const box = createSandbox();
    const answer = collectGit(['version'], { cwd: box.dir, env: { PATH: box.path('nothing-here') } });
    await expect(answer).rejects.toMatchObject({ code: 'GIT_MISSING' });
  });

  it('ends git when the reader has seen enough', async () => {
    const box = createSandbox();
    await box.git(['init', '--quiet']);
    let asked = 0;
    const endless = function* () {
      for (;;) {
        asked += 1;
        yield Buffer.from('HEAD\n'.repeat(1000));
      }
    };
    const answers = streamGit(['cat-file', '--batch-check', '--buffer'], {
      cwd: box.dir,
      env: box.env,
      input: endless(),
    });
    for await (const piece of answers) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    const seen = asked;
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toBe(seen);
  });

  it('passes on what went wrong in making the input', async () => {
    const box = createSandbox();
    await box.git(['init', '--quiet']);
    const broken = function* () {
      yield Buffer.from('HEAD\n');
      throw new Error('the disk is gone');
    };
    const answer = collectGit(['cat-file', '--batch-check'], { cwd: box.dir, env: box.env, input: broken() });
    await expect(answer).rejects.toThrow('the disk is gone');
  });

  it('does not mind a git that ends without reading its input', async () => {
    const box = createSandbox();
    const input = [Buffer.alloc(4 * 1024 * 1024)];
    const answer = await collectGit(['version'], { cwd: box.dir, env: box.env, input });
    expect(answer.toString()).toContain('git version');
  });

  it('is interrupted by its signal, before and while git runs', async () => {
    const box = createSandbox();
    await box.git(['init', '--quiet']);
    const gone = collectGit(['version'], { cwd: box.dir, env: box.env, signal: AbortSignal.abort() });
    await expect(gone).rejects.toMatchObject({ code: 'INTERRUPTED' });
    const controller = new AbortController();
    const waiting = async function* () {
      controller.abort();
      await new Promise((resolve) => setImmediate(resolve));
      yield Buffer.from('HEAD\n');
    };
    const options = { cwd: box.dir, env: box.env, input: waiting(), signal: controller.signal };
    await expect(collectGit(['cat-file', '--batch-check'], options)).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
  });
});
