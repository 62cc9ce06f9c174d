import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Chunker } from '../../../src/format/chunker.ts';
import { GEAR } from '../../../src/format/gear.ts';
import { CHUNK_MAX, CHUNK_MIN, CHUNK_NOMINAL } from '../../../src/format/limits.ts';
import { hashOf, noise } from './samples.ts';

const content = noise(3_000_000);

function cut(pieces: Iterable<Uint8Array>): Buffer[] {
  const chunker = new Chunker();
  const chunks: Buffer[] = [];
  for (const piece of pieces) chunks.push(...chunker.push(piece));
  return [...chunks, ...chunker.end()];
}

function lengths(chunks: readonly Buffer[]): number[] {
  return chunks.map(({ length }) => length);
}

/** docs/FORMAT.md word by word: the sum over the 32 bytes before a position, tested at every position. */
function cutBySpecification(bytes: Buffer): number[] {
  const found: number[] = [];
  let start = 0;
  for (let end = CHUNK_MIN; end < bytes.length; end++) {
    if (end - start < CHUNK_MIN) continue;
    let hash = 0;
    for (let k = 0; k < 32; k++) hash = (hash + GEAR[bytes[end - 1 - k]!]! * 2 ** k) % 2 ** 32;
    if (hash < 0) hash += 2 ** 32;
    if (hash >= 2 ** 32 / CHUNK_NOMINAL && end - start < CHUNK_MAX) continue;
    found.push(end - start);
    start = end;
  }
  return start < bytes.length ? [...found, bytes.length - start] : found;
}

describe('chunker', () => {
  test('cuts where the specification says', () => {
    expect(lengths(cut([content.subarray(0, 600_000)]))).toEqual(
      cutBySpecification(content.subarray(0, 600_000)),
    );
  });

  test('cuts as every version before it did', () => {
    expect(lengths(cut([content]))).toMatchInlineSnapshot(`
      [
        159861,
        109153,
        152702,
        204098,
        226151,
        45156,
        57494,
        39995,
        142829,
        210659,
        34676,
        305146,
        60595,
        87521,
        93123,
        190139,
        54630,
        270320,
        104388,
        103324,
        140257,
        42036,
        95245,
        70502,
      ]
    `);
  });

  test('gives back all bytes in order', () => {
    expect(Buffer.concat(cut([content])).equals(content)).toBe(true);
  });

  test('has the same cuts however the content is divided', () => {
    const whole = lengths(cut([content]));
    const pieces = fc.array(fc.integer({ min: 0, max: 700_000 }), { maxLength: 30 });
    fc.assert(
      fc.property(pieces, (ends) => {
        const sorted = [0, ...ends.map((end) => end * 4).sort((a, b) => a - b), content.length];
        const divided = sorted.slice(1).map((end, index) => content.subarray(sorted[index], end));
        expect(lengths(cut(divided))).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  test('has the same cuts when every byte comes alone', () => {
    const head = content.subarray(0, 250_000);
    expect(lengths(cut(Array.from(head, (byte) => Uint8Array.of(byte))))).toEqual(lengths(cut([head])));
  });

  test('finds its cuts again behind an insertion', () => {
    const edited = Buffer.concat([
      content.subarray(0, 50_000),
      Buffer.from('inserted'),
      content.subarray(50_000),
    ]);
    const before = new Set(cut([content]).map(hashOf));
    const changed = cut([edited]).filter((chunk) => !before.has(hashOf(chunk)));
    expect(changed.length).toBeLessThanOrEqual(2);
  });

  test('knows the whole window from the first position that may be a cut', () => {
    const [first] = lengths(cut([content]));
    const window = content.subarray(first! - 32, first);
    const cutsAt = (end: number) => lengths(cut([Buffer.alloc(end - 32), window, Buffer.alloc(100_000)]))[0];
    expect(cutsAt(CHUNK_MIN - 1)).toBe(CHUNK_MIN - 1 + 100_000);
    for (let end = CHUNK_MIN; end < CHUNK_MIN + 40; end++) expect(cutsAt(end)).toBe(end);
    expect(cutsAt(CHUNK_MAX)).toBe(CHUNK_MAX);
  });

  test('cuts constant content at the maximum', () => {
    expect(lengths(cut([Buffer.alloc(CHUNK_MAX * 2 + 5)]))).toEqual([CHUNK_MAX, CHUNK_MAX, 5]);
  });

  test('makes one chunk of content that is shorter than the minimum, and none of nothing', () => {
    expect(lengths(cut([content.subarray(0, CHUNK_MIN)]))).toEqual([CHUNK_MIN]);
    expect(lengths(cut([content.subarray(0, 1)]))).toEqual([1]);
    expect(cut([Buffer.alloc(0)])).toEqual([]);
  });

  test('starts anew after the end', () => {
    const chunker = new Chunker();
    const first = [...chunker.push(content), ...chunker.end()];
    const second = [...chunker.push(content), ...chunker.end()];
    expect(lengths(second)).toEqual(lengths(first));
  });

  test('has chunks within the bounds and near the nominal length', () => {
    const all = lengths(cut([noise(20_000_000, 7)]));
    expect(Math.min(...all.slice(0, -1))).toBeGreaterThanOrEqual(CHUNK_MIN);
    expect(Math.max(...all)).toBeLessThanOrEqual(CHUNK_MAX);
    const mean = 20_000_000 / all.length;
    expect(mean).toBeGreaterThan(CHUNK_NOMINAL);
    expect(mean).toBeLessThan(CHUNK_NOMINAL * 1.4);
  });
});

test('docs/FORMAT.md lists the gear table', () => {
  const page = readFileSync(new URL('../../../docs/FORMAT.md', import.meta.url), 'utf8');
  const listed = page.slice(page.indexOf('## The gear table')).matchAll(/\b[0-9a-f]{8}\b/g);
  expect([...listed].map(([word]) => Number.parseInt(word, 16) | 0)).toEqual([...GEAR]);
});

test('the gear table is the one that the format fixed', () => {
  expect(
    [...GEAR.subarray(0, 3)].map((word) => (word >>> 0).toString(16).padStart(8, '0')),
  ).toMatchInlineSnapshot(`
    [
      "d30afa00",
      "ab0b04f8",
      "a2138c5c",
    ]
  `);
  expect(
    hashOf(Buffer.from([...GEAR].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join(''))),
  ).toMatchInlineSnapshot(`"d85b9a3e61ef56f9a590f92c7eb7af3e6d6b33682e9809b6825fafee01069a88"`);
});
