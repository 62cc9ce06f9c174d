import type { Backend } from '../backend/backend.ts';
import { CHUNK_MIN } from '../format/limits.ts';
import { madeFrom } from '../git/made-from.ts';
import type { Pointer } from '../pointer.ts';
import { coderFor } from './coder-threads.ts';
import { PackReader } from './pack-reader.ts';
import { ChunkIndex } from './push-chunks.ts';
import type { PushContext } from './push-context.ts';
import { cutterFor } from './push-cutter-thread.ts';
import { Deltas } from './push-delta.ts';
import { OldVersions } from './push-delta-versions.ts';
import { type Entry, type PlacedChunk, packsOf } from './push-entry.ts';
import { type KnownObject, RemoteKnowledge } from './push-known.ts';
import { rescue } from './push-missing.ts';
import { Packer, type PackerOptions } from './push-pack.ts';
import { PlainCoder } from './push-plain.ts';
import { UploadProgress } from './push-progress.ts';
import { LeftPacks, objectsIn } from './push-resume.ts';
import { type PushObject, type PushScope, totalBytes } from './push-scope.ts';
import type { PackSender } from './push-send.ts';
import { SmallUploader, WORTH_TELLING } from './push-small.ts';
import { Turns } from './push-turns.ts';
import { Uploader } from './push-upload.ts';
import type { Remote } from './remote.ts';

/** A smaller object is one chunk that shares a pack with others: a recipe of its own, for a base, would cost what the base saves. */
const WITHOUT_BASE = 4096;
/** Objects of one chunk whose earlier version is looked for: each may cost a request or two, and saves little. */
const SMALL_MAX = 1024;

export interface TransferContext {
  readonly push: PushContext;
  readonly remote: Remote;
  readonly backend: Backend;
  readonly sender: PackSender;
  readonly packs: PackerOptions;
  /** True for a pack or table that nothing new may rely on. */
  readonly condemned: (name: string) => boolean;
}

/** Steps 2 and 3: of each object, where the remote has it, or else its upload. */
export class Transfer {
  readonly #context: TransferContext;
  readonly #known: RemoteKnowledge;
  readonly #left: LeftPacks;
  readonly #chunks = new ChunkIndex();
  /** How the remote has each object that was found or uploaded. */
  readonly entries = new Map<string, Entry>();

  constructor(context: TransferContext) {
    const { push, remote, backend, condemned } = context;
    this.#context = context;
    this.#known = new RemoteKnowledge(remote, new PackReader(backend, push.signal), condemned);
    this.#left = new LeftPacks(remote, backend);
  }

  /** How many objects were uploaded. */
  get uploaded(): number {
    let count = 0;
    for (const { isNew } of this.entries.values()) if (isNew) count++;
    return count;
  }

  /** Those of `objects`, which all have their entries, that were on the remote. */
  found(objects: readonly PushObject[]): readonly PushObject[] {
    if (this.uploaded === this.entries.size) return [];
    return objects.filter(({ oid }) => this.entries.get(oid)?.isNew === false);
  }

