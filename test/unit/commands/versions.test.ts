import { describe, expect, test } from 'vitest';
import { Versions } from '../../../src/commands/versions.ts';

const oid = (letter: string) => letter.repeat(64);

/** `a:x` is version x at path a; its size is 100, and of z 1,000. */
function versions(...list: string[]): Versions {
  const all = new Versions();
  for (const each of list) {
    const [path, letter] = each.split(':');
    const pointer = { oid: oid(letter!), size: letter === 'e' ? 1000 : 100 };
    all.add({ pointer, path: Buffer.from(path!) });
  }
  return all;
}

describe('the versions of paths', () => {
  test('are counted once for each path, and once in all', () => {
    const all = versions('b.bin:a', 'b.bin:b', 'b.bin:a', 'a.bin:a', 'a.bin:c');
    expect(all.objects().map(({ oid, path }) => [oid[0], path])).toEqual([
      ['a', 'b.bin'],
      ['b', 'b.bin'],
      ['c', 'a.bin'],
    ]);
    const { total, paths } = all.report([50, 10, 20]);
    const none = { missing: 0, missingBytes: 0 };
    expect(total).toEqual({ paths: 2, versions: 3, bytes: 300, stored: 80, ratio: 3.75, ...none });
    expect(paths).toEqual([
      { path: 'b.bin', versions: 2, bytes: 200, stored: 60, ratio: 3.33, ...none },
      { path: 'a.bin', versions: 2, bytes: 200, stored: 20, ratio: 10, ...none },
    ]);
  });

  test('that are not on the remote are told, and no part of the ratio', () => {
    const { total, paths } = versions('a.bin:a', 'a.bin:e', 'b.bin:b').report([50, undefined, undefined]);
    expect(paths[0]).toMatchObject({ bytes: 1100, stored: 50, ratio: 2, missing: 1, missingBytes: 1000 });
    expect(paths[1]).toMatchObject({ bytes: 100, stored: 0, ratio: null, missing: 1, missingBytes: 100 });
    expect(total).toMatchObject({ versions: 3, stored: 50, ratio: 2, missing: 2, missingBytes: 1100 });
  });

  test('what takes most comes first, then by name', () => {
    const { paths } = versions('c:a', 'b:b', 'a:c', 'd:a').report([5, 5, 7]);
    expect(paths.map(({ path }) => path)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('of names that are no UTF-8 are kept apart', () => {
    const all = new Versions();
    for (const [at, byte] of [0xff, 0xfe].entries())
      all.add({ pointer: { oid: oid('ab'[at]!), size: 1 }, path: Buffer.from([byte]) });
    expect(all.report([1, 1]).total.paths).toBe(2);
  });

  test('of nothing are nothing', () => {
    expect(new Versions().report([])).toMatchObject({
      total: { paths: 0, versions: 0, ratio: null },
      paths: [],
    });
  });
});
