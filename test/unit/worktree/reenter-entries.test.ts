import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isLodeError } from '../../../src/errors.ts';
import { type Reentry, reenterEntries, requireFreeIndex } from '../../../src/worktree/reenter-entries.ts';
import { repositoryInSandbox } from './repository.ts';

/** Two staged files, and the blob that they are to become. */
async function staged() {
  const { box, repository } = await repositoryInSandbox();
  box.write('a.bin', 'one');
  box.write('b.bin', 'two');
  await box.git(['add', '.']);
  const blobOf = async (name: string) => (await box.git(['rev-parse', `:${name}`])).stdout.trim();
  const hash = await box.git(['hash-object', '-w', '--stdin'], { input: 'three' });
  const to = hash.stdout.trim();
  const reentry = async (name: string): Promise<Reentry> => ({
    path: Buffer.from(name),
    mode: '100644',
    from: await blobOf(name),
    to,
  });
  return { box, repository, reentries: [await reentry('a.bin'), await reentry('b.bin')], blobOf, to };
}

describe('entering entries again', () => {
  it('gives them their new blobs, and takes the stat data of files that are the same', async () => {
    const { box, repository, reentries, blobOf, to } = await staged();
    box.write('a.bin', 'three');
    expect(await reenterEntries(repository, reentries)).toEqual(new Set(reentries));
    expect([await blobOf('a.bin'), await blobOf('b.bin')]).toEqual([to, to]);
    expect(await box.status()).toBe('A  a.bin\nAM b.bin\n');
    expect(fs.readdirSync(repository.ownDir)).toEqual([]);
  });

  it('leaves the one that somebody has staged anew, or whose mode has changed', async () => {
    const { box, repository, reentries, blobOf } = await staged();
    box.write('a.bin', 'four');
    await box.git(['add', 'a.bin']);
    await box.git(['update-index', '--chmod=+x', 'b.bin']);
    const before = [await blobOf('a.bin'), await blobOf('b.bin')];
    expect(await reenterEntries(repository, reentries)).toEqual(new Set());
    expect([await blobOf('a.bin'), await blobOf('b.bin')]).toEqual(before);
  });

  it('makes the next commit of what is entered, not of a tree that git remembers', async () => {
    const { box, repository, reentries, to } = await staged();
    await box.git(['commit', '-qm', 'one']);
    await reenterEntries(repository, reentries);
    await box.git(['commit', '-qm', 'two']);
    const { stdout } = await box.git(['ls-tree', '--object-only', 'HEAD']);
    expect(stdout).toBe(`${to}\n${to}\n`);
  });

  it('is refused while another git has the lock, and changes nothing', async () => {
    const { repository, reentries } = await staged();
    const before = fs.readFileSync(repository.indexFile);
    fs.writeFileSync(`${repository.indexFile}.lock`, '');
    for (const action of [() => reenterEntries(repository, reentries), () => requireFreeIndex(repository)]) {
      const error = await action().catch((thrown: unknown) => thrown);
      expect(isLodeError(error, 'INDEX_LOCKED')).toBe(true);
    }
    expect(fs.readFileSync(repository.indexFile).equals(before)).toBe(true);
    expect(fs.readFileSync(`${repository.indexFile}.lock`)).toHaveLength(0);
  });

  it('leaves no lock behind', async () => {
    const { repository, reentries } = await staged();
    await requireFreeIndex(repository);
    await reenterEntries(repository, [{ ...reentries[0]!, to: 'no object id' }]).catch(() => {});
    expect(fs.existsSync(`${repository.indexFile}.lock`)).toBe(false);
    expect(fs.readdirSync(repository.ownDir)).toEqual([]);
  });
});
