import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { pointersInRange } from '../../../src/git/pointers-in-range.ts';
import { findRepository } from '../../../src/git/repository.ts';
import { formatPointer } from '../../../src/pointer.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

const pointerTo = (content: string) => {
  const oid = createHash('sha256').update(content).digest('hex');
  return formatPointer({ oid, size: content.length });
};

/** Writes pointers to `content` under each name, and commits. */
async function commit(box: Sandbox, files: Record<string, string>, cwd = '.') {
  for (const [name, content] of Object.entries(files)) box.write(`${cwd}/${name}`, pointerTo(content));
  await box.git(['add', '--all'], { cwd });
  await box.git(['commit', '--quiet', '--message=more'], { cwd });
  return (await box.git(['rev-parse', 'HEAD'], { cwd })).stdout.trim();
}

async function paths(dir: string, include: string[], exclude: string[] = []) {
  const found: string[] = [];
  for await (const { path, pointer, blob } of pointersInRange(findRepository(dir, {}), include, exclude)) {
    expect(pointer.size).toBeGreaterThan(0);
    expect(blob).toMatch(/^[0-9a-f]{40,64}$/);
    found.push(path.toString());
  }
  return found.sort();
}

async function repository(): Promise<Sandbox> {
  const box = createSandbox();
  await box.git(['init', '--quiet']);
  return box;
}

describe('the pointers in a range of history', () => {
  it('are those of the commits that are new, each once', async () => {
    const box = await repository();
    const first = await commit(box, { 'a.bin': 'one', 'deep/er/b.bin': 'two' });
    await commit(box, { 'a.bin': 'three' });
    await commit(box, { 'a.bin': 'one', 'copy.bin': 'three' });
    expect(await paths(box.dir, ['HEAD'])).toEqual(['a.bin', 'copy.bin', 'deep/er/b.bin']);
    expect(await paths(box.dir, ['HEAD'], [first])).toEqual(['copy.bin']);
    expect(await paths(box.dir, ['HEAD'], ['HEAD'])).toEqual([]);
    expect(await paths(box.dir, [])).toEqual([]);
  });

  it('leave out what is only like a pointer, and plain files of any size', async () => {
    const box = await repository();
    box.write('plain.txt', 'text');
    box.write('huge.txt', Buffer.alloc(300_000, 'x'));
    box.write('almost.bin', `${pointerTo('x').toString('latin1')}\n`);
    await commit(box, { 'a.bin': 'one' });
    expect(await paths(box.dir, ['HEAD'])).toEqual(['a.bin']);
  });

  it('are found under names with spaces, quotes and bytes that are no UTF-8', async () => {
    const box = await repository();
    await commit(box, { ' leading space.bin': 'one', 'it"s ünusual\t.bin': 'two' });
    expect(await paths(box.dir, ['HEAD'])).toEqual([' leading space.bin', 'it"s ünusual\t.bin']);
  });

  it('stop at what the remote-tracking refs reach, and at ids that are here; an id that is not here excludes nothing', async () => {
    const box = await repository();
    const first = await commit(box, { 'a.bin': 'one' });
    await commit(box, { 'b.bin': 'two' });
    await box.git(['update-ref', 'refs/remotes/origin/main', first]);
    expect(await paths(box.dir, ['HEAD'], ['--remotes=origin'])).toEqual(['b.bin']);
    expect(await paths(box.dir, ['HEAD'], ['--remotes=other'])).toEqual(['a.bin', 'b.bin']);
    expect(await paths(box.dir, ['HEAD'], ['f'.repeat(40)])).toEqual(['a.bin', 'b.bin']);
  });

  it('are found through an annotated tag, in a bare clone, with sha256 names', async () => {
    const box = createSandbox();
    await box.git(['init', '--quiet', '--object-format=sha256']);
    await commit(box, { 'a.bin': 'one' });
    await box.git(['tag', '--annotate', '--message=one', 'v1']);
    await box.git(['clone', '--quiet', '--bare', '.', '../bare.git']);
    expect(await paths(box.path('../bare.git'), ['v1'])).toEqual(['a.bin']);
    expect(await paths(box.path('../bare.git'), ['--tags'])).toEqual(['a.bin']);
  });

  it('of a partial clone are those that are here: nothing is fetched', async () => {
    const box = await repository();
    await commit(box, { 'a.bin': 'one' });
    await box.git(['config', 'uploadpack.allowFilter', 'true']);
    const clone = [
      'clone',
      '--quiet',
      '--no-checkout',
      '--filter=blob:none',
      `file://${box.dir}`,
      '../partial',
    ];
    await box.git(clone);
    const partial = box.path('../partial');
    expect(await paths(partial, ['HEAD'])).toEqual([]);
    const missing = await box.git(['rev-list', '--objects', '--missing=print', 'HEAD'], { cwd: partial });
    expect(missing.stdout).toMatch(/^\?[0-9a-f]{40}$/m);
  });

  it('of a shallow clone end where its history ends', async () => {
    const box = await repository();
    await commit(box, { 'a.bin': 'one' });
    await commit(box, { 'a.bin': 'two' });
    await box.git(['clone', '--quiet', '--depth=1', `file://${box.dir}`, '../shallow']);
    expect(await paths(box.path('../shallow'), ['HEAD'])).toEqual(['a.bin']);
  });

  it('cannot be listed for a name that is not there', async () => {
    const box = await repository();
    await expect(paths(box.dir, ['no-such-branch'])).rejects.toMatchObject({ code: 'GIT_FAILED' });
  });
});
