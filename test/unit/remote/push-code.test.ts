import { expect, it } from 'vitest';
import { loadCodec } from '../../../src/format/codec.ts';
import { inlineCoder } from '../../../src/remote/coder.ts';
import { ChunkIndex } from '../../../src/remote/push-chunks.ts';
import { ChunkCoder, type CutChunk } from '../../../src/remote/push-code.ts';
import { text } from '../../support/remote-fixtures.ts';

const data = text(1000, 1);
/** The `i`th chunk of one object, whose hash is one that tables keep a sample of. */
const sampled = (i: number): CutChunk => ({
  object: { oid: 'a'.repeat(64), size: 1e9, blob: '0'.repeat(40), path: 'a.bin' },
  hash: `${String(i).padStart(61, '0')}c00`,
  data,
  last: false,
});

it('gives up asking for samples when they have led to nothing often enough, and counts anew when one has', async () => {
  const chunks = new ChunkIndex();
  const asked: string[] = [];
  const learnFrom = async (hash: string) => {
    asked.push(hash);
    if (asked.length !== 5) return;
    const spot = { slot: { name: 'b'.repeat(64) }, offset: 8, length: 10 };
    chunks.add({ hash, rawLength: data.length, kind: 1, spot });
  };
  const coder = new ChunkCoder({ coder: inlineCoder(await loadCodec()), chunks, learnFrom });
  const known: number[] = [];
  for (let i = 0; i < 40; i++) if ((await coder.code(sampled(i))).known !== undefined) known.push(i);
  expect(known).toEqual([4]);
  expect(asked).toHaveLength(5 + 8);
});
