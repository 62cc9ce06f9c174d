import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitRecords } from '../../../src/git/records.ts';

async function* pieces(bytes: Buffer, cuts: readonly number[]) {
  let start = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    yield bytes.subarray(start, Math.max(start, cut));
    start = Math.max(start, cut);
  }
  yield bytes.subarray(start);
}

describe('splitting a stream into records', () => {
  it('gives the same records wherever the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes.map((b) => b || 1)))),
        fc.array(fc.nat(200), { maxLength: 8 }),
        async (records, cuts) => {
          const stream = Buffer.concat(records.flatMap((record) => [record, Buffer.of(0)]));
          const found: Buffer[] = [];
          for await (const batch of splitRecords(
            pieces(
              stream,
              cuts.map((c) => Math.min(c, stream.length)),
            ),
            0,
          ))
            found.push(...batch);
          expect(found).toEqual(records);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('refuses a record that never ends', async () => {
    const endless = async function* () {
      for (;;) yield Buffer.alloc(64 * 1024, 65);
    };
    const read = async () => {
      for await (const _ of splitRecords(endless(), 10)) throw new Error('there is no record');
    };
    await expect(read()).rejects.toMatchObject({ code: 'GIT_FAILED' });
  });
});
