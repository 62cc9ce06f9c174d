import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findNamed, readBlob, splitName } from '../../../src/git/named-blob.ts';
import { createSandbox } from '../../support/sandbox.ts';

async function repository() {
  const box = createSandbox();
  await box.git(['init', '--quiet']);
  box.write('a.txt', 'top');
  box.write('sub/a.txt', 'below');
  box.write('sub/one:two {three}.txt', 'colon');
  box.write('sub/ünusual\t".txt', 'bytes');
  await box.git(['add', '--all']);
  await box.git(['commit', '--quiet', '--message=one: a colon']);
  await box.git(['tag', '--annotate', '--message=one', 'v1']);
  return { box, where: { cwd: box.dir, env: box.env }, below: { cwd: box.path('sub'), env: box.env } };
}

async function read(oid: string, offset: number, length: number, where: { cwd: string }) {
  const pieces: Buffer[] = [];
  for await (const piece of readBlob(oid, { offset, length }, where)) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('a name of a file', () => {
  it('is found as git finds it, from the top or from the folder', async () => {
    const { where, below } = await repository();
    const sizeOf = (name: string, at = where) => {
      const named = findNamed(name, at);
      return named.kind === 'blob' ? named.size : named.kind;
    };
    expect(sizeOf('HEAD:a.txt')).toBe(3);
    expect(sizeOf('HEAD:a.txt', below)).toBe(3);
    expect(sizeOf('HEAD:./a.txt', below)).toBe(5);
    expect(sizeOf('v1:sub/a.txt')).toBe(5);
    expect(sizeOf(':a.txt')).toBe(3);
    expect(sizeOf('HEAD:sub/one:two {three}.txt')).toBe(5);
    expect(sizeOf('HEAD:sub/ünusual\t".txt')).toBe(5);
    expect(sizeOf('HEAD^{/one: a}:a.txt')).toBe(3);
    expect(sizeOf('HEAD:sub')).toBe('tree');
    expect(sizeOf('HEAD')).toBe('commit');
    expect(sizeOf('v1')).toBe('tag');
    expect(sizeOf('HEAD:b.txt')).toBe('nothing');
    expect(sizeOf('--all')).toBe('nothing');
    expect(sizeOf('')).toBe('nothing');
  });

  it('may stand for what is not here', async () => {
    const { box, where } = await repository();
    const named = findNamed('HEAD:a.txt', where);
    if (named.kind !== 'blob') throw new Error('no blob');
    fs.rmSync(box.path('.git/objects', named.oid.slice(0, 2), named.oid.slice(2)), { force: true });
    expect(findNamed('HEAD:a.txt', where)).toEqual({ kind: 'elsewhere', oid: named.oid });
  });

  it('is divided at the first colon outside of braces', () => {
    expect(splitName('HEAD:a:b')).toEqual({ rev: 'HEAD', path: 'a:b' });
    expect(splitName('HEAD^{/a: b}:c')).toEqual({ rev: 'HEAD^{/a: b}', path: 'c' });
    expect(splitName('HEAD}:c')).toEqual({ rev: 'HEAD}', path: 'c' });
    expect(splitName('main:')).toEqual({ rev: 'main', path: '' });
    expect(splitName(':a')).toBeUndefined();
    expect(splitName('HEAD')).toBeUndefined();
  });
});

describe('a blob', () => {
  it('is read from any byte to any byte, however git hands it over', async () => {
    const box = createSandbox();
    await box.git(['init', '--quiet']);
    box.writeRandom('a.bin', 300_000);
    await box.git(['add', 'a.bin']);
    const content = box.read('a.bin');
    const named = findNamed(':a.bin', { cwd: box.dir, env: box.env });
    if (named.kind !== 'blob') throw new Error('no blob');
    for (const [offset, length] of [
      [0, 300_000],
      [0, 10],
      [65_530, 20],
      [200_000, 100_000],
      [299_999, 1],
      [5, 0],
    ] as const) {
      const bytes = await read(named.oid, offset, length, { cwd: box.dir });
      expect(bytes.equals(content.subarray(offset, offset + length))).toBe(true);
    }
    await expect(read(named.oid, 0, 300_001, { cwd: box.dir })).rejects.toMatchObject({ code: 'GIT_FAILED' });
  });
});
