import type { Task } from '../report.ts';
import type { Store } from '../store/store.ts';
import type { OldVersions } from './push-delta-versions.ts';
import type { Entry, PackSlot } from './push-entry.ts';
import type { Packer } from './push-pack.ts';
import type { PlainCoder } from './push-plain.ts';
import type { PushObject } from './push-scope.ts';
import { TURN_BYTES, type Turns } from './push-turns.ts';

/** A smaller object is one chunk, and read, hashed and coded sooner than another thread is told of it. */
export const WORTH_TELLING = 16 * 1024;

/** Objects that are uploaded between two awaits: one for each would cost most of the time. */
const BATCH = 4096;

const NOTHING: ReadonlySet<PackSlot> = new Set();
const NO_SAMPLES: readonly string[] = [];

export interface SmallStages {
  readonly store: Store;
  readonly coder: PlainCoder;
  readonly packer: Packer;
  readonly versions: OldVersions;
  readonly task: Pick<Task, 'add'>;
  readonly turns: Turns;
}

/**
 * Step 3 for small objects that were made from no other: each is read, verified, coded and packed in one go, where the `Uploader` takes
 * a larger one through stages that work at the same time.
 */
export class SmallUploader {
  readonly #stages: SmallStages;
  /** What the store does not give back as it should: for the `Uploader`, which says what is wrong with it. */
  readonly left: PushObject[] = [];

  constructor(stages: SmallStages) {
    this.#stages = stages;
  }

  /** The objects' entries, in their order, in batches: their packs may still be open or on their way. Throws INTERRUPTED. */
  async *upload(objects: readonly PushObject[]): AsyncGenerator<readonly Entry[], void, undefined> {
    const { packer, task, turns } = this.#stages;
    let entries: Entry[] = [];
    let bytes = 0;
    for (const object of objects) {
      if (entries.length === BATCH || bytes >= TURN_BYTES) {
        task.add(bytes, entries.length);
        yield entries;
        await turns.next();
        entries = [];
        bytes = 0;
      }
      if (!packer.hasRoom(object.size)) await packer.seal();
      const entry = this.#pack(object);
      if (entry === undefined) {
        this.left.push(object);
        continue;
      }
      entries.push(entry);
      bytes += object.size;
    }
    task.add(bytes, entries.length);
    yield entries;
  }

  /** Nothing may be awaited between the reading and the packing: the bytes are the store's own. */
  #pack({ oid, size }: PushObject): Entry | undefined {
    const { store, coder, packer, versions } = this.#stages;
    const data = store.view(oid, size);
    if (data?.length !== size) return undefined;
    const stored = coder.encodeNow(data);
    const kind = stored.kind === 0 ? 0 : 1;
    const spot = packer.addChunkNow(oid, size, stored, true);
    if (versions.isOrigin(oid)) versions.add(oid, { hash: oid, rawLength: size, kind, spot }, 0);
    return { oid, kind, spot, needs: NOTHING, samples: NO_SAMPLES, isNew: true };
  }
}