  /** Looks for those of `objects` that have no entry, and gives those that the remote does not have. */
  async find(objects: readonly PushObject[]): Promise<PushObject[]> {
    const open = this.#withoutEntry(objects);
    if (open.length === 0) return open;
    for await (const entry of this.#known.find(open, { refresh: true })) this.entries.set(entry.oid, entry);
    const rest = this.#withoutEntry(open);
    if (rest.length > 0) await this.#findLeft(rest);
    return this.#withoutEntry(rest);
  }

  /** Uploads `objects`. `pause` is called between two of them, or between two batches of small ones, with a way to send everything that is there. */
  async upload(
    scope: PushScope,
    objects: readonly PushObject[],
    pause: (flush: () => Promise<void>) => Promise<void>,
  ): Promise<void> {
    if (objects.length === 0) return;
    const { push, remote, backend, sender, packs, condemned } = this.#context;
    const { store, reporter, signal } = push;
    await rescue(
      push,
      remote,
      objects.filter(({ oid, size }) => !store.has(oid, size)),
    );
    const forThreads = totalBytes(objects.filter(({ size }) => size >= WORTH_TELLING));
    const coder = await coderFor(forThreads, remote.pace.codeThreads);
    const cutter = cutterFor(forThreads, push, { apart: remote.pace.cutsApart, width: coder.width });
    const reader = new PackReader(backend, signal);
    const versions = await this.#learnEarlierVersions(scope, objects);
    const deltas = new Deltas({ store, coder, recipes: remote.recipes, reader, versions, condemned });
    const task = new UploadProgress(
      reporter.task({ title: 'Uploading', totalBytes: totalBytes(objects), totalItems: objects.length }),
    );
    const packer = new Packer(packs, {
      send: (pack) => sender.send(pack, task.pack(pack)),
      learn: (kind, place, bytes) => remote.recipes.add(kind, place, bytes),
    });
    const flush = async () => {
      await packer.seal();
      await sender.drain();
    };
    const chunks = this.#chunks;
    const learnFrom = (hash: string) => this.#known.learnFrom(hash, (chunk) => chunks.add(chunk));
    const plain = new PlainCoder(coder);
    const turns = new Turns(signal);
    const small = new SmallUploader({ store, coder: plain, packer, versions, task, turns });
    const uploader = new Uploader({ cutter, coder, plain, chunks, learnFrom, deltas, packer, task, turns });
    const isSmall = ({ oid, size }: PushObject) => size < WORTH_TELLING && !versions.isMade(oid);
    let isWhole = false;
    try {
      for await (const entries of small.upload(objects.filter(isSmall))) {
        for (const entry of entries) this.entries.set(entry.oid, entry);
        await pause(flush);
      }
      // What was made from others comes after all that it may have been made from: those that are small are there by now.
      const others = objects.filter((object) => !isSmall(object));
      for await (const entry of uploader.upload([...small.left, ...others])) {
        this.entries.set(entry.oid, entry);
        await pause(flush);
      }
      await flush();
      isWhole = true;
    } finally {
      deltas.close();
      cutter.close();
      coder.close();
      task.done(isWhole);
    }
  }

  /** Forgets all that relies on what is condemned by now. */
  forget(): void {
    const { condemned } = this.#context;
    this.#chunks.forget(condemned);
    for (const [oid, entry] of this.entries) if (packsOf(entry).some(condemned)) this.entries.delete(oid);
  }

  /** Call it when everything is in a table that stands: what earlier pushes left has been used or is of no use. */
  end(): void {
    this.#left.drop();
  }

  #withoutEntry(objects: readonly PushObject[]): PushObject[] {
    return this.entries.size === 0 ? [...objects] : objects.filter(({ oid }) => !this.entries.has(oid));
  }

  /** What a push that was cut has sent: whole objects, and chunks of those that it did not finish. */
  async #findLeft(objects: readonly PushObject[]): Promise<void> {
    let wanted: Map<string, PushObject> | undefined;
    for await (const pack of this.#left.packs(this.#context.condemned)) {
      wanted ??= new Map(objects.map((object) => [object.oid, object]));
      const places = objectsIn(pack).filter(({ oid }) => wanted!.has(oid));
      const here = places.map(({ oid }) => wanted!.get(oid)!);
      const found = this.#known.findAt(here, new Map(places.map(({ oid, place }) => [oid, [place]])));
      for await (const entry of found) this.entries.set(entry.oid, entry);
      const slot = this.#known.slot(pack.name);
      for (const record of pack.records) {
        const { kind, hash, offset, length } = record;
        if (kind !== 0 && kind !== 1) continue;
        this.#chunks.add({ hash, rawLength: record.rawLength, kind, spot: { slot, offset, length } });
      }
    }
  }

  /**
   * What the pushed versions were made from, and the chunks of it that the remote has: most of a new version is in them, and the rest
   * is like them.
   */
  async #learnEarlierVersions(scope: PushScope, objects: readonly PushObject[]): Promise<OldVersions> {
    const { push, remote } = this.#context;
    const edited = mayHaveBases(objects);
    const origins = new Map<string, readonly Pointer[]>();
    if (edited.length > 0) {
      const blobs = new Set(edited.map(({ blob }) => blob));
      const range = { include: scope.tips, exclude: scope.exclude };
      const found = await madeFrom(push.repository, range, (blob) => blobs.has(blob), push.signal);
      for (const { oid, blob } of edited) if (found.has(blob)) origins.set(oid, found.get(blob)!);
    }
    const versions = new OldVersions(origins);
    const earlier = new Map<string, KnownObject>();
    for (const pointers of origins.values())
      for (const pointer of pointers) earlier.set(pointer.oid, pointer);
    if (earlier.size > 0) for (const { oid } of objects) earlier.delete(oid);
    if (earlier.size === 0 || (await remote.tables.current()).length === 0) return versions;
    const take = (chunk: PlacedChunk, oid: string, offset: number) => {
      this.#chunks.add(chunk);
      versions.add(oid, chunk, offset);
    };
    for await (const _ of this.#known.find([...earlier.values()], { refresh: false, take })) {
      // Their chunks are what is wanted of them.
    }
    return versions;
  }
}

function mayHaveBases(objects: readonly PushObject[]): PushObject[] {
  const small = objects.filter(({ size }) => size > WITHOUT_BASE && size <= CHUNK_MIN);
  return [...objects.filter(({ size }) => size > CHUNK_MIN), ...small.slice(0, SMALL_MAX)];
}
