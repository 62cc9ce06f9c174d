import { setImmediate as letSocketsRun } from 'node:timers/promises';
import { BufferCollector } from '../buffer-collector.ts';
import { isLodeError, LodeError } from '../errors.ts';
import type { Codec, EncodedChunk } from '../format/codec.ts';
import { isSampled } from '../format/table.ts';
import type { Task } from '../report.ts';
import type { Store } from '../store/store.ts';
import type { ChunkIndex } from './push-chunks.ts';
import { type Chunk, cutVerified } from './push-cut.ts';
import type { Deltas, ObjectDeltas } from './push-delta.ts';
import type { Entry, PackSlot, PlacedBase, PlacedChunk } from './push-entry.ts';
import type { Packer } from './push-pack.ts';
import { PieceReader } from './push-read.ts';
import { RecipeWriter } from './push-recipe.ts';
import type { PushObject } from './push-scope.ts';

const NOTHING: ReadonlySet<PackSlot> = new Set();

/** What a recipe takes with all that names it: an object of one chunk needs one only if it has a base. */
const RECIPE_WORTH = 320;

/** Content of a push that is compressed thoroughly, in bytes: a small push is stored for good, a large one must not take long. */
const THOROUGH_BYTES = 8 * 1024 * 1024;

/** Content that may pass before the event loop gets its turn. */
const TURN_BYTES = 1024 * 1024;

export interface UploadStages {
  readonly store: Store;
  readonly codec: Codec;
  readonly chunks: ChunkIndex;
  /** Without it nothing is coded against anything. */
  readonly deltas?: Deltas;
  readonly packer: Packer;
  readonly task: Task;
  readonly signal: AbortSignal;
}

/**
 * Step 3 for one object after the other: read, cut and verified, found or coded, packed. The packs go their own way.
 */
export class Uploader {
  readonly #stages: UploadStages;
  readonly #reader = new PieceReader();
  readonly #collector = new BufferCollector();
  #sinceTurn = 0;
  /** Bytes that were stored without a base. */
  #plain = 0;

  constructor(stages: UploadStages) {
    this.#stages = stages;
  }

  /** The object's entry: its packs may still be open or on their way. Throws OBJECT_CORRUPT, with the path. */
  async upload(object: PushObject): Promise<Entry> {
    const { store } = this.#stages;
    const stored = store.open(object.oid, object.size);
    if (stored === undefined) throw corrupt(object);
    try {
      const batches = cutVerified(this.#reader.read(stored), object);
      const first = batches.next();
      const deltas = this.#stages.deltas?.of(object.oid);
      // The one case in which a chunk is its object.
      if (!first.done && first.value[0]?.hash === object.oid)
        return await this.#packWhole(first.value[0], deltas);
      return await this.#packChunks(object, first.done ? [] : first.value, batches, deltas);
    } catch (error) {
      if (!isLodeError(error, 'OBJECT_CORRUPT')) throw error;
      store.setAside(object.oid);
      throw corrupt(object, error);
    } finally {
      stored.close();
      this.#stages.deltas?.versions.done(object.oid);
    }
  }

  async #packWhole({ hash, data }: Chunk, deltas: ObjectDeltas | undefined): Promise<Entry> {
    const { packer, task } = this.#stages;
    await this.#turn(data.length);
    const plain = this.#encode(data);
    const delta = await deltas?.delta(data);
    task.add(data.length, 1);
    if (delta !== undefined && delta.stored.bytes.length + RECIPE_WORTH < plain.bytes.length) {
      const recipe = new RecipeWriter(hash, data.length, packer);
      await recipe.add(await this.#place(hash, data, delta.stored, delta.base));
      return recipe.finish([]);
    }
    const spot = await packer.addChunk(hash, data.length, plain, true);
    const kind = plain.kind === 0 ? 0 : 1;
    this.#stages.deltas?.versions.add(hash, { hash, rawLength: data.length, kind, spot }, 0);
    return { oid: hash, kind, spot, needs: NOTHING, samples: [] };
  }

  async #packChunks(
    { oid, size }: PushObject,
    first: Chunk[],
    rest: Iterable<Chunk[]>,
    deltas: ObjectDeltas | undefined,
  ): Promise<Entry> {
    const { chunks, packer, task } = this.#stages;
    const recipe = new RecipeWriter(oid, size, packer);
    const samples: string[] = [];
    let offset = 0;
    const pack = async ({ hash, data }: Chunk) => {
      await this.#turn(data.length);
      const known = chunks.find(hash, data.length);
      if (known !== undefined) deltas?.passed(hash);
      const chunk = known ?? (await this.#store(hash, data, deltas));
      await recipe.add(chunk);
      this.#stages.deltas?.versions.add(oid, chunk, offset);
      offset += data.length;
      if (known !== undefined) task.skip(data.length);
      else task.add(data.length);
      if (known === undefined && isSampled(hash)) samples.push(hash);
    };
    for (const chunk of first) await pack(chunk);
    for (const batch of rest) for (const chunk of batch) await pack(chunk);
    const entry = await recipe.finish(samples);
    task.add(0, 1);
    return entry;
  }

  async #store(hash: string, data: Buffer, deltas: ObjectDeltas | undefined): Promise<PlacedChunk> {
    const delta = await deltas?.delta(data);
    return this.#place(hash, data, delta?.stored ?? this.#encode(data), delta?.base);
  }

  #encode(data: Buffer): EncodedChunk {
    this.#plain += data.length;
    const effort = this.#plain > THOROUGH_BYTES ? 'fast' : 'thorough';
    return this.#stages.codec.encode(data, undefined, effort);
  }

  async #place(hash: string, data: Buffer, stored: EncodedChunk, base?: PlacedBase): Promise<PlacedChunk> {
    const spot = await this.#stages.packer.addChunk(hash, data.length, stored, false);
    const placed = { hash, rawLength: data.length, kind: stored.kind, spot };
    const chunk: PlacedChunk = base === undefined ? placed : { ...placed, base };
    this.#stages.chunks.add(chunk);
    return chunk;
  }

  async #turn(bytes: number): Promise<void> {
    this.#sinceTurn += bytes;
    if (this.#sinceTurn < TURN_BYTES) return;
    this.#collector.after(this.#sinceTurn);
    this.#sinceTurn = 0;
    await letSocketsRun();
    if (this.#stages.signal.aborted) throw new LodeError('INTERRUPTED', 'interrupted');
  }
}

function corrupt({ oid, path }: PushObject, cause?: unknown): LodeError {
  return new LodeError('OBJECT_CORRUPT', `the local store's copy of this file's content ${oid} is damaged`, {
    subject: path,
    hint: 'where the file is whole: touch it and git add it again; else git lode fetch, if it was ever pushed',
    cause,
  });
}
