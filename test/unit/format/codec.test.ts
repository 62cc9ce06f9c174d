import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canBeBase, codecWith, keepsDelta, loadCodec } from '../../../src/format/codec.ts';
import { CHUNK_MAX } from '../../../src/format/limits.ts';
import { nativeZstd, probe } from '../../../src/format/zstd-native.ts';
import { wasmZstd } from '../../../src/format/zstd-wasm.ts';
import { engines, lines, noise } from './samples.ts';

const all = await engines();
const pairs = all.flatMap((writer) => all.map((reader) => ({ writer, reader })));
const text = lines(10_000).subarray(0, 200_000);
const edited = Buffer.concat([text.subarray(0, 90_000), Buffer.from('an edit'), text.subarray(91_000)]);
const damaged = expect.objectContaining({ code: 'FORMAT_INVALID' });

test('the codec of this Node is its own where that keeps to its word, else the WASM build', async () => {
  expect((await loadCodec()).engine).toBe(nativeZstd() === undefined ? 'wasm' : 'native');
});

test('the probe refuses an engine that ignores its dictionary', async () => {
  const zstd = await wasmZstd();
  expect(probe(zstd)).toBe(true);
  expect(probe({ ...zstd, compress: (data, level) => zstd.compress(data, level) })).toBe(false);
});

