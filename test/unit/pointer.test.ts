import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatPointer,
  looksLikePointer,
  MAX_POINTER_BYTES,
  type Pointer,
  parseLfsPointer,
  parsePointer,
} from '../../src/pointer.ts';

const pointers: fc.Arbitrary<Pointer> = fc.record({
  oid: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  size: fc.oneof(
    fc.integer({ min: 1, max: 1000 }),
    fc.maxSafeInteger().filter((size) => size > 0),
  ),
});
const example: Pointer = { oid: 'ab'.repeat(32), size: 1234 };
const text = formatPointer(example).toString();

describe('a pointer', () => {
  it('is three lines, of which the first names the command that turns it into the file', () => {
    expect(text).toBe(`git-lode 1: git lode pull\noid ${'ab'.repeat(32)}\nsize 1234\n`);
  });

  it('has less constant text than makes git take two of them for one renamed file', () => {
    const constant = formatPointer({ oid: '0'.repeat(64), size: 1 }).length - 64 - 1;
    expect(constant).toBeLessThan(40);
  });

  it('comes back from its text, with LF and with CRLF', () => {
    fc.assert(
      fc.property(pointers, (pointer) => {
        const bytes = formatPointer(pointer);
        expect(parsePointer(bytes)).toEqual(pointer);
        const crlf = Buffer.from(bytes.toString().replaceAll('\n', '\r\n'));
        expect(parsePointer(crlf)).toEqual(pointer);
        expect(crlf.length).toBeLessThanOrEqual(MAX_POINTER_BYTES);
        expect(looksLikePointer(bytes)).toBe(true);
      }),
    );
  });

  it('is only what would be written: one changed, added or missing byte makes it content', () => {
    const bytes = formatPointer(example);
    fc.assert(
      fc.property(
        fc.nat(bytes.length),
        fc.integer({ min: 0, max: 255 }),
        fc.constantFrom('set', 'insert', 'drop'),
        (at, byte, how) => {
          const rest = bytes.subarray(how === 'insert' ? at : at + 1);
          const changed = Buffer.concat([
            bytes.subarray(0, at),
            ...(how === 'drop' ? [] : [Buffer.of(byte)]),
            rest,
          ]);
          const parsed = parsePointer(changed);
          if (parsed === undefined) return;
          // What still parses is another pointer, and written the one way.
          expect(formatPointer(parsed).toString()).toBe(changed.toString('latin1').replaceAll('\r\n', '\n'));
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ['upper-case digits', text.replace('abab', 'ABab')],
    ['a leading zero', text.replace('size 1', 'size 01')],
    ['no size', text.replace('1234', '0')],
    ['a sign', text.replace('size ', 'size +')],
    ['a size that is no exact number', text.replace('1234', '9007199254740993')],
    ['lines in another order', text.replace(/(oid .*\n)(size .*\n)/, '$2$1')],
    ['another line', `${text}x y\n`],
    ['no last line end', text.slice(0, -1)],
    ['a lone carriage return', text.replaceAll('\n', '\r')],
    ['a byte order mark', `\ufeff${text}`],
    ['a version to come', text.replace('git-lode 1', 'git-lode 2')],
    ['two of them', text + text],
    ['nothing', ''],
  ])('is not what has %s', (_, changed) => {
    expect(parsePointer(Buffer.from(changed))).toBeUndefined();
  });

  it('is found inside of a larger buffer', () => {
    const around = Buffer.concat([Buffer.from('xx'), formatPointer(example), Buffer.from('yy')]);
    expect(parsePointer(new Uint8Array(around.buffer, around.byteOffset + 2, text.length))).toEqual(example);
  });
});

describe("git-lfs's pointer", () => {
  const lfs = `version https://git-lfs.github.com/spec/v1\noid sha256:${example.oid}\nsize 1234\n`;
  it('is recognised, and is none of ours', () => {
    expect(parseLfsPointer(Buffer.from(lfs))).toEqual(example);
    expect(parseLfsPointer(Buffer.from(lfs.replace('oid', `ext-0-foo sha256:${example.oid}\noid`)))).toEqual(
      example,
    );
    expect(parsePointer(Buffer.from(lfs))).toBeUndefined();
  });

  it('is not ours or a text that mentions one', () => {
    expect(parseLfsPointer(Buffer.from(text))).toBeUndefined();
    expect(parseLfsPointer(Buffer.from(`see:\n${lfs}`))).toBeUndefined();
  });
});
