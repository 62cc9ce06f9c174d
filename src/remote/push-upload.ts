import type { EncodedChunk } from '../format/codec.ts';
import { isSampled } from '../format/table.ts';
import type { Task } from '../report.ts';
import { inOrder } from './in-order.ts';
import { ChunkCoder, type CodedChunk, type CodeStages } from './push-code.ts';
import type { CutItem, Cutter } from './push-cutter.ts';
import type { Entry, PackSlot, PlacedBase, PlacedChunk } from './push-entry.ts';
import type { Packer } from './push-pack.ts';
import { RecipeWriter } from './push-recipe.ts';
import type { PushObject } from './push-scope.ts';
import type { Turns } from './push-turns.ts';

const NOTHING: ReadonlySet<PackSlot> = new Set();

/** What a recipe takes with all that names it: an object of one chunk needs one only if it has a base. */
const RECIPE_WORTH = 320;

export interface UploadStages extends CodeStages {
  readonly cutter: Cutter;
  readonly packer: Packer;
  readonly task: Pick<Task, 'add' | 'skip'>;
  readonly turns: Turns;
}

/** What is known of an object while its chunks are packed. */
interface OpenObject {
  readonly recipe: RecipeWriter;
  readonly samples: string[];
  offset: number;
}

/** Nothing after it may be begun before all that came of the items before it has been taken. */
const BARRIER = Symbol('barrier');

/**
 * Step 3: objects are read, cut and verified, their chunks found or coded, several at once, and packed in order. The packs go their own
 * way.
 */
export class Uploader {
  readonly #stages: UploadStages;
  readonly #coder: ChunkCoder;

  constructor(stages: UploadStages) {
    this.#stages = stages;
    this.#coder = new ChunkCoder(stages);
  }

  /**
   * Each object's entry, in their order: its packs may still be open or on their way. Throws OBJECT_CORRUPT, with the path; INTERRUPTED.
   */
  async *upload(objects: readonly PushObject[]): AsyncGenerator<Entry, void, undefined> {
    const { width } = this.#stages.coder;
    const work = async (item: CutItem | typeof BARRIER) =>
      typeof item === 'object' && 'data' in item ? this.#coder.code(item) : item;
    const waits = (item: CutItem | typeof BARRIER) => item === BARRIER;
    let open: OpenObject | undefined;
    for await (const item of inOrder(this.#items(objects), { width, work, waits })) {
      if (item === BARRIER) continue;
      if ('release' in item) {
        item.release();
        continue;
      }
      await this.#stages.turns.after(item.data.length);
      let entry: Entry | undefined;
      if (item.hash === item.object.oid) {
        entry = await this.#packWhole(item);
      } else {
        open ??= this.#begin(item.object);
        await this.#pack(open, item);
      }
      if (!item.last) continue;
      this.#stages.task.add(0, 1);
      this.#stages.deltas?.versions.done(item.object.oid);
      entry ??= await open!.recipe.finish(open!.samples);
      open = undefined;
      yield entry;
    }
  }

  /**
   * What comes of the objects, with barriers. One that was made from another is alone: that may be the object before it, whose chunks
   * must have their places by then.
   */
  async *#items(objects: readonly PushObject[]): AsyncGenerator<CutItem | typeof BARRIER, void, undefined> {
    const { cutter, deltas } = this.#stages;
    let current: PushObject | undefined;
    let alone = false;
    for await (const item of cutter.cut(objects)) {
      if ('data' in item && item.object !== current) {
        const wasAlone = alone;
        current = item.object;
        alone = deltas?.versions.isMade(current.oid) ?? false;
        if (alone || wasAlone) yield BARRIER;
      }
      yield item;
    }
  }

  #begin({ oid, size }: PushObject): OpenObject {
    return { recipe: new RecipeWriter(oid, size, this.#stages.packer), samples: [], offset: 0 };
  }

  /** The one case in which a chunk is its object: it needs no recipe, unless it has a base. */
  async #packWhole({ hash, data, plain, delta }: CodedChunk): Promise<Entry> {
    const { packer, task, deltas } = this.#stages;
    task.add(data.length);
    if (delta !== undefined && delta.stored.bytes.length + RECIPE_WORTH < plain!.bytes.length) {
      const recipe = new RecipeWriter(hash, data.length, packer);
      await recipe.add(await this.#place(hash, data, delta.stored, delta.base));
      return recipe.finish([]);
    }
    const spot = await packer.addChunk(hash, data.length, plain!, true);
    const kind = plain!.kind === 0 ? 0 : 1;
    deltas?.versions.add(hash, { hash, rawLength: data.length, kind, spot }, 0);
    return { oid: hash, kind, spot, needs: NOTHING, samples: [], isNew: true };
  }

  async #pack(open: OpenObject, coded: CodedChunk): Promise<void> {
    const { chunks, task, deltas } = this.#stages;
    const { hash, data, object, plain, delta } = coded;
    // An equal chunk that was under way at the same time may have got its place meanwhile.
    const known = coded.known ?? chunks.find(hash, data.length);
    const chunk = known ?? (await this.#place(hash, data, delta?.stored ?? plain!, delta?.base));
    await open.recipe.add(chunk);
    deltas?.versions.add(object.oid, chunk, open.offset);
    open.offset += data.length;
    if (known !== undefined) task.skip(data.length);
    else task.add(data.length);
    if (known === undefined && isSampled(hash)) open.samples.push(hash);
  }

  async #place(hash: string, data: Buffer, stored: EncodedChunk, base?: PlacedBase): Promise<PlacedChunk> {
    const spot = await this.#stages.packer.addChunk(hash, data.length, stored, false);
    const placed = { hash, rawLength: data.length, kind: stored.kind, spot };
    const chunk: PlacedChunk = base === undefined ? placed : { ...placed, base };
    this.#stages.chunks.add(chunk);
    return chunk;
  }
}
