import { describe, expect, it } from 'vitest';
import { defaultPushRemote, gitRemotes, listRemoteRefs, resolveRefs } from '../../../src/git/refs.ts';
import { findRepository } from '../../../src/git/repository.ts';
import { createSandbox } from '../../support/sandbox.ts';

async function repository() {
  const box = createSandbox();
  await box.git(['init', '--quiet']);
  await box.git(['commit', '--quiet', '--allow-empty', '--message=first']);
  const head = (await box.git(['rev-parse', 'HEAD'])).stdout.trim();
  return { box, head, repo: findRepository(box.dir, {}) };
}

describe("git's remotes and refs", () => {
  it('lists what a server says, a server by a relative path too', async () => {
    const { box, head, repo } = await repository();
    await box.git(['clone', '--quiet', '--bare', '.', '../server.git']);
    const refs = await listRemoteRefs(repo, { name: 'origin', url: '../server.git' });
    expect(refs).toEqual([
      { name: 'HEAD', oid: head },
      { name: 'refs/heads/main', oid: head },
    ]);
  });

  it('says that a server does not answer, and takes no option for a server', async () => {
    const { repo } = await repository();
    for (const url of ['../nowhere.git', '--upload-pack=touch planted']) {
      await expect(listRemoteRefs(repo, { name: url, url })).rejects.toMatchObject({ code: 'GIT_FAILED' });
    }
  });

  it('resolves names, and knows those that name nothing', async () => {
    const { head, repo } = await repository();
    expect(resolveRefs(repo, ['main', 'nothing', '--all'])).toEqual([
      { name: 'main', oid: head },
      undefined,
      undefined,
    ]);
  });

  it('gives one remote for each URL that a push goes to', async () => {
    const { box, repo } = await repository();
    expect(gitRemotes(repo)).toEqual([]);
    await box.git(['remote', 'add', 'origin', 'https://example.com/a.git']);
    await box.git(['remote', 'add', 'two', '../two.git']);
    await box.git(['remote', 'set-url', '--push', 'two', 'ssh://one/a.git']);
    await box.git(['remote', 'set-url', '--push', '--add', 'two', 'ssh://two/a.git']);
    expect(gitRemotes(repo)).toEqual([
      { name: 'origin', url: 'https://example.com/a.git' },
      { name: 'two', url: 'ssh://one/a.git' },
      { name: 'two', url: 'ssh://two/a.git' },
    ]);
    expect(gitRemotes(repo, 'origin')).toHaveLength(1);
  });

  it('finds where a push without arguments goes, as git does', async () => {
    const { box, repo } = await repository();
    expect(defaultPushRemote(repo)).toBeUndefined();
    await box.git(['remote', 'add', 'only', '../a.git']);
    expect(defaultPushRemote(repo)).toBe('only');
    await box.git(['remote', 'add', 'origin', '../b.git']);
    expect(defaultPushRemote(repo)).toBe('origin');
    await box.git(['config', 'remote.pushDefault', 'only']);
    expect(defaultPushRemote(repo)).toBe('only');
    await box.git(['config', 'branch.main.pushRemote', 'origin']);
    expect(defaultPushRemote(repo)).toBe('origin');
    await box.git(['checkout', '--quiet', '--detach']);
    expect(defaultPushRemote(repo)).toBe('origin');
  });
});
