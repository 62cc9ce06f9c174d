import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { formatPointer } from '../../../src/pointer.ts';
import { openStore } from '../../../src/store/open.ts';
import { isTorn, type Replacement, replaceFile } from '../../../src/worktree/replace-file.ts';
import { content, filesIn, oidOf, scratchFolder } from '../../support/scratch.ts';

afterEach(() => void vi.restoreAllMocks());

/** Shorter than the pointer, of its very length, longer, and large enough for a temporary file and a rename everywhere. */
const SIZES = [1, 20, 109, 110, 111, 5000, 200_000, 2_000_000];

function setUp(size: number) {
  const folder = scratchFolder();
  fs.mkdirSync(path.join(folder, 'tree'));
  const store = openStore(path.join(folder, 'lode'));
  const bytes = content(size, size);
  store.add(oidOf(bytes), bytes);
  const pointer = formatPointer({ oid: oidOf(bytes), size });
  const file = path.join(folder, 'tree', 'file.bin');
  fs.writeFileSync(file, pointer);
  const replacement: Replacement = {
    file,
    pointer,
    oid: oidOf(bytes),
    size,
    mtime: undefined,
    temporary: { next: () => path.join(folder, 'own', 'temporary'), crossed: () => false },
  };
  const replace = (change: Partial<Replacement> = {}) => replaceFile({ ...replacement, ...change }, store);
  /** Nothing but the file, and the object, may be there. */
  const expectNoLeftovers = () => {
    expect(fs.readdirSync(path.join(folder, 'tree')).filter((name) => name.startsWith('.lode'))).toEqual([]);
    expect(filesIn(path.join(folder, 'own'))).toEqual([]);
  };
  return { folder, store, bytes, pointer, file, replace, expectNoLeftovers };
}

