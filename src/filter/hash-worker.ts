import { createHash } from 'node:crypto';
import { workerData } from 'node:worker_threads';
import { RING_SLOTS, ringMemory, STATE } from './hash-ring.ts';

// The thread behind threadHasher: takes slots as they are handed in, for ever; it ends with its process.
const { control, digest, slots } = ringMemory(workerData as SharedArrayBuffer);
let hash = createHash('sha256');
for (let taken = 0; ; ) {
  for (let submitted = Atomics.load(control, STATE.submitted); submitted === taken; ) {
    Atomics.wait(control, STATE.submitted, submitted);
    submitted = Atomics.load(control, STATE.submitted);
  }
  const length = control[STATE.lengths + (taken % RING_SLOTS)]!;
  if (length >= 0) {
    hash.update(slots[taken % RING_SLOTS]!.subarray(0, length));
  } else {
    hash.digest().copy(digest);
    hash = createHash('sha256');
    Atomics.add(control, STATE.digests, 1);
    Atomics.notify(control, STATE.digests);
  }
  taken++;
  Atomics.store(control, STATE.taken, taken);
  Atomics.notify(control, STATE.taken);
}
