import fs from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blobIs,
  forgetSize,
  isWholeFourGiB,
  mayPatch,
  readSizeWord,
  visitEntries,
  writeStat,
} from '../../../src/worktree/git-index.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

interface Kind {
  readonly name: string;
  readonly init?: readonly string[];
  readonly steps?: readonly (readonly string[])[];
  readonly patchable?: boolean;
}

const kinds: readonly Kind[] = [
  { name: 'version 2' },
  { name: 'version 3', steps: [['add', '-N', 'later.txt']] },
  { name: 'version 4', steps: [['update-index', '--index-version=4']] },
  { name: 'SHA-256', init: ['--object-format=sha256'] },
  {
    name: 'SHA-256, version 4',
    init: ['--object-format=sha256'],
    steps: [['update-index', '--index-version=4']],
  },
  { name: 'untracked cache', steps: [['update-index', '--untracked-cache'], ['status']] },
  {
    name: 'end of index and offset table',
    steps: [
      [
        '-c',
        'index.threads=2',
        '-c',
        'index.recordEndOfIndexEntries=true',
        '-c',
        'index.recordOffsetTable=true',
        'update-index',
        '--force-write-index',
      ],
    ],
  },
  { name: 'no checksum', steps: [['-c', 'index.skipHash=true', 'update-index', '--force-write-index']] },
  {
    name: 'sparse',
    steps: [
      ['commit', '-qm', 'one'],
      ['sparse-checkout', 'set', '--cone', '--sparse-index', 'sub'],
    ],
  },
  { name: 'split', steps: [['update-index', '--split-index']], patchable: false },
  {
    name: 'split, with changes',
    steps: [
      ['update-index', '--split-index'],
      ['rm', '-q', '--cached', 'a.bin'],
    ],
    patchable: false,
  },
];

async function indexOf(
  box: Sandbox,
  { init = [], steps = [] }: Kind,
): Promise<{ bytes: Buffer; hashBytes: number }> {
  await box.git(['init', '-q', ...init]);
  for (const name of [
    'a.bin',
    'a/b.bin',
    'sub/c.bin',
    'sub/deep/d.bin',
    `${'x'.repeat(200)}/${'y'.repeat(200)}`,
    'größe\nné',
    'later.txt',
  ]) {
    box.write(name, name);
  }
  await box.git(['add', '.', ':!later.txt']);
  for (const step of steps) await box.git(step);
  const hashBytes = init.length > 0 ? 32 : 20;
  return { bytes: fs.readFileSync(box.path('.git/index')), hashBytes };
}

/** What git itself says about its index: names, stages, object ids and sizes. */
async function byGit(box: Sandbox): Promise<string[]> {
  const { bytes } = await box.git(['ls-files', '--stage', '--sparse', '-z']);
  return bytes.toString('latin1').split('\0').slice(0, -1);
}

describe("git's index, as git writes it", () => {
  it.each(kinds)('$name', async (kind) => {
    const box = createSandbox();
    const { bytes, hashBytes } = await indexOf(box, kind);
    const found: string[] = [];
    const end = visitEntries(bytes, hashBytes, (entry) => {
      const oid = bytes.toString('hex', entry.offset + 40, entry.offset + 40 + hashBytes);
      const mode = bytes
        .readUInt32BE(entry.offset + 24)
        .toString(8)
        .padStart(6, '0');
      expect(blobIs(bytes, entry, Buffer.from(oid, 'hex'))).toBe(true);
      expect(blobIs(bytes, entry, Buffer.alloc(hashBytes))).toBe(false);
      found.push(`${mode} ${oid} ${entry.stage}\t${entry.name}`);
    });
    expect(end).toBeLessThanOrEqual(bytes.length - hashBytes);
    expect(mayPatch(bytes, end, hashBytes)).toBe(kind.patchable !== false);
    if (kind.patchable !== false) expect(found).toEqual(await byGit(box));
  });

  it('with the sides of a conflict', async () => {
    const box = createSandbox();
    await box.git(['init', '-q']);
    const lines = [1, 2, 3].map((stage) => `100644 ${'ab'.repeat(20)} ${stage}\tfile\n`).join('');
    await box.git(['update-index', '--index-info'], { input: lines });
    const bytes = fs.readFileSync(box.path('.git/index'));
    const stages: number[] = [];
    visitEntries(bytes, 20, ({ stage }) => stages.push(stage));
    expect(stages).toEqual([1, 2, 3]);
  });

  it('with an extension that git must understand and we do not', () => {
    const bytes = Buffer.concat([header(2, 0), extension('TREE'), extension('sdir'), Buffer.alloc(20)]);
    expect(mayPatch(bytes, 12, 20)).toBe(true);
    const unknown = Buffer.concat([header(2, 0), extension('TREE'), extension('zzzz'), Buffer.alloc(20)]);
    expect(mayPatch(unknown, 12, 20)).toBe(false);
  });
});

