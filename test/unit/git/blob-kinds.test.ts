import { describe, expect, it } from 'vitest';
import { isLodeError } from '../../../src/errors.ts';
import { blobContents } from '../../../src/git/blob-contents.ts';
import { blobKinds, kindOf } from '../../../src/git/blob-kinds.ts';
import { keptAmong } from '../../../src/git/kept-among.ts';
import { writeBlobs } from '../../../src/git/write-blobs.ts';
import { formatPointer } from '../../../src/pointer.ts';
import { createSandbox } from '../../support/sandbox.ts';
import { content } from '../../support/scratch.ts';

const pointer = { oid: 'ab'.repeat(32), size: 7 };
const text = formatPointer(pointer);
const crlf = Buffer.from(text.toString().replaceAll('\n', '\r\n'));
const lfs = Buffer.from(`version https://git-lfs.github.com/spec/v1\noid sha256:${pointer.oid}\nsize 7\n`);

it.each([
  ['a pointer', text, { kind: 'pointer', pointer }],
  ['nothing', Buffer.alloc(0), { kind: 'empty' }],
  ['a pointer with other line ends', crlf, { kind: 'content', size: crlf.length }],
  [
    'a pointer with something behind it',
    Buffer.concat([text, text]),
    { kind: 'content', size: 2 * text.length },
  ],
  ['a pointer of git-lfs', lfs, { kind: 'lfs-pointer', size: lfs.length }],
  ['a text', Buffer.from('text'), { kind: 'content', size: 4 }],
])('%s is told from the rest', (_, bytes, kind) => expect(kindOf(bytes)).toEqual(kind));

describe('blobs', () => {
  const contents = [0, 1, 104, 1024, 1025, 70_000, 3_000_000].map((size) => content(size, size));

  it('are told by what they hold, at whatever size', async () => {
    const box = createSandbox();
    await box.git(['init', '-q']);
    for (const [i, bytes] of [...contents, text, lfs].entries()) box.write(`${i}`, bytes);
    await box.git(['add', '.']);
    const { stdout } = await box.git(['ls-files', '--format=%(objectname)']);
    const ids = stdout.trim().split('\n');
    const kinds = await blobKinds(new Set([...ids, 'ab'.repeat(20)]), { cwd: box.dir, env: box.env });
    expect(ids.map((id) => kinds.get(id))).toEqual([...contents, text, lfs].map(kindOf));
    expect(kinds.size).toBe(ids.length);
  });

  it('are written by one git and read by another, in order, piece by piece', async () => {
    const box = createSandbox();
    const where = { cwd: box.dir, env: box.env };
    await box.git(['init', '-q']);
    await writeBlobs(contents, where);
    const ids: string[] = [];
    for (const input of contents)
      ids.push((await box.git(['hash-object', '--stdin'], { input })).stdout.trim());
    const read: { blob: string; size: number; pieces: Buffer[]; ended?: boolean }[] = [];
    for await (const event of blobContents(ids, where)) {
      if (event.kind === 'begin') read.push({ blob: event.blob, size: event.size, pieces: [] });
      else if (event.kind === 'bytes') read.at(-1)!.pieces.push(Buffer.from(event.bytes));
      else read.at(-1)!.ended = true;
    }
    expect(read.map(({ blob }) => blob)).toEqual(ids);
    for (const [i, { size, pieces, ended }] of read.entries()) {
      expect({ size, ended }).toEqual({ size: contents[i]!.length, ended: true });
      expect(Buffer.concat(pieces).equals(contents[i]!)).toBe(true);
    }
  });

  it('that git does not have are a failure of git', async () => {
    const box = createSandbox();
    await box.git(['init', '-q']);
    const read = async () => {
      for await (const _ of blobContents(['ab'.repeat(20)], { cwd: box.dir, env: box.env }));
    };
    const error = await read().catch((thrown: unknown) => thrown);
    expect(isLodeError(error, 'GIT_FAILED')).toBe(true);
  });
});

describe('the files that git-lode keeps', () => {
  it('are told by the attributes, in order, however many there are', async () => {
    const box = createSandbox();
    await box.git(['init', '-q']);
    box.write('.gitattributes', '*.bin filter=lode\n*.lfs filter=lfs\nnot.bin -filter\n');
    box.write('sub/.gitattributes', 'plain !filter\n* filter=lode\n');
    const names = ['a.bin', 'b.lfs', 'not.bin', 'c.txt', 'sub/plain', 'line\nend.bin', 'lode'];
    for (let i = 0; i < 3000; i++) names.push(i % 3 === 0 ? `${i}.bin` : `${i}.txt`);
    async function* batches() {
      yield [];
      for (let at = 0; at < names.length; at += 700)
        yield names.slice(at, at + 700).map((name) => ({ path: Buffer.from(name) }));
    }
    const kept: string[] = [];
    for await (const batch of keptAmong(batches(), { cwd: box.dir, env: box.env }))
      kept.push(...batch.map(({ path }) => path.toString()));
    expect(kept).toEqual(
      names.filter((name) => (/\.bin$/.test(name) && name !== 'not.bin') || name === 'sub/plain'),
    );
  });
});
