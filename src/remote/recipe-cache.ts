import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { unless } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import type { Place } from '../format/recipe.ts';
import { dropCacheFile, writeCacheParts } from './cache-file.ts';
import { placeKey } from './ranges.ts';
import {
  type CachedRecipe,
  encodeRecord,
  type RecipeKind,
  type RecordPlace,
  readRecord,
  recipeIn,
  scanRecords,
} from './recipe-record.ts';

/** Each command that learns recipes adds a file; more than this are merged into one. */
const FILES_MAX = 16;
/** Recipes of some 100 GB of content; beyond that the oldest are dropped. */
const TOTAL_MAX = 64 * 1024 * 1024;
/** What is not written yet is held in memory up to this. */
const PENDING_MAX = 4 * 1024 * 1024;
/** The time first, so that names sort by age. */
const FILE_NAME = /^[0-9a-z]{10}-[0-9a-f]{16}$/;

interface Entry extends CachedRecipe {
  /** Where the record is, or the record itself if it is not written yet. */
  readonly record: RecordPlace | Buffer;
}

/** Recipes by their place on the remote. Packs never change, so what was read once stays right. */
export class RecipeCache {
  readonly #folder: string;
  #entries: Map<string, Entry> | undefined;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  /** Nothing is read before it is needed. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The bytes at `place`, or undefined if they are not here. Whoever decodes them sees by their checksum if they are sound. */
  find(place: Place): Buffer | undefined {
    const entry = this.#all().get(placeKey(place));
    const record = entry && recordOf(entry);
    return record && recipeIn(record);
  }

  /** What is here, the newest first. */
  list(): CachedRecipe[] {
    return [...this.#all().values()].reverse();
  }

  /** Takes in what was read from `place`, or was just put there. It outlives the process after `flush`. */
  add(kind: RecipeKind, place: Place, bytes: Buffer): void {
    const entries = this.#all();
    const key = placeKey(place);
    if (entries.has(key)) return;
    const record = encodeRecord({ kind, place }, bytes);
    entries.set(key, { kind, place, record });
    this.#pending.push(record);
    this.#pendingBytes += record.length;
    if (this.#pendingBytes > PENDING_MAX) this.flush();
  }

  /** Forgets `places`: what they say has turned out to be wrong. */
  drop(places: readonly Place[]): void {
    this.flush();
    const dropped = places.filter((place) => this.#all().delete(placeKey(place)));
    if (dropped.length > 0) this.#rewrite();
  }

  /** Writes what was added; merges the files when there are many. */
  flush(): void {
    if (this.#pending.length === 0) return;
    this.#write(this.#pending);
    faultPoint('recipes-kept');
    this.#pending = [];
    this.#pendingBytes = 0;
    if (this.#files().length > FILES_MAX) this.#rewrite();
  }

  #write(records: Iterable<Buffer>): void {
    const name = `${Date.now().toString(36).padStart(10, '0')}-${randomBytes(8).toString('hex')}`;
    writeCacheParts(path.join(this.#folder, name), records);
    this.#entries = undefined;
  }

  /** One file in place of all: the newest records that there is room for, oldest first. */
  #rewrite(): void {
    const files = this.#files();
    const kept: Entry[] = [];
    let total = 0;
    for (const entry of [...this.#all().values()].reverse()) {
      total += entry.place.length;
      if (total > TOTAL_MAX) break;
      kept.push(entry);
    }
    this.#write(recordsOf(kept.reverse()));
    for (const file of files) dropCacheFile(file);
    this.#entries = undefined;
  }

  #all(): Map<string, Entry> {
    if (this.#entries !== undefined) return this.#entries;
    this.#entries = new Map();
    for (const file of this.#files()) {
      for (const entry of scanRecords(file)) this.#entries.set(placeKey(entry.place), entry);
    }
    return this.#entries;
  }

  /** Oldest first. */
  #files(): string[] {
    const names = unless(['ENOENT'], () => fs.readdirSync(this.#folder)) ?? [];
    return names
      .filter((name) => FILE_NAME.test(name))
      .sort()
      .map((name) => path.join(this.#folder, name));
  }
}

function recordOf({ record }: Entry): Buffer | undefined {
  return Buffer.isBuffer(record) ? record : readRecord(record);
}

function* recordsOf(entries: readonly Entry[]): Generator<Buffer> {
  for (const entry of entries) {
    const record = recordOf(entry);
    if (record !== undefined) yield record;
  }
}
