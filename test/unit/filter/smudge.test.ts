import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { packetContent } from '../../../src/filter/content.ts';
import { openOrFetch, planSmudge, rebaseExecutes } from '../../../src/filter/smudge.ts';
import { spool } from '../../../src/filter/spool.ts';
import { tornPointerFinder } from '../../../src/filter/torn.ts';
import { findRepository } from '../../../src/git/repository.ts';
import { formatPointer } from '../../../src/pointer.ts';
import { openStore } from '../../../src/store/open.ts';
import { JournalWriter } from '../../../src/worktree/journal.ts';
import { createSandbox } from '../../support/sandbox.ts';
import { content, filesIn, oidOf, scratchFolder } from '../../support/scratch.ts';
import { packets, readerOf } from './pipes.ts';

const pointer = { oid: 'a'.repeat(64), size: 1234 };
const no = () => false;

describe('what a smudge is answered with', () => {
  it('is the pointer, later, only where git itself writes the working tree', () => {
    const bytes = formatPointer(pointer);
    expect(planSmudge(bytes, true, no)).toEqual({ kind: 'defer', pointer });
    expect(planSmudge(bytes, false, no)).toEqual({ kind: 'stream', pointer });
    expect(planSmudge(bytes, true, () => true)).toEqual({ kind: 'stream', pointer });
  });

  it('is what came, where that is no pointer', () => {
    for (const bytes of [Buffer.alloc(0), content(5000, 1), Buffer.from('git-lode 1: something else')]) {
      expect(planSmudge(bytes, true, () => expect.fail('asked for nothing'))).toEqual({ kind: 'pass' });
    }
  });
});

describe('a rebase', () => {
  it.each([
    ['pick 1234 x\nexec make\n', true],
    ['pick 1234 x\nx make\n', true],
    ['  exec make\n', true],
    ['pick 1234 exec\n# exec make\nfixup 12 x\n', false],
    ['', false],
  ])('with the list %j runs commands: %s', async (todo, expected) => {
    const box = createSandbox();
    await box.git(['init', '-q']);
    box.write('.git/rebase-merge/git-rebase-todo', todo);
    expect(rebaseExecutes(findRepository(box.dir, {}))).toBe(expected);
  });

  it('that is none runs no commands', async () => {
    const box = createSandbox();
    await box.git(['init', '-q']);
    expect(rebaseExecutes(findRepository(box.dir, {}))).toBe(false);
  });
});

describe('an object that a smudge needs', () => {
  it('is asked for once, under its own path, if it is not here', async () => {
    const store = openStore(scratchFolder());
    const bytes = content(500, 1);
    const wanted = { oid: oidOf(bytes), size: 500 };
    const asked: unknown[] = [];
    const object = await openOrFetch(wanted, 'a.bin', store, async (list) => {
      asked.push(...list);
      store.add(wanted.oid, bytes);
      return new Set();
    });
    expect(object.read(0, 500).equals(bytes)).toBe(true);
    object.close();
    expect(asked).toEqual([{ ...wanted, path: 'a.bin' }]);
    (await openOrFetch(wanted, 'a.bin', store, () => expect.fail('it is here'))).close();
  });

  it('is missing if the store has it with another size, or not at all', async () => {
    const store = openStore(scratchFolder());
    const bytes = content(500, 1);
    store.add(oidOf(bytes), bytes);
    const nothing = async () => new Set<string>();
    const opened = openOrFetch({ oid: oidOf(bytes), size: 501 }, 'a.bin', store, nothing);
    await expect(opened).rejects.toMatchObject({ code: 'OBJECT_MISSING', subject: 'a.bin' });
    await expect(openOrFetch(pointer, 'a.bin', store, nothing)).rejects.toMatchObject({
      code: 'OBJECT_MISSING',
    });
  });
});

describe('content that is taken in whole', () => {
  it.each([0, 1, 65_516, 65_517, 4 << 20, (4 << 20) + 1, 9_000_000])(
    'of %i bytes is given back in parts',
    (size) => {
      const folder = scratchFolder();
      const bytes = content(size, size);
      const parts = Array.from({ length: Math.ceil(size / 65_516) }, (_, i) =>
        bytes.subarray(i * 65_516, (i + 1) * 65_516),
      );
      const spooled = spool(packetContent(readerOf(packets(...parts, null))), openStore(folder));
      expect(spooled.size).toBe(size);
      for (const [offset, length] of [
        [0, Math.min(size, 100)],
        [size >> 1, size - (size >> 1)],
      ] as const) {
        expect(spooled.read(offset, length).equals(bytes.subarray(offset, offset + length))).toBe(true);
      }
      spooled.close();
      expect(filesIn(folder)).toEqual([]);
    },
  );

  it('leaves nothing if it breaks off', () => {
    const folder = scratchFolder();
    const parts = Array.from({ length: 100 }, (_, i) => content(65_000, i));
    const source = packetContent(readerOf(packets(...parts)));
    expect(() => spool(source, openStore(folder))).toThrowError(
      expect.objectContaining({ code: 'FORMAT_INVALID' }),
    );
    expect(filesIn(folder)).toEqual([]);
  });
});

describe('a file that a killed process left torn', () => {
  function torn(size: number) {
    const folder = scratchFolder();
    const store = openStore(path.join(folder, 'lode'));
    const bytes = content(size, size);
    store.add(oidOf(bytes), bytes);
    const answer = formatPointer({ oid: oidOf(bytes), size });
    const journal = new JournalWriter(path.join(folder, 'lode'));
    const name = Buffer.from('a.bin');
    const find = () => tornPointerFinder(path.join(folder, 'lode'), store);
    const record = () => journal.append({ oid: oidOf(bytes), size, path: name });
    return { bytes, answer, name, find, record };
  }

  it('is known by the journal and the object, at each length that its tail may have', () => {
    const { bytes, answer, name, find, record } = torn(400);
    record();
    const finder = find();
    for (let length = answer.length + 1; length <= bytes.length; length++) {
      const found = Buffer.concat([answer, bytes.subarray(answer.length, length)]);
      expect(finder(name, found)?.equals(answer)).toBe(true);
    }
  });

  it('is known where the content is shorter than the pointer', () => {
    const { bytes, answer, name, find, record } = torn(20);
    record();
    const found = Buffer.concat([bytes, answer.subarray(bytes.length)]);
    expect(find()(name, found)?.equals(answer)).toBe(true);
  });

  it('is not a file that a person has changed, one of another name, or one that no journal names', () => {
    const { bytes, answer, name, find, record } = torn(400);
    const found = Buffer.concat([answer, bytes.subarray(answer.length, 300)]);
    expect(find()(name, found)).toBeUndefined();
    record();
    const finder = find();
    expect(finder(Buffer.from('b.bin'), found)).toBeUndefined();
    for (const at of [0, 50, answer.length, 299]) {
      const changed = Buffer.from(found);
      changed[at]! ^= 1;
      expect(finder(name, changed)).toBeUndefined();
    }
    expect(finder(name, Buffer.concat([found, Buffer.from('more')]))).toBeUndefined();
    expect(finder(name, bytes)).toBeUndefined();
  });
});