describe.each(pairs)('written by $writer.engine, read by $reader.engine', ({ writer, reader }) => {
  test('text becomes a frame', () => {
    const { kind, bytes } = writer.encode(text);
    expect(kind).toBe(1);
    expect(bytes.length).toBeLessThan(text.length / 2);
    expect(reader.decode(kind, bytes, text.length).equals(text)).toBe(true);
  });

  test('noise stays as it is', () => {
    const data = noise(50_000);
    const { kind, bytes } = writer.encode(data);
    expect(kind).toBe(0);
    expect(bytes).toBe(data);
    expect(reader.decode(kind, bytes, data.length)).toBe(bytes);
  });

  test('an edited chunk costs the edit', () => {
    const base = { data: text, storedLength: 60_000, age: 1 };
    const { kind, bytes } = writer.encode(edited, base);
    expect(kind).toBe(2);
    expect(bytes.length).toBeLessThan(1000);
    expect(reader.decode(kind, bytes, edited.length, text).equals(edited)).toBe(true);
  });

  test('the longest chunk and the longest base go through', () => {
    const data = Buffer.concat([noise(CHUNK_MAX - 9), Buffer.from('different')]);
    const { kind, bytes } = writer.encode(data, { data: noise(CHUNK_MAX), storedLength: CHUNK_MAX, age: 1 });
    expect(kind).toBe(2);
    expect(reader.decode(kind, bytes, data.length, noise(CHUNK_MAX)).equals(data)).toBe(true);
  });

  test('any content comes back', () => {
    const contents = fc
      .uint8Array({ minLength: 1, maxLength: 5000, max: 3 })
      .map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(contents, contents, (data, base) => {
        const coded = writer.encode(data, { data: base, storedLength: base.length, age: 1 });
        expect(coded.bytes.length).toBeLessThanOrEqual(data.length);
        expect(reader.decode(coded.kind, coded.bytes, data.length, base).equals(data)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

describe.each(all)('$engine', (codec) => {
  const frame = codec.encode(text).bytes;
  const delta = codec.encode(edited, { data: text, storedLength: 60_000, age: 1 }).bytes;

  test.each([
    ['junk behind it', Buffer.concat([frame, Buffer.from('junk')])],
    ['another frame behind it', Buffer.concat([frame, frame])],
    ['a skippable frame before it', Buffer.concat([Buffer.from('502a4d180100000000', 'hex'), frame])],
    ['its end missing', frame.subarray(0, -1)],
    ['nothing but its header', frame.subarray(0, 9)],
    ['no bytes', Buffer.alloc(0)],
  ])('a frame with %s is refused', (_, bytes) => {
    expect(() => codec.decode(1, bytes, text.length)).toThrow(damaged);
  });

  test.each([text.length - 1, text.length + 1, 1, 0, -1, 2 ** 40, Number.NaN])(
    'a length of %d is refused',
    (length) => {
      expect(() => codec.decode(1, frame, length)).toThrow(damaged);
      expect(() => codec.decode(0, text, length)).toThrow(damaged);
    },
  );

  test('a frame that claims more than a chunk can have is refused before memory is taken', () => {
    const bomb = Buffer.from('28b52ffde0000000000100000001000000', 'hex');
    expect(() => codec.decode(1, bomb, 2 ** 40)).toThrow(damaged);
    expect(() => codec.decode(1, bomb, CHUNK_MAX)).toThrow(damaged);
  });

  test('a frame whose blocks hold more than it claims is refused', () => {
    const rle = Buffer.from('28b52ffd200a020010' + '61' + '03001062', 'hex');
    expect(() => codec.decode(1, rle, 10)).toThrow(damaged);
  });

  test('a frame with a window of its own is refused', () => {
    expect(() => codec.decode(1, Buffer.from('28b52ffd400000010000', 'hex'), 256)).toThrow(damaged);
  });

  test('a base that zstd would take for a dictionary file is neither used nor believed', () => {
    const trap = Buffer.from(text);
    trap.writeUInt32LE(0xec30a437, 0);
    expect(canBeBase(trap)).toBe(false);
    expect(codec.encode(edited, { data: trap, storedLength: 60_000, age: 1 }).kind).toBe(1);
    expect(() => codec.decode(2, delta, edited.length, trap)).toThrow(damaged);
  });

  test('a base too short for zstd is neither used nor believed', () => {
    const short = Buffer.from('1234567');
    expect(codec.encode(short, { data: short, storedLength: 7, age: 1 }).kind).toBe(0);
    expect(() => codec.decode(2, delta, edited.length, short)).toThrow(damaged);
  });

  test('a damaged frame yields an error or wrong bytes of the right length, and the next one still decodes', () => {
    fc.assert(
      fc.property(fc.nat(frame.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Buffer.from(frame);
        bytes[at]! ^= change;
        const outcome = attempt(() => codec.decode(1, bytes, text.length).length);
        expect([text.length, 'FORMAT_INVALID']).toContain(outcome);
        expect(codec.decode(1, frame, text.length).equals(text)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test('random bytes yield an error', () => {
    const magic = Buffer.from('28b52ffd', 'hex');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(100_000), (bytes, length) => {
        const outcome = attempt(() => codec.decode(1, Buffer.concat([magic, bytes]), length).length);
        expect([length, 'FORMAT_INVALID']).toContain(outcome);
      }),
      { numRuns: 300 },
    );
  });

  test('a chunk that is empty or too long is not encoded', () => {
    expect(() => codec.encode(Buffer.alloc(0))).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    expect(() => codec.encode(Buffer.alloc(CHUNK_MAX + 1))).toThrow(
      expect.objectContaining({ code: 'INTERNAL' }),
    );
  });

  test('kind 2 without a base is our own mistake', () => {
    expect(() => codec.decode(2, delta, edited.length)).toThrow(
      expect.objectContaining({ code: 'INTERNAL' }),
    );
  });
});

test('an engine that says too little is found out', async () => {
  const short = codecWith({ ...(await wasmZstd()), decompress: () => Buffer.alloc(3) });
  expect(() => short.decode(1, all[0]!.encode(text).bytes, text.length)).toThrow(damaged);
});

describe('rent or buy', () => {
  test('a delta is worth it while it is small beside its base', () => {
    expect(keepsDelta(600, { storedLength: 1000, age: 1 })).toBe(true);
    expect(keepsDelta(601, { storedLength: 1000, age: 1 })).toBe(false);
  });

  test('a new full chunk is stored once the deltas have cost a good part of the old one', () => {
    const full = { storedLength: 10_000 };
    expect(keepsDelta(100, { ...full, age: 119 })).toBe(true);
    expect(keepsDelta(100, { ...full, age: 120 })).toBe(false);
  });
});

function attempt(action: () => number): number | string {
  try {
    return action();
  } catch (error) {
    return (error as { code: string }).code;
  }
}
