/** Every parser against bytes that somebody else chose: a value or a LodeError, never a crash, never much memory. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkFormatFile, encodeFormatFile } from '../../../src/format/format-file.ts';
import { decodeMark, encodeMark } from '../../../src/format/mark.ts';
import {
  decodePack,
  decodePackTable,
  decodePackTrailer,
  PACK_TRAILER_BYTES,
} from '../../../src/format/pack.ts';
import { decodeRecipe, encodeRecipe } from '../../../src/format/recipe.ts';
import {
  decodeRepositoryFile,
  encodeRepositoryFile,
  repositoryFile,
} from '../../../src/format/repository-file.ts';
import { checksum, sha256 } from '../../../src/format/signature.ts';
import { decodeTable, encodeTable, openTable } from '../../../src/format/table.ts';
import { groupBits, headerBytes } from '../../../src/format/table-layout.ts';
import { hashOf, nameOf, sampleContents, samplePack, sampleRecipe } from './samples.ts';

interface Parser {
  readonly file: string;
  readonly valid: Buffer;
  /** Makes checksums right again after a change, so that what they protect is reached. */
  seal?(bytes: Buffer): void;
  parse(bytes: Buffer): unknown;
}

const table = encodeTable(sampleContents());
const pack = Buffer.concat(samplePack().parts);
const url = repositoryFile('https://host/o/r.git');

/** Makes the header's checksum right again, as far as the counts still say where it is. */
function sealTable(bytes: Buffer): void {
  const end = bytes.length < 28 ? 0 : headerBytes(groupBits(bytes.readUInt32BE(24))) - 16;
  if (end > 0 && bytes.length > end) checksum(bytes.subarray(0, end)).copy(bytes, end);
}

const parsers: Parser[] = [
  {
    file: 'recipe',
    valid: encodeRecipe(sampleRecipe()),
    seal: (bytes) => bytes.length > 16 && checksum(bytes.subarray(0, -16)).copy(bytes, bytes.length - 16),
    parse: (bytes) => decodeRecipe(bytes, nameOf('pack')),
  },
  {
    file: 'table',
    valid: table.bytes,
    seal: sealTable,
    parse: (bytes) => {
      const decoded = decodeTable(bytes, hashOf(bytes));
      return [
        decoded.objects,
        decoded.samples,
        decoded.find(nameOf('a')),
        decoded.findSample(nameOf('chunk')),
      ];
    },
  },
  {
    file: 'pack',
    valid: pack,
    seal: (bytes) => {
      const trailer = bytes.length - PACK_TRAILER_BYTES;
      if (trailer > 0) sha256(bytes.subarray(bytes.readUInt32BE(trailer), trailer)).copy(bytes, trailer + 8);
    },
    parse: (bytes) => decodePack(bytes, hashOf(bytes)),
  },
  {
    file: 'pack read in part',
    valid: pack.subarray(-(PACK_TRAILER_BYTES + 120)),
    parse: (bytes) => {
      const trailer = decodePackTrailer(bytes.subarray(-PACK_TRAILER_BYTES), pack.length, nameOf('pack'));
      return decodePackTable(bytes.subarray(0, -PACK_TRAILER_BYTES), trailer, nameOf('pack'));
    },
  },
  {
    file: 'mark',
    valid: encodeMark({ packs: [nameOf(1), nameOf(2)], tables: [nameOf(3)] }).bytes,
    parse: (bytes) => decodeMark(bytes, hashOf(bytes)),
  },
  {
    file: 'repository file',
    valid: encodeRepositoryFile(url),
    parse: (bytes) => decodeRepositoryFile(bytes, url.id),
  },
  { file: 'format file', valid: encodeFormatFile(), parse: checkFormatFile },
];

/** A copy with some bytes changed, and perhaps its end cut off or something put behind it. */
function mutations(valid: Buffer): fc.Arbitrary<Buffer> {
  // Most of what a file says about itself is near one of its ends.
  const near = fc.oneof(fc.nat(Math.min(200, valid.length - 1)), fc.nat(valid.length - 1));
  const place = fc.oneof(
    near,
    near.map((at) => valid.length - 1 - at),
  );
  const change = fc.tuple(
    place,
    fc.oneof(fc.constantFrom(0, 1, 2, 0x7f, 0x80, 0xff), fc.nat(255)),
    fc.constantFrom(1, 1, 4),
  );
  const tail = fc.oneof(fc.constant(0), fc.integer({ min: -200, max: 60 }));
  return fc.tuple(fc.array(change, { maxLength: 4 }), tail).map(([changes, length]) => {
    const bytes = Buffer.concat([valid, Buffer.alloc(Math.max(0, length))]);
    for (const [at, value, count] of changes) bytes.fill(value, at, Math.min(at + count, bytes.length));
    return bytes.subarray(0, Math.max(0, valid.length + length));
  });
}

function attempt(action: () => unknown): string {
  try {
    action();
    return 'parsed';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

const allowed = ['parsed', 'FORMAT_INVALID', 'FORMAT_UNKNOWN_VERSION'];

describe.each(parsers)('a $file', ({ valid, seal, parse }) => {
  test('is read', () => {
    expect(attempt(() => parse(valid))).toBe('parsed');
  });

  test('of random bytes is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(allowed.slice(1)).toContain(attempt(() => parse(Buffer.from(bytes))));
        const begun = Buffer.concat([valid.subarray(0, 8), bytes]);
        expect(allowed).toContain(attempt(() => parse(begun)));
      }),
      { numRuns: 200 },
    );
  });

  test('that was changed is read or refused', () => {
    fc.assert(
      fc.property(mutations(valid), fc.boolean(), (bytes, sealed) => {
        if (sealed) seal?.(bytes);
        expect(allowed).toContain(attempt(() => parse(bytes)));
      }),
      { numRuns: 400 },
    );
  });

  test('cut off anywhere is refused', () => {
    fc.assert(
      fc.property(fc.nat(valid.length - 2), (length) => {
        expect(attempt(() => parse(Buffer.from(valid.subarray(0, length))))).toBe('FORMAT_INVALID');
      }),
      { numRuns: 100 },
    );
  });
});

test('a table read in part says a value or a LodeError, whatever was changed', async () => {
  await fc.assert(
    fc.asyncProperty(mutations(table.bytes), async (bytes) => {
      sealTable(bytes);
      const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length);
      const outcome = openTable(read, bytes.length, table.name)
        .then((opened) => Promise.all(['a', 'b', 'c', 'x'].map((label) => opened.find(nameOf(label)))))
        .then(
          () => 'parsed',
          (error) => error.code ?? String(error),
        );
      expect(allowed).toContain(await outcome);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['packs', 64],
  ['bases', 68],
  ['chunks', 72],
  ['parts', 76],
])('a recipe that counts four billion %s is refused before memory is taken for them', (_, at) => {
  const bytes = encodeRecipe(sampleRecipe());
  bytes.writeUInt32BE(0xffffffff, at);
  checksum(bytes.subarray(0, -16)).copy(bytes, bytes.length - 16);
  expect(attempt(() => decodeRecipe(bytes, nameOf('pack')))).toBe('FORMAT_INVALID');
});
