import fs from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MAX_PACKET, PacketReader } from '../../../src/filter/packet-reader.ts';
import { PacketWriter, packetList, wholeAnswer } from '../../../src/filter/packet-writer.ts';
import { content } from '../../support/scratch.ts';
import { input, output, packet, packets, readerOf, unpack } from './pipes.ts';

const { readSync, writeSync } = fs;
afterEach(() => void vi.restoreAllMocks());

/**
 * Makes every read and write of a file descriptor move at most so many bytes, in turn; 0 stands for a pipe that is not ready. Large
 * contents are given larger pieces, `total` bytes in some thousand.
 */
function inPieces(sizes: readonly number[], total = 0): void {
  let turn = 0;
  const limited =
    (original: (...args: never[]) => number) =>
    (...args: unknown[]) => {
      const size = sizes[turn++ % sizes.length]!;
      const most = size * (1 + Math.floor(total / 1000));
      if (most === 0) throw Object.assign(new Error('try again'), { code: turn % 2 ? 'EAGAIN' : 'EINTR' });
      const [fd, bytes, offset, length, position] = args;
      return original(...([fd, bytes, offset, Math.min(length as number, most), position] as never[]));
    };
  vi.spyOn(fs, 'readSync').mockImplementation(limited(readSync) as typeof fs.readSync);
  vi.spyOn(fs, 'writeSync').mockImplementation(limited(writeSync) as typeof fs.writeSync);
}

const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 70_000 })), {
  minLength: 1,
  maxLength: 6,
});
const payloads = fc.array(
  fc.option(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.integer({ min: 0, max: MAX_PACKET - 4 }).map((n) => content(n, n)),
    ),
  ),
  { maxLength: 30 },
);

function readAll(reader: PacketReader): (string | null)[] {
  const found: (string | null)[] = [];
  for (let next = reader.next(); next !== undefined; next = reader.next()) {
    found.push(next === null ? null : next.toString('latin1'));
  }
  return found;
}

describe('the packet reader', () => {
  it('gives the same packets however the pipe splits them', () => {
    fc.assert(
      fc.property(payloads, sizes, (sent, pieces) => {
        const bytes = packets(...sent);
        const reader = readerOf(bytes);
        inPieces(pieces, bytes.length);
        const found = readAll(reader);
        vi.restoreAllMocks();
        expect(found).toEqual(sent.map((each) => each && Buffer.from(each).toString('latin1')));
      }),
      { numRuns: 40 },
    );
  });

  it('waits where a pipe has nothing yet', () => {
    const reader = readerOf(packets('a', null));
    inPieces([0, 0, 3, 0]);
    expect(readAll(reader)).toEqual(['a', null]);
  });

  it('takes more than its buffer holds', () => {
    const large = Array.from({ length: 40 }, (_, i) => content(MAX_PACKET - 4 - i, i));
    expect(readAll(readerOf(packets(...large)))).toEqual(large.map((each) => each.toString('latin1')));
  });

  it.each(['0001', '0002', '0003', 'fff1', 'ffff', 'zzzz', '00 5', '-005', '0x05', '\0\0\0\0'])(
    'refuses the length %j',
    (length) => {
      expect(() => readerOf(length, 'x'.repeat(70_000)).next()).toThrowError(
        expect.objectContaining({ code: 'FORMAT_INVALID' }),
      );
    },
  );

  it('takes lengths in either case', () => {
    expect(readAll(readerOf('000A', '123456', '000a', '123456'))).toEqual(['123456', '123456']);
  });

  it('tells an input that ends between packets from one that ends inside', () => {
    const whole = packets('one', 'two');
    for (let end = 0; end <= whole.length; end++) {
      const reader = readerOf(whole.subarray(0, end));
      if (end === 0 || end === 7 || end === whole.length) expect(() => readAll(reader)).not.toThrow();
      else expect(() => readAll(reader)).toThrowError(expect.objectContaining({ code: 'FORMAT_INVALID' }));
    }
  });

  it('says nothing but that about any other bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readAll(readerOf(Buffer.from(bytes)));
        } catch (error) {
          expect(error).toMatchObject({ code: 'FORMAT_INVALID' });
        }
      }),
      { numRuns: 200 },
    );
  });

  it('passes on an error of the system', () => {
    const fd = input(Buffer.alloc(0));
    vi.spyOn(fs, 'readSync').mockImplementation(() => {
      throw Object.assign(new Error('i/o'), { code: 'EIO' });
    });
    expect(() => new PacketReader(fd).next()).toThrowError(expect.objectContaining({ code: 'EIO' }));
  });
});

describe('the packet writer', () => {
  it('sends a content of any size in packets that git takes, however the pipe takes them', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 65_000, max: 2_200_000 })),
        sizes,
        (size, pieces) => {
          const bytes = content(size, size);
          const out = output();
          inPieces(pieces, size);
          new PacketWriter(out.fd).sendContent(size, (offset, length) =>
            bytes.subarray(offset, offset + length),
          );
          vi.restoreAllMocks();
          const sent = unpack(out.written());
          expect(sent.slice(0, 2)).toEqual(['status=success\n', null]);
          expect(sent.slice(-2)).toEqual([null, null]);
          const parts = sent.slice(2, -2) as string[];
          expect(parts.every((part) => part.length <= 65_516)).toBe(true);
          expect(Buffer.from(parts.join(''), 'latin1').equals(bytes)).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('answers a small content in one write', () => {
    const out = output();
    const write = vi.spyOn(fs, 'writeSync');
    new PacketWriter(out.fd).sendContent(5, () => Buffer.from('hello'));
    expect(write).toHaveBeenCalledTimes(1);
    expect(out.written().equals(wholeAnswer(Buffer.from('hello')))).toBe(true);
    expect(unpack(out.written())).toEqual(['status=success\n', null, 'hello', null, null]);
  });

  it('answers an empty content without a packet for it', () => {
    expect(unpack(wholeAnswer(Buffer.alloc(0)))).toEqual(['status=success\n', null, null, null]);
  });

  it('ends a content that cannot be read to its end before it says so', () => {
    const out = output();
    const writer = new PacketWriter(out.fd);
    const part = content(1_048_256, 1);
    expect(() =>
      writer.sendContent(3_000_000, (offset) => {
        if (offset > 0) throw new Error('the disk is gone');
        return part;
      }),
    ).toThrowError('the disk is gone');
    writer.sendError();
    writer.sendError();
    // gitattributes(5): content, flush, then the list that carries the late status.
    expect(unpack(out.written()).slice(-6)).toEqual([
      expect.any(String),
      null,
      'status=error\n',
      null,
      'status=error\n',
      null,
    ]);
  });

  it('lists lines', () => {
    expect(packetList('a=b', 'c').equals(packets('a=b\n', 'c\n', null))).toBe(true);
    expect(packetList().equals(packet(null))).toBe(true);
  });
});
