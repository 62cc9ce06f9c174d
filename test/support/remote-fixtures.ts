import { createCipheriv, createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Backend } from '../../src/backend/backend.ts';
import { Chunker } from '../../src/format/chunker.ts';
import { type Codec, loadCodec } from '../../src/format/codec.ts';
import { packKey, tableKey } from '../../src/format/keys.ts';
import { PackBuilder, RECIPE, RECIPE_PART } from '../../src/format/pack.ts';
import {
  encodeRecipe,
  encodeRecipePart,
  type Place,
  packsOf,
  type Recipe,
  type RecipeBase,
  type RecipeChunk,
  type RecipePart,
  SAME_PACK,
} from '../../src/format/recipe.ts';
import { encodeTable, oidPrefix, type TableObject } from '../../src/format/table.ts';
import type { Wanted } from '../../src/remote/fetch.ts';

export const REPOSITORY = sha256(Buffer.from('https://example.org/repository.git'));

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A folder that is removed when the test has finished. */
export function tempFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lode-remote-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Bytes that do not compress, the same for the same seed; a shorter one is the beginning of a longer. */
export function noise(length: number, seed = 1): Buffer {
  const key = Buffer.alloc(16);
  key.writeUInt32BE(seed);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
}

/** Lines that compress, the same for the same seed. */
export function text(length: number, seed = 1): Buffer {
  const lines: string[] = [];
  for (let at = 0, line = 0; at < length; line++) {
    lines.push(`${line},station ${(line * seed) % 97},${((line * 7919 * seed) % 10007) / 100}\n`);
    at += lines.at(-1)!.length;
  }
  return Buffer.from(lines.join('')).subarray(0, length);
}

export function wantedOf(contents: readonly Buffer[]): Wanted[] {
  return contents.map((content) => ({ oid: sha256(content), size: content.length }));
}

export interface Published {
  readonly table: string;
  readonly packs: readonly string[];
  readonly recipes: readonly Recipe[];
}

export interface PublishOptions {
  /** A pack is ended when it is this long. */
  readonly packBytes?: number;
  /** Recipes of what is published already: their chunks are not stored again, and serve as bases. */
  readonly known?: readonly Recipe[];
  /** Contents of `known`, from which bases are taken: the chunk at the same index. */
  readonly previous?: Buffer;
}

/**
 * A pusher for tests of what reads: puts contents into packs and one table, in the order given. Kept apart from push, so that
 * neither hides the other's faults.
 */
export async function publish(
  backend: Backend,
  contents: readonly Buffer[],
  options: PublishOptions = {},
): Promise<Published> {
  const publisher = new Publisher(backend, await loadCodec(), options);
  for (const content of contents) await publisher.add(content);
  return publisher.finish();
}

/** Publishes one content with a recipe of parts, each of so many chunks: what an object of over 4 GB has. */
export async function publishInParts(
  backend: Backend,
  content: Buffer,
  chunksInPart: number,
): Promise<Recipe> {
  const codec = await loadCodec();
  const builder = new PackBuilder(REPOSITORY);
  const chunker = new Chunker();
  const chunks = [...chunker.push(content), ...chunker.end()].map((data): RecipeChunk => {
    const hash = sha256(data);
    const stored = codec.encode(data);
    const offset = builder.addChunk({ hash, rawLength: data.length, isObject: false }, stored);
    const place = { pack: SAME_PACK, offset, length: stored.bytes.length };
    return { hash, rawLength: data.length, kind: stored.kind, place };
  });
  const oid = sha256(content);
  const parts: RecipePart[] = [];
  let start = 0;
  for (let at = 0; at < chunks.length; at += chunksInPart) {
    const some = chunks.slice(at, at + chunksInPart);
    const length = some.reduce((sum, { rawLength }) => sum + rawLength, 0);
    const bytes = encodeRecipePart({ oid, size: content.length, start, length }, some);
    const offset = builder.addRecipe(RECIPE_PART, oid, bytes);
    parts.push({ place: { pack: SAME_PACK, offset, length: bytes.length }, rawLength: length });
    start += length;
  }
  const recipe = { oid, size: content.length, chunks: [], parts };
  const bytes = encodeRecipe(recipe);
  const offset = builder.addRecipe(RECIPE, oid, bytes);
  const { name, parts: body } = builder.finish();
  await backend.put(packKey(name), body, name);
  await putTable(backend, [{ oid, kind: RECIPE, place: { pack: name, offset, length: bytes.length } }]);
  return inPack({ ...recipe, parts: [], chunks }, name);
}

/** Puts a file under the name that its bytes have. */
export async function putNamed(backend: Backend, key: (name: string) => string, bytes: Buffer) {
  const name = sha256(bytes);
  await backend.put(key(name), [bytes], name);
  return name;
}

/** Puts a table of the given objects. */
export async function putTable(
  backend: Backend,
  objects: readonly { readonly oid: string; readonly kind: TableObject['kind']; readonly place: Place }[],
  supersedes: readonly string[] = [],
): Promise<string> {
  const { name, bytes } = encodeTable({
    objects: objects.map(({ oid, kind, place }) => ({
      prefix: oidPrefix(oid),
      kind,
      place,
      needs: [],
      push: undefined,
    })),
    samples: [],
    pushes: [],
    supersedes,
  });
  await backend.put(tableKey(name), [bytes], name);
  return name;
}

