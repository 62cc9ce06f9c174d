import { describe, expect, it } from 'vitest';
import { openMemory } from '../../../src/backend/memory.ts';
import { pendingUploads, pushRefs } from '../../../src/remote/push.ts';
import { expectWhole } from '../../support/push-remote.ts';
import { Pusher } from '../../support/pusher.ts';
import { noise } from '../../support/remote-fixtures.ts';

async function twoBranches() {
  const memory = openMemory();
  const pusher = await Pusher.create(memory);
  await pusher.commit({ 'a.bin': noise(100, 1) });
  await pusher.git('checkout', '--quiet', '-b', 'other');
  await pusher.commit({ 'b.bin': noise(200, 2) });
  await pusher.git('tag', '--annotate', '--message=tag', 'v1');
  await pusher.git('checkout', '--quiet', 'main');
  const origin = { name: 'origin', url: pusher.box.path('../origin.git') };
  const push = (...refs: string[]) => pushRefs(pusher.context(), origin, refs);
  return { memory, pusher, push };
}

describe('a push of refs by name', () => {
  it('brings every branch and tag, if none is named', async () => {
    const { memory, push } = await twoBranches();
    expect(await push()).toMatchObject({ objects: 2, uploadedObjects: 2 });
    await expectWhole(memory, [noise(100, 1), noise(200, 2)]);
  });

  it('takes refspecs as git does', async () => {
    const { push } = await twoBranches();
    expect(await push('+main:refs/heads/elsewhere', ':refs/heads/gone')).toMatchObject({ objects: 1 });
    expect(await push('v1')).toMatchObject({ objects: 2, uploadedObjects: 1 });
  });

  it('names a ref that is not there, and takes no option for one', async () => {
    const { push } = await twoBranches();
    for (const ref of ['nothing', '--all']) {
      await expect(push('main', ref)).rejects.toMatchObject({ code: 'USAGE', subject: ref });
    }
  });
});

describe('what waits to be uploaded', () => {
  it('is what the remote-tracking refs do not reach, of every branch and of HEAD', async () => {
    const { pusher } = await twoBranches();
    expect(await pendingUploads(pusher.repository, 'origin')).toEqual({ objects: 2, bytes: 300 });
    await pusher.push();
    expect(await pendingUploads(pusher.repository, 'origin')).toEqual({ objects: 1, bytes: 200 });
    await pusher.git('checkout', '--quiet', '--detach');
    await pusher.commit({ 'c.bin': noise(400, 3) });
    expect(await pendingUploads(pusher.repository, 'origin')).toEqual({ objects: 2, bytes: 600 });
  });

  it('is nothing in a repository without a commit', async () => {
    const pusher = await Pusher.create(openMemory());
    expect(await pendingUploads(pusher.repository, 'origin')).toEqual({ objects: 0, bytes: 0 });
  });
});
