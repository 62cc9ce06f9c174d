import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isRevision, versionsInRange } from '../../../src/git/versions-in-range.ts';
import { formatPointer } from '../../../src/pointer.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

const pointerTo = (content: string) => {
  const oid = createHash('sha256').update(content).digest('hex');
  return formatPointer({ oid, size: content.length });
};

async function commit(box: Sandbox, files: Record<string, string>) {
  for (const [name, content] of Object.entries(files)) box.write(name, pointerTo(content));
  await box.git(['add', '--all']);
  await box.git(['commit', '--quiet', '--message=more']);
}

/** `path=size` of each version. */
async function versions(box: Sandbox, revisions: string[], paths: string[] = [], cwd = box.dir) {
  const found: string[] = [];
  for await (const { path, pointer } of versionsInRange(revisions, paths, { cwd, env: box.env }))
    found.push(`${path}=${pointer.size}`);
  return found;
}

async function repository(): Promise<Sandbox> {
  const box = createSandbox();
  await box.git(['init', '--quiet']);
  return box;
}

describe('the versions in a range of history', () => {
  it('come oldest first, at every path that has them', async () => {
    const box = await repository();
    await commit(box, { 'b.bin': '1', 'a.bin': '22' });
    await commit(box, { 'a.bin': '333', 'copy.bin': '1' });
    await box.git(['mv', 'b.bin', 'renamed ü.bin']);
    await commit(box, { 'a.bin': '22' });
    await box.git(['rm', '--quiet', 'copy.bin']);
    await commit(box, {});
    expect(await versions(box, ['HEAD'])).toEqual([
      'a.bin=2',
      'b.bin=1',
      'a.bin=3',
      'copy.bin=1',
      'a.bin=2',
      'renamed ü.bin=1',
    ]);
    expect(await versions(box, ['HEAD~2..HEAD'])).toEqual(['a.bin=2', 'renamed ü.bin=1']);
    expect(await versions(box, ['HEAD', '^HEAD~3'], ['a.bin'])).toEqual(['a.bin=3', 'a.bin=2']);
    expect(await versions(box, [])).toEqual([]);
  });

  it('are those of pointers alone, whatever lies beside them', async () => {
    const box = await repository();
    box.write('plain.txt', 'text');
    box.write('huge.txt', Buffer.alloc(300_000, 'x'));
    box.write('becomes.bin', 'plain');
    await commit(box, { 'a.bin': '1' });
    await commit(box, { 'becomes.bin': '22' });
    expect(await versions(box, ['HEAD'])).toEqual(['a.bin=1', 'becomes.bin=2']);
  });

  it('include what a merge brought, and what it made itself, and a side that it dropped', async () => {
    const box = await repository();
    await commit(box, { 'a.bin': '1', 'c.bin': '1' });
    await box.git(['switch', '--quiet', '--create', 'side']);
    await commit(box, { 'b.bin': '22' });
    await commit(box, { 'c.bin': '4444' });
    await box.git(['switch', '--quiet', 'main']);
    await commit(box, { 'a.bin': '333' });
    await box.git(['merge', '--quiet', '--no-commit', 'side']);
    await commit(box, { 'a.bin': '55555', 'c.bin': '1' });
    const found = await versions(box, ['HEAD']);
    expect(new Set(found)).toEqual(
      new Set(['a.bin=1', 'c.bin=1', 'b.bin=2', 'c.bin=4', 'a.bin=3', 'a.bin=5']),
    );
    expect(found.at(0)).toBe('a.bin=1');
    expect(new Set(await versions(box, ['HEAD'], ['c.bin']))).toEqual(new Set(['c.bin=1', 'c.bin=4']));
  });

  it('are the same whatever a person has configured, with paths from where they are', async () => {
    const box = await repository();
    await commit(box, { 'a.bin': '1', 'sub/b.bin': '22' });
    await commit(box, { 'sub/b.bin': '333' });
    for (const [name, value] of [
      ['log.showRoot', 'false'],
      ['log.follow', 'true'],
      ['diff.relative', 'true'],
      ['log.showSignature', 'true'],
      ['color.ui', 'always'],
      ['log.diffMerges', 'off'],
    ] as const)
      await box.git(['config', name, value]);
    const all = ['a.bin=1', 'sub/b.bin=2', 'sub/b.bin=3'];
    expect(await versions(box, ['HEAD'])).toEqual(all);
    expect(await versions(box, ['HEAD'], [], box.path('sub'))).toEqual(all);
    expect(await versions(box, ['HEAD'], ['.'], box.path('sub'))).toEqual(['sub/b.bin=2', 'sub/b.bin=3']);
    expect(await versions(box, ['HEAD'], ['a.bin'], box.path('sub'))).toEqual([]);
  });

  it('are found among more files than are looked at together', async () => {
    const box = await repository();
    const data = (text: string | Buffer) => `data ${Buffer.byteLength(text)}\n${text}\n`;
    const plain = Array.from({ length: 70_000 }, (_, at) => `M 100644 :1 d${at % 700}/f${at}\n`);
    const pointers = ['0.bin', 'z.bin'].map((name) => `M 100644 inline ${name}\n${data(pointerTo(name))}`);
    const commit = `commit refs/heads/main\ncommitter a <a@b> 0 +0000\n${data('many')}`;
    const input = [`blob\nmark :1\n${data('plain')}`, commit, ...plain, ...pointers].join('');
    await box.git(['fast-import', '--quiet'], { input });
    expect(await versions(box, ['main'])).toEqual(['0.bin=5', 'z.bin=5']);
  });
});

it('a revision is told from what is none', async () => {
  const box = await repository();
  const where = { cwd: box.dir, env: box.env };
  expect(isRevision('HEAD', where)).toBe(false);
  await commit(box, { 'a.bin': '1' });
  await commit(box, { 'a.bin': '22' });
  for (const revision of ['HEAD', 'HEAD~1..HEAD', 'main...HEAD~1', '^HEAD', 'HEAD^@', 'main@{0}'])
    expect(isRevision(revision, where)).toBe(true);
  for (const revision of ['a.bin', 'v1..v2', '--all', '']) expect(isRevision(revision, where)).toBe(false);
});