function full(after: number): void {
  const write = fs.writeSync as (...args: unknown[]) => number;
  let left = after;
  vi.spyOn(fs, 'writeSync').mockImplementation(((
    fd: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ) => {
    if (left <= 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const count = write(fd, bytes, offset, Math.min(length, left), position);
    left -= count;
    return count;
  }) as typeof fs.writeSync);
}

describe.each(SIZES)('a pointer to %i bytes', (size) => {
  it('is replaced by them, with the mode kept, the time as asked, and the stat of the file told', () => {
    const { file, bytes, replace, expectNoLeftovers } = setUp(size);
    fs.chmodSync(file, 0o755);
    fs.utimesSync(file, 1e9, 1e9);
    const outcome = replace({ mtime: (pointerMtime) => pointerMtime - 5 });
    expect(fs.readFileSync(file).equals(bytes)).toBe(true);
    const stat = fs.lstatSync(file, { bigint: true });
    expect(stat).toMatchObject({ mode: 0o100755n, mtimeNs: 999_999_995_000_000_000n });
    expect(outcome).toMatchObject({
      kind: 'replaced',
      stat: { ino: stat.ino, ctimeNs: stat.ctimeNs, size: BigInt(size) },
    });
    expectNoLeftovers();
  });

  it('is replaced where a temporary file has to be beside it', () => {
    const { file, bytes, replace, expectNoLeftovers } = setUp(size);
    const next = () => Buffer.from(path.join(path.dirname(file), '.lode-beside'));
    const temporary = { next, crossed: () => false };
    expect(replace({ temporary, file: Buffer.from(file) }).kind).toBe('replaced');
    expect(fs.readFileSync(file).equals(bytes)).toBe(true);
    expectNoLeftovers();
  });

  it('stays where somebody has changed the file', () => {
    const { file, pointer, replace, expectNoLeftovers } = setUp(size);
    for (const edit of [
      Buffer.alloc(0),
      Buffer.from('an edit'),
      pointer.subarray(0, -1),
      Buffer.concat([pointer, Buffer.from('x')]),
      Buffer.concat([Buffer.from('x'), pointer.subarray(1)]),
      content(size + 1, 'longer'),
    ]) {
      fs.writeFileSync(file, edit);
      expect(replace().kind).toBe('not-a-pointer');
      expect(fs.readFileSync(file).equals(edit)).toBe(true);
    }
    expectNoLeftovers();
  });

  it('is replaced through none of the names that lead elsewhere', () => {
    const { folder, file, pointer, replace } = setUp(size);
    const elsewhere = path.join(folder, 'elsewhere');
    fs.writeFileSync(elsewhere, pointer);
    for (const put of [
      () => fs.symlinkSync(elsewhere, file),
      () => fs.symlinkSync('missing', file),
      () => fs.mkdirSync(file),
      () => {},
    ]) {
      fs.rmSync(file, { recursive: true, force: true });
      put();
      expect(replace().kind).toBe('not-a-pointer');
    }
    fs.rmSync(file, { recursive: true, force: true });
    fs.writeFileSync(file, pointer);
    expect(replace({ file: path.join(file, 'below') }).kind).toBe('not-a-pointer');
    expect(fs.readFileSync(elsewhere).equals(pointer)).toBe(true);
  });

  it('that has another name keeps the other as it is', () => {
    const { folder, file, bytes, pointer, replace, expectNoLeftovers } = setUp(size);
    fs.linkSync(file, path.join(folder, 'other-name'));
    expect(replace().kind).toBe('replaced');
    expect(fs.readFileSync(file).equals(bytes)).toBe(true);
    expect(fs.readFileSync(path.join(folder, 'other-name')).equals(pointer)).toBe(true);
    expectNoLeftovers();
  });

  it('is replaced where the file may not be written to', () => {
    const { file, bytes, replace } = setUp(size);
    const open = fs.openSync as (...args: unknown[]) => number;
    // The superuser, as whom the tests may run, may write to anything.
    vi.spyOn(fs, 'openSync').mockImplementation(((name: string, flags: number, mode: number) => {
      if (name === file && typeof flags === 'number' && flags & fs.constants.O_RDWR) {
        throw Object.assign(new Error('read only'), { code: 'EACCES' });
      }
      return open(name, flags, mode);
    }) as typeof fs.openSync);
    fs.chmodSync(file, 0o444);
    expect(replace().kind).toBe('replaced');
    expect(fs.readFileSync(file).equals(bytes)).toBe(true);
    expect(fs.statSync(file).mode & 0o777).toBe(0o444);
  });

  it('stays where the object is missing, or has another size', () => {
    const { file, pointer, replace } = setUp(size);
    expect(replace({ oid: 'ab'.repeat(32) }).kind).toBe('missing-object');
    expect(replace({ size: size + 1 }).kind).toBe('missing-object');
    expect(fs.readFileSync(file).equals(pointer)).toBe(true);
  });
});

describe('a file that a killed process left torn', () => {
  it.each(SIZES.filter((size) => size <= 200_000))('is finished (%i bytes)', (size) => {
    const { file, bytes, pointer, replace } = setUp(size);
    const tails = [1, 2, 50, size - pointer.length - 1, size - pointer.length];
    const states = [
      ...tails
        .filter((tail) => tail > 0 && pointer.length + tail <= size)
        .map((tail) => Buffer.concat([pointer, bytes.subarray(pointer.length, pointer.length + tail)])),
      ...(size < pointer.length ? [Buffer.concat([bytes, pointer.subarray(size)])] : []),
    ];
    for (const state of states) {
      fs.writeFileSync(file, state);
      expect(isTorn(state, pointer, bytes)).toBe(true);
      expect(replace().kind).toBe('replaced');
      expect(fs.readFileSync(file).equals(bytes)).toBe(true);
    }
  });

  it('is told from a finished one, which stays as it is', () => {
    for (const size of SIZES) {
      const { file, bytes, pointer, replace } = setUp(size);
      fs.writeFileSync(file, bytes);
      fs.utimesSync(file, 1e9, 1e9);
      expect(isTorn(bytes, pointer, bytes)).toBe(false);
      expect(replace({ mtime: () => 5 }).kind).toBe('not-a-pointer');
      expect(fs.statSync(file).mtimeMs).toBe(1e12);
    }
  });

  it('is told from an edit of a torn file', () => {
    const { file, bytes, pointer, replace } = setUp(5000);
    const torn = Buffer.concat([pointer, bytes.subarray(pointer.length, 3000)]);
    for (const at of [0, pointer.length, 2999]) {
      const edit = Buffer.from(torn);
      edit[at]! ^= 1;
      fs.writeFileSync(file, edit);
      expect(replace().kind).toBe('not-a-pointer');
      expect(fs.readFileSync(file).equals(edit)).toBe(true);
    }
  });
});

describe('a full disk', () => {
  it.each([5000, 200_000])('leaves exactly the pointer (%i bytes)', (size) => {
    for (const space of [0, 1, 1000, size - 120, size - 105]) {
      const { file, pointer, bytes, replace, expectNoLeftovers } = setUp(size);
      full(space);
      const outcome = replace();
      vi.restoreAllMocks();
      // Where blocks are shared, the larger of these is cloned and needs no space.
      if (outcome.kind !== 'replaced') {
        expect(outcome).toEqual({ kind: 'failed', code: 'ENOSPC' });
        expect(fs.readFileSync(file).equals(pointer)).toBe(true);
      }
      expect(replace({}).kind).toBe(outcome.kind === 'replaced' ? 'not-a-pointer' : 'replaced');
      expect(fs.readFileSync(file).equals(bytes)).toBe(true);
      expectNoLeftovers();
    }
  });

  it('leaves the pointer and no copy of a large file', () => {
    const { file, pointer, store, replace, expectNoLeftovers } = setUp(2_000_000);
    vi.spyOn(store.sharing, 'copyOut').mockImplementation((_, to) => {
      fs.writeFileSync(to, 'a part');
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    });
    expect(replace()).toEqual({ kind: 'failed', code: 'ENOSPC' });
    expect(fs.readFileSync(file).equals(pointer)).toBe(true);
    expectNoLeftovers();
  });
});

describe('a file that changes while its content is copied', () => {
  it.each([
    ['is edited', (file: string) => fs.writeFileSync(file, 'an edit')],
    ['is removed', (file: string) => fs.rmSync(file)],
    [
      'becomes a link',
      (file: string) => {
        fs.rmSync(file);
        fs.symlinkSync('elsewhere', file);
      },
    ],
  ])('and %s stays', (_, change) => {
    const { file, store, replace, expectNoLeftovers } = setUp(2_000_000);
    const copyOut = store.sharing.copyOut.bind(store.sharing);
    vi.spyOn(store.sharing, 'copyOut').mockImplementation((from, to) => {
      copyOut(from, to);
      change(file);
    });
    expect(replace().kind).toBe('not-a-pointer');
    expect(fs.lstatSync(file, { throwIfNoEntry: false })?.size).not.toBe(2_000_000);
    expectNoLeftovers();
  });

  it('fails, and is told, where the copy itself is taken away', () => {
    const { file, pointer, store, replace } = setUp(2_000_000);
    vi.spyOn(store.sharing, 'copyOut').mockImplementation(() => {});
    expect(replace()).toEqual({ kind: 'failed', code: 'ENOENT' });
    expect(fs.readFileSync(file).equals(pointer)).toBe(true);
  });
});

describe('a git directory that is mounted apart from the working tree', () => {
  /** As the system answers where two mounts show one file system, so that no device tells them apart. */
  function mountedApart(folder: string): void {
    const rename = fs.renameSync;
    vi.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
      if (String(from).startsWith(path.join(folder, 'own')))
        throw Object.assign(new Error('cross-device link'), { code: 'EXDEV' });
      rename(from, to);
    });
  }

  it('is found out by the first rename, and the file gets its content from beside it', () => {
    const { folder, file, bytes, replace, expectNoLeftovers } = setUp(2_000_000);
    mountedApart(folder);
    const names = [path.join(folder, 'own', 'a'), path.join(folder, 'tree', '.lode-b')];
    const temporary = { next: () => names.shift()!, crossed: () => names.length > 0 };
    expect(replace({ temporary }).kind).toBe('replaced');
    expect(fs.readFileSync(file).equals(bytes)).toBe(true);
    expectNoLeftovers();
  });

  it('fails where beside the file is no better', () => {
    const { folder, file, pointer, replace, expectNoLeftovers } = setUp(2_000_000);
    mountedApart(folder);
    expect(replace()).toEqual({ kind: 'failed', code: 'EXDEV' });
    expect(fs.readFileSync(file).equals(pointer)).toBe(true);
    expectNoLeftovers();
  });
});

