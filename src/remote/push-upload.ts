import { setImmediate as letSocketsRun } from 'node:timers/promises';
import { isLodeError, LodeError } from '../errors.ts';
import type { Codec } from '../format/codec.ts';
import { isSampled } from '../format/table.ts';
import type { Task } from '../report.ts';
import type { Store } from '../store/store.ts';
import { BufferCollector } from './buffer-collector.ts';
import type { ChunkIndex } from './push-chunks.ts';
import { type Chunk, cutVerified } from './push-cut.ts';
import type { Entry, PackSlot, PlacedChunk } from './push-entry.ts';
import type { Packer } from './push-pack.ts';
import { PieceReader } from './push-read.ts';
import { RecipeWriter } from './push-recipe.ts';
import type { PushObject } from './push-scope.ts';

const NOTHING: ReadonlySet<PackSlot> = new Set();

/** Content that may pass before the event loop gets its turn. */
const TURN_BYTES = 1024 * 1024;

export interface UploadStages {
  readonly store: Store;
  readonly codec: Codec;
  readonly chunks: ChunkIndex;
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

  constructor(stages: UploadStages) {
    this.#stages = stages;
  }

  /** The object's entry: its packs may still be open or on their way. Throws OBJECT_CORRUPT, with the path. */
  async upload(object: PushObject): Promise<Entry> {
    const { store } = this.#stages;
    const stored = store.open(object.oid);
    if (stored === undefined) throw corrupt(object);
    try {
      const batches = cutVerified(this.#reader.read(stored), object);
      const first = batches.next();
      // The one case in which a chunk is its object.
      if (!first.done && first.value[0]?.hash === object.oid) return await this.#packWhole(first.value[0]);
      return await this.#packChunks(object, first.done ? [] : first.value, batches);
    } catch (error) {
      throw isLodeError(error, 'OBJECT_CORRUPT') ? corrupt(object, error) : error;
    } finally {
      stored.close();
    }
  }

  async #packWhole({ hash, data }: Chunk): Promise<Entry> {
    await this.#turn(data.length);
    const stored = this.#stages.codec.encode(data);
    const spot = await this.#stages.packer.addChunk(hash, data.length, stored, true);
    this.#stages.task.add(data.length, 1);
    return { oid: hash, kind: stored.kind === 0 ? 0 : 1, spot, needs: NOTHING, samples: [] };
  }

  async #packChunks({ oid, size }: PushObject, first: Chunk[], rest: Iterable<Chunk[]>): Promise<Entry> {
    const { chunks, packer, task } = this.#stages;
    const recipe = new RecipeWriter(oid, size, packer);
    const samples: string[] = [];
    const pack = async ({ hash, data }: Chunk) => {
      await this.#turn(data.length);
      const known = chunks.find(hash, data.length);
      await recipe.add(known ?? (await this.#store(hash, data)));
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

  async #store(hash: string, data: Buffer): Promise<PlacedChunk> {
    const stored = this.#stages.codec.encode(data);
    const spot = await this.#stages.packer.addChunk(hash, data.length, stored, false);
    const chunk: PlacedChunk = { hash, rawLength: data.length, kind: stored.kind, spot };
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
    hint: 'git add the file again where it is whole, or fetch it from a clone that has pushed it',
    cause,
  });
}
