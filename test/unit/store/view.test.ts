import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { objectFile, storeLayout } from '../../../src/store/layout.ts';
import { openStore } from '../../../src/store/open.ts';
import { content, filesIn, oidOf, scratchFolder } from '../../support/scratch.ts';

/** So many that the last of them are in a bundle. */
const contents = Array.from({ length: 300 }, (_, i) => content(200 + i, i));
const large = content(12_000, 'large');

function filled() {
  const folder = scratchFolder();
  const store = openStore(folder);
  for (const each of [...contents, large]) store.add(oidOf(each), each);
  store.flush();
  return { folder, store: openStore(folder) };
}

function spoil(file: string): void {
  const bytes = fs.readFileSync(file);
  bytes[bytes.length - 1]! ^= 1;
  fs.chmodSync(file, 0o644);
  fs.writeFileSync(file, bytes);
}

describe('an object that is viewed', () => {
  it('is whole, wherever it is', () => {
    const { store } = filled();
    for (const each of [...contents, large])
      expect(store.view(oidOf(each), each.length)?.equals(each)).toBe(true);
    for (const each of contents.toReversed())
      expect(store.view(oidOf(each), each.length)?.equals(each)).toBe(true);
  });

  it('is not there where it is not here, or has another size', () => {
    const { store } = filled();
    expect(store.view('0'.repeat(64), 200)).toBeUndefined();
    expect(store.view(oidOf(large), large.length + 1)).toBeUndefined();
  });

  it('is not there where its bytes have rotten: in a file', () => {
    const { folder, store } = filled();
    const layout = storeLayout(folder);
    for (const each of [contents[0]!, large]) {
      spoil(objectFile(layout, oidOf(each)));
      expect(store.view(oidOf(each), each.length)).toBeUndefined();
    }
    expect(store.view(oidOf(contents[1]!), contents[1]!.length)?.equals(contents[1]!)).toBe(true);
  });

  it('is not there where its bytes have rotten: in a bundle', () => {
    const { folder, store } = filled();
    spoil(filesIn(path.join(folder, 'bundles-1')).find((file) => file.endsWith('.bundle'))!);
    const gone = contents.filter((each) => store.view(oidOf(each), each.length) === undefined);
    expect(gone).toEqual([contents.at(-1)]);
  });
});
