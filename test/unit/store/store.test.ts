import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ownIdentity } from '../../../src/process-identity.ts';
import { holdsNothing } from '../../../src/store/list.ts';
import { openStore } from '../../../src/store/open.ts';
import { deadProcess, livingProcess } from '../../support/processes.ts';
import { projectDir } from '../../support/program.ts';
import { content, filesIn, oidOf, scratchFolder } from '../../support/scratch.ts';

function add(folder: string, contents: readonly Buffer[]): void {
  const store = openStore(folder);
  for (const each of contents) store.add(oidOf(each), each);
  store.flush();
}

/** Those of `contents` that a store opened anew does not give back, byte for byte. */
function lost(folder: string, contents: readonly Buffer[]): Buffer[] {
  const store = openStore(folder);
  return contents.filter((each) => {
    const object = store.open(oidOf(each), each.length);
    const bytes = object?.read(0, object.size);
    object?.close();
    return bytes?.equals(each) !== true;
  });
}

/** So many that one command puts the last of them into a bundle. */
const MANY = 300;
const small = (count: number, size = 200) => Array.from({ length: count }, (_, i) => content(size, i));
const bundles = (folder: string) => filesIn(path.join(folder, 'bundles-1'));
const bundle = (folder: string) => bundles(folder).find((file) => file.endsWith('.bundle'))!;

describe('the store', () => {
  it('gives back what was added, whole and in parts', () => {
    const folder = scratchFolder();
    const large = content(1_000_000, 'large');
    add(folder, [large]);
    const store = openStore(folder);
    expect(store.has(oidOf(large), large.length)).toBe(true);
    expect(store.has(oidOf(large), large.length + 1)).toBe(false);
    const object = store.open(oidOf(large))!;
    expect(object.read(999_990, 10).equals(large.subarray(999_990))).toBe(true);
    expect(object.file).toBeDefined();
    object.close();
    expect(store.open(oidOf(content(1, 'other')), 1)).toBeUndefined();
  });

  it('is known to be empty only as long as nothing was added to it', () => {
    for (const contents of [small(1), small(MANY)]) {
      const folder = scratchFolder();
      expect(holdsNothing(folder)).toBe(true);
      openStore(folder).has(oidOf(contents[0]!), contents[0]!.length);
      expect(holdsNothing(folder)).toBe(true);
      add(folder, contents);
      expect(holdsNothing(folder)).toBe(false);
      fs.rmSync(path.join(folder, 'objects-1'), { recursive: true });
      expect(holdsNothing(folder)).toBe(contents.length === 1);
    }
  });

  it('gives a few small objects files of their own, and many one bundle', () => {
    const folder = scratchFolder();
    const contents = small(MANY);
    add(folder, contents);
    expect(filesIn(path.join(folder, 'objects-1')).length).toBeLessThan(MANY);
    expect(bundles(folder)).toHaveLength(2);
    expect(lost(folder, contents)).toEqual([]);
  });

  it('finds in its own bundle what has not been flushed yet', () => {
    const store = openStore(scratchFolder());
    const contents = small(MANY);
    for (const each of contents) store.add(oidOf(each), each);
    for (const each of contents)
      expect(store.open(oidOf(each), each.length)!.read(0, 200).equals(each)).toBe(true);
  });

  it('keeps one copy of what is added again', () => {
    const folder = scratchFolder();
    add(folder, small(MANY));
    const before = filesIn(folder);
    add(folder, small(MANY));
    expect(filesIn(folder)).toEqual(before);
  });

  it('replaces an object of another length, which is damaged', () => {
    const folder = scratchFolder();
    const whole = content(50_000, 'whole');
    add(folder, [whole]);
    const file = filesIn(path.join(folder, 'objects-1'))[0]!;
    fs.chmodSync(file, 0o644);
    fs.truncateSync(file, 20_000);
    expect(openStore(folder).has(oidOf(whole), whole.length)).toBe(false);
    add(folder, [whole]);
    expect(lost(folder, [whole])).toEqual([]);
  });

  it('leaves no temporary file after a content that is not what it was said to be', () => {
    const folder = scratchFolder();
    const store = openStore(folder);
    const bytes = content(20_000, 1);
    for (const [size, oid] of [
      [20_001, oidOf(bytes)],
      [undefined, oidOf(content(20_000, 2))],
      [200, oidOf(bytes.subarray(1, 201))],
      [201, oidOf(bytes.subarray(0, 200))],
    ] as const) {
      const writer = store.write(size);
      writer.write(bytes.subarray(0, size === undefined || size > 1000 ? 20_000 : 200));
      expect(() => writer.finish(oid)).toThrowError(expect.objectContaining({ code: 'OBJECT_CORRUPT' }));
    }
    const tooLong = store.write(10);
    expect(() => tooLong.write(bytes)).toThrowError(expect.objectContaining({ code: 'OBJECT_CORRUPT' }));
    tooLong.abort();
    expect(filesIn(folder)).toEqual([]);
  });

  it('removes what killed processes have left of theirs, and nothing of living ones', () => {
    const folder = scratchFolder();
    const store = openStore(folder);
    const { file, fd } = store.createTemporary();
    fs.closeSync(fd);
    fs.writeFileSync(file.replace(ownIdentity(), deadProcess()), 'half');
    fs.writeFileSync(file.replace(ownIdentity(), livingProcess()), 'half');
    store.flush();
    expect(filesIn(path.join(folder, 'tmp'))).toHaveLength(2);
  });
});

