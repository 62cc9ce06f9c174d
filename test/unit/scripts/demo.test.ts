import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import releases from '../../../scripts/demo/releases.json' with { type: 'json' };
import type { SourceFile } from '../../../scripts/demo/releases.ts';
import { apply, put, verify, versionedBytes } from '../../../scripts/demo/tree.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

function source(box: Sandbox, name: string, content: string): SourceFile {
  const file = box.write(`sources/${name}`, content);
  return { name: path.basename(name), path: file, size: content.length, sha256: content };
}

it('takes each release at an exact version, with a digest to check it by', () => {
  for (const { version, integrity } of releases) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(integrity).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
  }
  expect(new Set(releases.map(({ integrity }) => integrity)).size).toBe(releases.length);
});

it('replaces the folder of a release, and finds each file that is not as released', () => {
  const box = createSandbox();
  const first = {
    name: '1',
    folder: 'data/x',
    files: [source(box, '1/a', 'one'), source(box, '1/b', 'two')],
  };
  const second = { name: '2', folder: 'data/x', files: [source(box, '2/a', 'three')] };
  const other = { name: '3', folder: 'data/y', files: [source(box, '3/c', 'one')] };
  const repository = box.path('repository');
  for (const release of [first, other, second]) put(repository, release);
  const tree = apply(apply(apply(new Map(), first), other), second);
  expect([...tree.keys()].sort()).toEqual(['data/x/a', 'data/y/c']);
  expect(verify(repository, tree)).toBe(2);
  expect(versionedBytes([first, second, other])).toBe('onetwothree'.length);

  fs.appendFileSync(path.join(repository, 'data/x/a'), '!');
  expect(() => verify(repository, tree)).toThrow(/differs from its source/);
  put(repository, second);
  box.write('repository/data/x/more', '');
  expect(() => verify(repository, tree)).toThrow(/3 files/);
});
