import { describe, expect, it } from 'vitest';
import { CHUNK_MAX } from '../../../src/format/limits.ts';
import { cutVerified } from '../../../src/remote/push-cut.ts';
import { PieceReader } from '../../../src/remote/push-read.ts';
import type { StoredObject } from '../../../src/store/store.ts';
import { noise, sha256 } from '../../support/remote-fixtures.ts';

function stored(content: Buffer): StoredObject {
  return {
    size: content.length,
    file: undefined,
    read: (offset, length, into = Buffer.alloc(length)) =>
      into.subarray(0, content.copy(into, 0, offset, offset + length)),
    close() {},
  };
}

describe('reading and cutting an object', () => {
  it.each([1, 1000, 40_000, 100_000, CHUNK_MAX, 1024 * 1024, 7_500_000])(
    'gives its %i bytes, in chunks that are hashed',
    (size) => {
      const content = noise(size);
      const oid = sha256(content);
      const parts: Buffer[] = [];
      // Each chunk is copied before the next is asked for, as the packer does: the pieces' buffers are used again.
      for (const batch of cutVerified(new PieceReader(1).read(stored(content)), {
        oid,
        size: content.length,
      })) {
        for (const { hash, data } of batch) {
          expect(sha256(data)).toBe(hash);
          parts.push(Buffer.from(data));
        }
      }
      expect(Buffer.concat(parts).equals(content)).toBe(true);
      if (size <= 32 * 1024) expect(parts.map(sha256)).toEqual([oid]);
    },
  );

  it('reads into the same few buffers', () => {
    const buffers = new Set<ArrayBufferLike>();
    for (const piece of new PieceReader(1).read(stored(Buffer.alloc(20 * 1024 * 1024))))
      buffers.add(piece.buffer);
    expect(buffers.size).toBe(5);
  });

  it('hands on the last chunks of a rotten object to nobody', () => {
    const content = noise(3_000_000);
    const oid = sha256(content);
    content[10]! ^= 1;
    let seen = 0;
    const cut = () => {
      for (const batch of cutVerified(new PieceReader(1).read(stored(content)), {
        oid,
        size: content.length,
      })) {
        for (const { data } of batch) seen += data.length;
      }
    };
    expect(cut).toThrow(expect.objectContaining({ code: 'OBJECT_CORRUPT', subject: oid }));
    expect(seen).toBeLessThan(content.length);
  });

  it.each([6, 40_000, 1024 * 1024])('gives nothing at all of a small rotten object (%i bytes)', (size) => {
    const cut = cutVerified([noise(size)], { oid: sha256(Buffer.from('it')), size });
    expect(() => cut.next()).toThrow(expect.objectContaining({ code: 'OBJECT_CORRUPT' }));
  });
});