describe('a bundle', () => {
  it('whose writer was killed before its index is read all the same', () => {
    const folder = scratchFolder();
    const contents = small(MANY);
    add(folder, contents);
    fs.rmSync(bundles(folder).find((file) => file.endsWith('.index'))!);
    expect(lost(folder, contents)).toEqual([]);
    expect(bundles(folder)).toHaveLength(1);
  });

  it('gets its index when nobody has written to it for an hour', () => {
    const folder = scratchFolder();
    const contents = small(MANY);
    add(folder, contents);
    const index = bundles(folder).find((file) => file.endsWith('.index'))!;
    const bytes = fs.readFileSync(index);
    fs.rmSync(index);
    fs.utimesSync(bundle(folder), 1e9, 1e9);
    expect(lost(folder, contents)).toEqual([]);
    expect(fs.readFileSync(index).equals(bytes)).toBe(true);
  });

  it.each(['without its index', 'with it'])(
    'that is torn gives what is whole, and takes the rest anew (%s)',
    (how) => {
      const folder = scratchFolder();
      const contents = small(MANY);
      add(folder, contents);
      if (how === 'without its index') fs.rmSync(bundles(folder).find((file) => file.endsWith('.index'))!);
      fs.chmodSync(bundle(folder), 0o644);
      const size = fs.statSync(bundle(folder)).size;
      fs.truncateSync(bundle(folder), size - 300);
      const torn = lost(folder, contents);
      expect(torn).toHaveLength(2);
      add(folder, contents);
      expect(lost(folder, contents)).toEqual([]);
    },
  );

  it('in which a byte has changed never gives wrong content, and takes the object anew', () => {
    const folder = scratchFolder();
    const contents = small(MANY);
    add(folder, contents);
    const bytes = fs.readFileSync(bundle(folder));
    bytes[bytes.length - 10]! ^= 1;
    fs.chmodSync(bundle(folder), 0o644);
    fs.writeFileSync(bundle(folder), bytes);
    const damaged = lost(folder, contents);
    expect(damaged).toHaveLength(1);
    add(folder, contents);
    expect(lost(folder, contents)).toEqual([]);
  });
});

describe('a full disk', () => {
  /** As the system does it: some bytes are written, then there is no space for more. */
  function fillUp(): void {
    const write = fs.writeSync as (fd: number, bytes: Uint8Array, ...rest: unknown[]) => number;
    let calls = 0;
    vi.spyOn(fs, 'writeSync').mockImplementation(((fd: number, bytes: Uint8Array, ...rest: unknown[]) => {
      if (++calls > 1) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      const [offset, , position] = rest as [number, number, number | null];
      return write(fd, bytes, offset, 100, position);
    }) as typeof fs.writeSync);
  }
  afterEach(() => void vi.restoreAllMocks());

  it('fails the object at hand, and loses none of its bundle', () => {
    const folder = scratchFolder();
    const store = openStore(folder);
    const contents = small(MANY);
    const unlucky = content(4000, 'unlucky');
    for (const each of contents.slice(0, -5)) store.add(oidOf(each), each);
    fillUp();
    expect(() => store.add(oidOf(unlucky), unlucky)).toThrowError(
      expect.objectContaining({ code: 'STORE_FULL' }),
    );
    vi.restoreAllMocks();
    for (const each of contents.slice(-5)) store.add(oidOf(each), each);
    store.flush();
    expect(lost(folder, [...contents, unlucky])).toEqual([unlucky]);
  });

  it('fails an object with a file of its own, and leaves nothing of it', () => {
    const folder = scratchFolder();
    const store = openStore(folder);
    const large = content(50_000, 'large');
    fillUp();
    expect(() => store.add(oidOf(large), large)).toThrowError(
      expect.objectContaining({ code: 'STORE_FULL' }),
    );
    const writer = store.write(large.length);
    expect(() => writer.write(large)).toThrowError(expect.objectContaining({ code: 'STORE_FULL' }));
    writer.abort();
    expect(store.has(oidOf(large), large.length)).toBe(false);
    expect(filesIn(folder)).toEqual([]);
  });
});

describe('eight processes at once', () => {
  it('adding the same contents leave each of them whole', async () => {
    const folder = scratchFolder();
    const script = path.join(folder, 'add.mjs');
    await build({
      stdin: {
        contents: `
          import { createHash } from 'node:crypto';
          import { openStore } from ${JSON.stringify(path.join(projectDir, 'src/store/open.ts'))};
          const store = openStore(process.argv[2]);
          for (let i = 0; i < 600; i++) {
            const size = i % 30 === 0 ? 200_000 : 300;
            const bytes = createHash('shake256', { outputLength: size }).update(String(i)).digest();
            store.add(createHash('sha256').update(bytes).digest('hex'), bytes);
          }
          store.flush();`,
        resolveDir: projectDir,
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: script,
      logLevel: 'warning',
    });
    const shared = path.join(folder, 'store');
    const codes = await Promise.all(
      Array.from({ length: 8 }, () => {
        const child = spawn(process.execPath, [script, shared], { stdio: 'inherit' });
        return new Promise((resolve) => child.once('close', resolve));
      }),
    );
    expect(codes).toEqual(Array(8).fill(0));
    const store = openStore(shared);
    for (let i = 0; i < 600; i++) {
      const each = content(i % 30 === 0 ? 200_000 : 300, i);
      const object = store.open(oidOf(each), each.length)!;
      expect(object.read(0, object.size).equals(each)).toBe(true);
      object.close();
    }
    expect(filesIn(path.join(shared, 'tmp'))).toEqual([]);
  });
});