describe('a pointer whose content was written to a file as it came', () => {
  const SIZE = 2_000_000;
  const setUpCopy = () => {
    const all = setUp(SIZE);
    const copy = path.join(all.folder, 'copy');
    fs.writeFileSync(copy, all.bytes, { mode: 0o600 });
    fs.utimesSync(copy, 1000, 1000);
    return { ...all, copy };
  };

  it('is replaced by that file, with the mode kept, as a file of now', () => {
    const { file, copy, bytes, replace } = setUpCopy();
    fs.chmodSync(file, 0o755);
    const { ino } = fs.statSync(copy);
    expect(replace({ copy }).kind).toBe('replaced');
    expect(fs.readFileSync(file).equals(bytes)).toBe(true);
    const stat = fs.statSync(file);
    expect([stat.ino, stat.mode & 0o777]).toEqual([ino, 0o755]);
    expect(Math.abs(Date.now() - stat.mtimeMs)).toBeLessThan(60_000);
    expect(fs.existsSync(copy)).toBe(false);
  });

  it('gets the time that is asked for', () => {
    const { file, copy, replace } = setUpCopy();
    replace({ copy, mtime: () => 77 });
    expect(fs.statSync(file).mtimeMs).toBe(77_000);
  });

  it('is left if a person has edited it', () => {
    const { file, copy, replace } = setUpCopy();
    fs.writeFileSync(file, 'edited');
    expect(replace({ copy })).toEqual({ kind: 'not-a-pointer' });
    expect(fs.readFileSync(file, 'utf8')).toBe('edited');
  });

  it('stays while the object is not in the store', () => {
    const { file, pointer, copy, replace } = setUpCopy();
    expect(replace({ copy, oid: oidOf(Buffer.from('another')) })).toEqual({ kind: 'missing-object' });
    expect(fs.readFileSync(file).equals(pointer)).toBe(true);
  });

  it('is copied from the store if not all of it was written', () => {
    const { file, copy, bytes, replace } = setUpCopy();
    fs.truncateSync(copy, SIZE - 1);
    expect(replace({ copy }).kind).toBe('replaced');
    expect(fs.readFileSync(file).equals(bytes)).toBe(true);
  });

  it('is copied from the store if the copy is on another volume', () => {
    const { file, copy, bytes, replace } = setUpCopy();
    const rename = fs.renameSync;
    vi.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
      if (from === copy) throw Object.assign(new Error('cross-device link'), { code: 'EXDEV' });
      rename(from, to);
    });
    expect(replace({ copy }).kind).toBe('replaced');
    expect(fs.readFileSync(file).equals(bytes)).toBe(true);
    expect(fs.existsSync(copy)).toBe(false);
  });
});
