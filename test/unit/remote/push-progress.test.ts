import { describe, expect, it } from 'vitest';
import { UploadProgress } from '../../../src/remote/push-progress.ts';

function watched() {
  const seen = { bytes: 0, items: 0, skipped: 0, done: 0 };
  const progress = new UploadProgress({
    add: (bytes, items = 0) => {
      seen.bytes += bytes;
      seen.items += items;
    },
    skip: (bytes) => {
      seen.skipped += bytes;
    },
    done: () => {
      seen.done += 1;
    },
  });
  return { seen, progress };
}

const packOf = (bytes: number) => ({ parts: [Buffer.alloc(bytes - 10), Buffer.alloc(10)] });

describe('the progress of an upload', () => {
  it('counts content when its pack is on its way, as far as that has come', () => {
    const { seen, progress } = watched();
    progress.add(6000, 1);
    progress.add(2000, 1);
    const onSent = progress.pack(packOf(1000));
    progress.add(500, 1);
    expect(seen).toMatchObject({ bytes: 0, items: 0 });
    onSent(250);
    expect(seen).toMatchObject({ bytes: 2000, items: 0 });
    onSent(1000);
    onSent(1000);
    expect(seen).toMatchObject({ bytes: 8000, items: 2 });
    progress.pack(packOf(100))(100);
    expect(seen).toMatchObject({ bytes: 8500, items: 3 });
  });

  it('does not count again what is sent again', () => {
    const { seen, progress } = watched();
    progress.add(1000);
    const onSent = progress.pack(packOf(100));
    for (const sent of [40, 80, 20, 60, 100]) onSent(sent);
    expect(seen.bytes).toBe(1000);
  });

  it('counts at the end what needed no pack, unless the push has failed', () => {
    const whole = watched();
    whole.progress.add(0, 3);
    whole.progress.skip(700);
    whole.progress.done(true);
    expect(whole.seen).toEqual({ bytes: 0, items: 3, skipped: 700, done: 1 });
    const failed = watched();
    failed.progress.add(9, 3);
    failed.progress.done(false);
    expect(failed.seen).toEqual({ bytes: 0, items: 0, skipped: 0, done: 1 });
  });
});