interface Pending {
  readonly oid: string;
  readonly kind: TableObject['kind'];
  readonly pack: { name: string };
  readonly offset: number;
  readonly length: number;
  readonly recipe?: Recipe;
}

class Publisher {
  readonly #backend: Backend;
  readonly #codec: Codec;
  readonly #options: PublishOptions;
  readonly #stored = new Map<string, { chunk: RecipeChunk; pack: { name: string } }>();
  readonly #packs: string[] = [];
  readonly #objects: Pending[] = [];
  #builder = new PackBuilder(REPOSITORY);
  #pack = { name: SAME_PACK };

  constructor(backend: Backend, codec: Codec, options: PublishOptions) {
    this.#backend = backend;
    this.#codec = codec;
    this.#options = options;
    for (const { chunks } of options.known ?? []) {
      for (const chunk of chunks) this.#stored.set(chunk.hash, { chunk, pack: { name: chunk.place.pack } });
    }
  }

  async add(content: Buffer): Promise<void> {
    const oid = sha256(content);
    const chunker = new Chunker();
    const parts = [...chunker.push(content), ...chunker.end()];
    if (parts.length === 1 && this.#options.previous === undefined) {
      const { chunk } = await this.#chunk(parts[0]!, true);
      const { kind, place } = chunk;
      this.#objects.push({
        oid,
        kind: kind as 0 | 1,
        pack: this.#pack,
        offset: place.offset,
        length: place.length,
      });
      return;
    }
    const entries = [];
    for (const [index, part] of parts.entries())
      entries.push(await this.#chunk(part, false, this.#base(index)));
    const named = (place: Place, pack: { name: string }) => ({ ...place, pack: pack.name });
    const chunks = entries.map(({ chunk, pack }) => ({ ...chunk, place: named(chunk.place, pack) }));
    const recipe = { oid, size: content.length, chunks, parts: [] };
    const bytes = encodeRecipe(recipe);
    if (!this.#builder.fits(bytes.length)) throw new Error('the fixture wants smaller packs');
    const offset = this.#builder.addRecipe(RECIPE, oid, bytes);
    this.#objects.push({ oid, kind: RECIPE, pack: this.#pack, offset, length: bytes.length, recipe });
    await this.#endPack(this.#options.packBytes ?? 16 * 1024 * 1024);
  }

  async finish(): Promise<Published> {
    await this.#endPack(0);
    const objects = this.#objects.map(({ oid, kind, pack, offset, length, recipe }) => ({
      prefix: oidPrefix(oid),
      kind,
      place: { pack: pack.name, offset, length },
      needs: packsOf(recipe === undefined ? [] : inPack(recipe, pack.name).chunks).filter(
        (name) => name !== pack.name,
      ),
      push: undefined,
    }));
    const recipes = this.#objects.flatMap(({ recipe, pack }) =>
      recipe === undefined ? [] : [inPack(recipe, pack.name)],
    );
    const { name, bytes } = encodeTable({ objects, samples: [], pushes: [], supersedes: [] });
    await this.#backend.put(tableKey(name), [bytes], name);
    return { table: name, packs: this.#packs, recipes };
  }

  /** The chunk of the previous version at the same index, if it can be a base. */
  #base(index: number): { base: RecipeBase; data: Buffer } | undefined {
    const { known, previous } = this.#options;
    const chunks = known?.at(-1)?.chunks ?? [];
    const chunk = chunks[index];
    if (previous === undefined || chunk === undefined || chunk.kind === 2) return undefined;
    const start = chunks.slice(0, index).reduce((sum, { rawLength }) => sum + rawLength, 0);
    const base: RecipeBase = {
      hash: chunk.hash,
      rawLength: chunk.rawLength,
      kind: chunk.kind,
      place: chunk.place,
      age: 1,
    };
    return { base, data: previous.subarray(start, start + chunk.rawLength) };
  }

  async #chunk(data: Buffer, isObject: boolean, from?: { base: RecipeBase; data: Buffer }) {
    const hash = sha256(data);
    const known = this.#stored.get(hash);
    if (known !== undefined && !isObject) return known;
    const base = from && { data: from.data, storedLength: from.base.place.length, age: 1 };
    const encoded = this.#codec.encode(data, base);
    if (!this.#builder.fits(encoded.bytes.length)) await this.#endPack(0);
    const offset = this.#builder.addChunk({ hash, rawLength: data.length, isObject }, encoded);
    const place = { pack: SAME_PACK, offset, length: encoded.bytes.length };
    const chunk: RecipeChunk = {
      hash,
      rawLength: data.length,
      kind: encoded.kind,
      place,
      ...(encoded.kind === 2 ? { base: from!.base } : {}),
    };
    const entry = { chunk, pack: this.#pack };
    this.#stored.set(hash, entry);
    return entry;
  }

  async #endPack(atLeast: number): Promise<void> {
    if (this.#builder.count === 0 || this.#builder.size < atLeast) return;
    const { name, parts } = this.#builder.finish();
    await this.#backend.put(packKey(name), parts, name);
    this.#packs.push(name);
    this.#pack.name = name;
    this.#pack = { name: SAME_PACK };
    this.#builder = new PackBuilder(REPOSITORY);
  }
}

function inPack(recipe: Recipe, pack: string): Recipe {
  const named = (chunk: RecipeChunk) =>
    chunk.place.pack === SAME_PACK ? { ...chunk, place: { ...chunk.place, pack } } : chunk;
  return { ...recipe, chunks: recipe.chunks.map(named) };
}
