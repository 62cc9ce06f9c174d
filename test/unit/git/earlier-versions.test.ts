import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { earlierVersions } from '../../../src/git/earlier-versions.ts';
import { findRepository } from '../../../src/git/repository.ts';
import { formatPointer } from '../../../src/pointer.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

const oidOf = (content: string) => createHash('sha256').update(content).digest('hex');
const pointerTo = (content: string) => formatPointer({ oid: oidOf(content), size: content.length });

async function commit(box: Sandbox, files: Record<string, string>) {
  for (const [name, content] of Object.entries(files)) box.write(name, pointerTo(content));
  await box.git(['add', '--all']);
  await box.git(['commit', '--quiet', '--message=more']);
  return (await box.git(['rev-parse', 'HEAD'])).stdout.trim();
}

async function earlier(dir: string, include: string[], exclude: string[], wanted?: string) {
  const found: string[] = [];
  const isWanted = (blob: string) => wanted === undefined || blob === wanted;
  for await (const { oid } of earlierVersions(findRepository(dir, {}), { include, exclude }, isWanted)) {
    found.push(oid);
  }
  return found.sort();
}

describe('the earlier versions of what a range brings', () => {
  it('are what its commits replaced at the same path', async () => {
    const box = createSandbox();
    await box.git(['init', '--quiet']);
    const first = await commit(box, { 'a.bin': 'one', 'b\n:c.bin': 'x' });
    await commit(box, { 'a.bin': 'two' });
    await commit(box, { 'a.bin': 'three', 'b\n:c.bin': 'y', 'new.bin': 'new' });
    expect(await earlier(box.dir, ['HEAD'], [first])).toEqual(['one', 'two', 'x'].map(oidOf).sort());
    const blob = (await box.git(['rev-parse', 'HEAD:a.bin'])).stdout.trim();
    expect(await earlier(box.dir, ['HEAD'], [first], blob)).toEqual([oidOf('two')]);
    expect(await earlier(box.dir, ['HEAD'], ['HEAD'])).toEqual([]);
  });

  it('do not count plain files that became tracked, nor what a partial clone does not have', async () => {
    const box = createSandbox();
    await box.git(['init', '--quiet']);
    box.write('a.bin', Buffer.alloc(100_000, 1));
    await commit(box, { 'b.bin': 'one' });
    await commit(box, { 'a.bin': 'two', 'b.bin': 'three' });
    expect(await earlier(box.dir, ['HEAD'], [])).toEqual([oidOf('one')]);
    await box.git(['config', 'uploadpack.allowFilter', 'true']);
    await box.git(['clone', '--quiet', '--filter=blob:none', `file://${box.dir}`, '../partial']);
    expect(await earlier(box.path('../partial'), ['HEAD'], [])).toEqual([]);
    await box.git(['clone', '--quiet', '--bare', '--filter=tree:0', `file://${box.dir}`, '../treeless']);
    expect(await earlier(box.path('../treeless'), ['HEAD'], [])).toEqual([]);
  });
});
