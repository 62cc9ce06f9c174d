import { describe, expect, it } from 'vitest';
import { openMemory } from '../../../src/backend/memory.ts';
import { HOUR } from '../../../src/remote/times.ts';
import { A, B, clocks, expectWhole, LARGE, once, tablesOf } from '../../support/push-remote.ts';
import { Pusher } from '../../support/pusher.ts';

describe('the commits that a push takes for granted', () => {
  async function withStaleTrackingRef() {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.bin': A });
    await pusher.push();
    // Commits that git believes to be on the remote, and whose data never went there.
    await pusher.commit({ 'b.bin': B });
    await pusher.git('push', '--quiet', '--no-verify', 'origin', 'HEAD:refs/heads/gone');
    const gone = (await pusher.git('rev-parse', 'HEAD')).stdout.trim();
    return { memory, pusher, gone };
  }

  it('are widened when the git remote does not reach them any more', async () => {
    const { memory, pusher } = await withStaleTrackingRef();
    await pusher.box.git(['update-ref', '-d', 'refs/heads/gone'], { cwd: '../origin.git' });
    await pusher.commit({ 'l.bin': LARGE });
    const ref = 'refs/heads/topic';
    const head = (await pusher.git('rev-parse', 'HEAD')).stdout.trim();
    const summary = await pusher.hook({ stdin: `${ref} ${head} ${ref} ${'0'.repeat(40)}\n` });
    expect(summary).toMatchObject({ objects: 2, uploadedObjects: 2 });
    await expectWhole(memory, [B, LARGE]);
  });

  it('are asked for at the git remote where git did not tell them to the hook, and stay if it has them', async () => {
    const { memory, pusher, gone } = await withStaleTrackingRef();
    await pusher.commit({ 'l.bin': LARGE });
    const ref = 'refs/heads/topic';
    const head = (await pusher.git('rev-parse', 'HEAD')).stdout.trim();
    const summary = await pusher.hook({ stdin: `${ref} ${head} ${ref} ${'0'.repeat(40)}\n` });
    expect(summary).toMatchObject({ objects: 1 });
    const { pushes } = tablesOf(memory).at(-1)!;
    expect(
      [...pushes, ...tablesOf(memory).flatMap((table) => table.pushes)].some(
        ({ bases }) => bases[0] === gone,
      ),
    ).toBe(true);
  });

  it('are believed from the hook’s input for an hour, without asking', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.bin': A });
    await pusher.push();
    await pusher.commit({ 'b.bin': B });
    const stdin = await pusher.hookInput();
    // Nobody answers at this URL: a question would be told, and would widen the push.
    await pusher.hook({ stdin });
    expect(pusher.lines).toEqual([]);
  });

  it('are asked for once the hook is older than an hour', async () => {
    const time = clocks();
    const memory = openMemory({ clock: time.store });
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.bin': A });
    await pusher.push({ clocks: time.local });
    await pusher.commit({ 'b.bin': B });
    const stdin = await pusher.hookInput();
    await pusher.box.git(['update-ref', '-d', 'refs/heads/main'], { cwd: '../origin.git' });
    pusher.use(
      once(
        memory,
        ({ operation, key }) => operation === 'put' && key.startsWith('packs/'),
        () => time.pass(HOUR + 1),
      ),
    );
    const summary = await pusher.hook({ stdin, clocks: time.local });
    expect(summary).toMatchObject({ objects: 2 });
  });

  it('are not trusted where the git remote does not answer: the whole history is looked up', async () => {
    const { pusher } = await withStaleTrackingRef();
    await pusher.hook({ url: pusher.box.path('../nowhere.git') });
    await pusher.commit({ 'l.bin': LARGE });
    const ref = 'refs/heads/topic';
    const head = (await pusher.git('rev-parse', 'HEAD')).stdout.trim();
    const stdin = `${ref} ${head} ${ref} ${'0'.repeat(40)}\n`;
    expect(await pusher.hook({ stdin, url: pusher.box.path('../nowhere.git') })).toMatchObject({
      objects: 3,
    });
    expect(pusher.lines.join()).toContain('does not say what it has');
  });
});
