import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { incoming } from '../../../src/backend/s3-body.ts';

const expecting = (length: number) => ({ bytes: Buffer.alloc(length), filled: 0 });

describe('the body of an answer', () => {
  it('is read whole, in whatever pieces it comes', async () => {
    const stream = new PassThrough();
    const progress = expecting(6);
    const done = incoming(stream, progress, 1_000);
    for (const piece of ['a', 'bcd', '', 'ef']) stream.write(piece);
    stream.end();
    expect(await done).toBeUndefined();
    expect(progress.bytes.toString()).toBe('abcdef');
  });

  it('may end too early', async () => {
    const stream = new PassThrough();
    const progress = expecting(6);
    stream.end('abc');
    expect(await incoming(stream, progress, 1_000)).toBe('short');
    expect(progress.filled).toBe(3);
  });

  it('may not be longer than was said', async () => {
    const stream = new PassThrough();
    stream.write('abcdefgh');
    expect(await incoming(stream, expecting(6), 1_000)).toBe('long');
    expect(stream.destroyed).toBe(true);
  });

  it('may fall silent', async () => {
    const stream = new PassThrough();
    const progress = expecting(6);
    stream.write('abc');
    expect(await incoming(stream, progress, 20)).toBe('stalled');
    expect(progress.filled).toBe(3);
    expect(stream.destroyed).toBe(true);
  });

  it('may take longer than the silence that is allowed, as long as something comes', async () => {
    const stream = new PassThrough();
    const done = incoming(stream, expecting(8), 200);
    for (let count = 0; count < 8; count += 1) {
      await sleep(50);
      stream.write('a');
    }
    stream.end();
    expect(await done).toBeUndefined();
  });

  it('may break', async () => {
    const stream = new PassThrough();
    const cause = Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    const done = incoming(stream, expecting(6), 1_000);
    stream.destroy(cause);
    expect(await done).toEqual({ cause });
  });

  it('that breaks behind its last byte is whole', async () => {
    const stream = new PassThrough();
    const progress = expecting(3);
    const done = incoming(stream, progress, 1_000);
    stream.write('abc');
    setTimeout(() => stream.destroy(new Error('late')), 5);
    expect(await done).toBeUndefined();
  });
});
