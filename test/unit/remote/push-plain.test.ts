import { describe, expect, it } from 'vitest';
import type { EncodedChunk } from '../../../src/format/codec.ts';
import { loadCodec } from '../../../src/format/codec.ts';
import { inlineCoder } from '../../../src/remote/coder.ts';
import { PlainCoder } from '../../../src/remote/push-plain.ts';
import { noise, text } from '../../support/remote-fixtures.ts';

/** How many of `contents` were tried, and what became of the last. */
async function coded(contents: readonly Buffer[], how: 'now' | 'awaited') {
  const coder = inlineCoder(await loadCodec());
  let tried = 0;
  const { encodeNow } = coder;
  coder.encodeNow = (...args) => {
    tried++;
    return encodeNow.apply(coder, args);
  };
  const { encode } = coder;
  coder.encode = (...args) => {
    tried++;
    return encode.apply(coder, args);
  };
  const plain = new PlainCoder(coder);
  let last: EncodedChunk | undefined;
  for (const content of contents)
    last = how === 'now' ? plain.encodeNow(content) : await plain.encode(content);
  return { tried, last };
}

describe.each(['now', 'awaited'] as const)('chunks without a base, coded %s', (how) => {
  it('are made smaller where that pays', async () => {
    const { last } = await coded([noise(300), text(300)], how);
    expect(last!.kind).toBe(1);
    expect(last!.bytes.length).toBeLessThan(300);
  });

  it('are tried less and less where none can be made smaller', async () => {
    const contents = Array.from({ length: 5000 }, (_, i) => noise(275, i));
    const { tried, last } = await coded(contents, how);
    expect(last).toEqual({ kind: 0, bytes: contents.at(-1) });
    expect(tried).toBeGreaterThan(64 + 100);
    expect(tried).toBeLessThan(64 + 1000 / 8 + 4000 / 64 + 10);
  });

  it('are all tried again soon after one could', async () => {
    const contents = [
      ...Array.from({ length: 2000 }, (_, i) => noise(275, i)),
      ...Array.from({ length: 65 }, () => text(275)),
    ];
    expect((await coded(contents, how)).last!.kind).toBe(1);
  });
});