function header(version: number, count: number): Buffer {
  const bytes = Buffer.from('DIRC\0\0\0\0\0\0\0\0', 'latin1');
  bytes.writeUInt32BE(version, 4);
  bytes.writeUInt32BE(count, 8);
  return bytes;
}

function extension(name: string): Buffer {
  return Buffer.concat([Buffer.from(name), Buffer.from([0, 0, 0, 5]), Buffer.from('12345')]);
}

describe('stat data in an entry', () => {
  it('is what git records itself', async () => {
    const box = createSandbox();
    const { bytes } = await indexOf(box, { name: 'version 2' });
    const before = Buffer.from(bytes);
    visitEntries(bytes, 20, (entry) => {
      if (entry.stage !== 0 || entry.name.includes('\n')) return;
      expect(readSizeWord(bytes, entry)).toBe(entry.name.length);
      bytes.fill(0, entry.offset, entry.offset + 24).fill(0, entry.offset + 28, entry.offset + 40);
      forgetSize(bytes, entry);
      expect(readSizeWord(bytes, entry)).toBe(0);
      writeStat(bytes, entry, fs.lstatSync(box.path(entry.name), { bigint: true }), 0);
    });
    expect(bytes.equals(before)).toBe(true);
  });

  it('holds sizes, times and inodes of more than 32 bits as git does', () => {
    const stat = {
      ctimeNs: 0n,
      mtimeNs: 5_000_000_007n,
      dev: 1n << 40n,
      ino: (7n << 32n) + 9n,
      uid: 1n,
      gid: 2n,
      size: (3n << 32n) + 11n,
    };
    const bytes = Buffer.alloc(62);
    const entry = { offset: 0, stage: 0, name: 'x' };
    writeStat(bytes, entry, stat, 0x80000000);
    expect([8, 12, 16, 20, 28, 32, 36].map((at) => bytes.readUInt32BE(at))).toEqual([5, 7, 0, 9, 1, 2, 11]);
  });

  it.each([[0], [0x80000000]])('holds a whole multiple of 4 GiB as the git at hand does (%i)', (word) => {
    const size = 2n << 32n;
    const bytes = Buffer.alloc(62, 1);
    const entry = { offset: 0, stage: 0, name: 'x' };
    writeStat(bytes, entry, { ctimeNs: 0n, mtimeNs: 0n, dev: 0n, ino: 0n, uid: 0n, gid: 0n, size }, word);
    expect(isWholeFourGiB(size)).toBe(true);
    expect(readSizeWord(bytes, entry)).toBe(word);
    expect(isWholeFourGiB(size + 1n) || isWholeFourGiB(0n)).toBe(false);
  });
});

describe('bytes that git would not have written', () => {
  function visit(bytes: Buffer, hashBytes: number): void {
    let visited = 0;
    try {
      const end = visitEntries(bytes, hashBytes, ({ name, offset }) => {
        visited++;
        expect(offset + 40 + hashBytes).toBeLessThan(bytes.length);
        expect(name.length).toBeLessThanOrEqual(bytes.length);
      });
      mayPatch(bytes, end, hashBytes);
    } catch (error) {
      expect(error).toMatchObject({ code: 'FORMAT_INVALID' });
    }
    expect(visited * 40).toBeLessThanOrEqual(bytes.length);
  }

  it('are refused, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 0, max: 6 }),
        fc.nat(),
        (rest, version, count) => {
          visit(Buffer.concat([header(version, count), rest]), 20);
          visit(Buffer.from(rest), 32);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('are refused or read within their bounds, where a real index was changed or cut', async () => {
    const samples = await realIndexes();
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.array(change, { maxLength: 8 }),
        fc.option(fc.nat()),
        ({ bytes, hashBytes }, changes, cut) => {
          const copy = Buffer.from(bytes.subarray(0, cut === null ? bytes.length : cut % bytes.length));
          for (const [at, byte] of changes) if (copy.length > 0) copy[at % copy.length] = byte;
          visit(copy, hashBytes);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('cost no more than their length, where each name repeats the one before', () => {
    const long = Buffer.alloc(20_000, 'n');
    const entry = (strip: number[], name: Buffer) =>
      Buffer.concat([Buffer.alloc(62), Buffer.from(strip), name, Buffer.of(0)]);
    const entries = [entry([0], long), ...Array.from({ length: 5000 }, () => entry([0], Buffer.from('x')))];
    const bytes = Buffer.concat([header(4, entries.length), ...entries, Buffer.alloc(20)]);
    expect(() => visitEntries(bytes, 20, () => {})).toThrowError(
      expect.objectContaining({ code: 'FORMAT_INVALID' }),
    );
  });
});

/** Small real indexes, made once. */
async function realIndexes(): Promise<{ bytes: Buffer; hashBytes: number }[]> {
  const samples = [];
  for (const kind of kinds.slice(0, 6)) {
    const box = createSandbox();
    samples.push(await indexOf(box, kind));
  }
  return samples;
}
