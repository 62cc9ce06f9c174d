/** Reads whole index files. Everything is checked once here, so that searches can trust the bytes. */
import { mayBeIn } from './bloom.ts';
import { tableKey } from './keys.ts';
import { RECIPE } from './pack-layout.ts';
import { decodePushes } from './push-records.ts';
import { NAME_BYTES } from './recipe-layout.ts';
import { checkName, invalid } from './signature.ts';
import type { PushRecord, Sample, Table, TableObject } from './table.ts';
import {
  decodeEntry,
  decodeTableHeader,
  ENTRY_BYTES,
  groupOf,
  NO_PUSH,
  oidPrefix,
  PREFIX_BYTES,
  prefixAt,
  SAMPLE_BYTES,
  type TableHeader,
} from './table-layout.ts';

/** Checks that the bytes are the name's. Throws FORMAT_UNKNOWN_VERSION or FORMAT_INVALID. */
export function decodeTable(bytes: Buffer, name: string): Table {
  checkName(bytes, name, tableKey(name));
  return new WholeTable(bytes, name);
}

class WholeTable implements Table {
  readonly name: string;
  readonly size: number;
  readonly pushes: readonly PushRecord[];
  readonly supersedes: readonly string[];
  readonly #bytes: Buffer;
  readonly #header: TableHeader;
  readonly #filter: Buffer;
  readonly #packs: readonly string[];
  /** Where each object's list of needed packs is; 0 for none. */
  readonly #needsAt: Uint32Array;
  #objects: TableObject[] | undefined;
  #samples: Sample[] | undefined;

  constructor(bytes: Buffer, name: string) {
    const header = decodeTableHeader(bytes, bytes.length, name);
    const { at } = header;
    this.name = name;
    this.size = header.objects;
    this.#bytes = bytes;
    this.#header = header;
    this.#filter = bytes.subarray(at.filter, at.pushes);
    this.#packs = this.#readNames(at.packs, at.needs);
    this.#needsAt = this.#checkEntries();
    this.#checkSamples();
    this.pushes = decodePushes(bytes.subarray(at.pushes, at.supersedes), header.pushes, tableKey(name));
    this.supersedes = this.#readNames(at.supersedes, bytes.length);
  }

  get objects(): readonly TableObject[] {
    this.#objects ??= Array.from({ length: this.size }, (_, index) => this.#object(index));
    return this.#objects;
  }

  get samples(): readonly Sample[] {
    this.#samples ??= Array.from({ length: this.#header.samples }, (_, index) => {
      const at = this.#header.at.samples + index * SAMPLE_BYTES;
      return { prefix: prefixAt(this.#bytes, at), object: this.#bytes.readUInt32BE(at + PREFIX_BYTES) };
    });
    return this.#samples;
  }

  mayHold(oid: string): boolean {
    return mayBeIn(this.#filter, oid);
  }

  find(oid: string): TableObject[] {
    const key = Buffer.from(oidPrefix(oid), 'hex');
    const group = groupOf(key, this.#header.groupBits);
    const from = group === 0 ? 0 : this.#header.fanOut(group - 1);
    const { entries } = this.#header.at;
    const found: TableObject[] = [];
    const end = this.#header.fanOut(group);
    let index = firstAtLeast(this.#bytes, key, entries, ENTRY_BYTES, from, end);
    for (; index < end && startsWith(this.#bytes, entries + index * ENTRY_BYTES, key); index++)
      found.push(this.#object(index));
    return found;
  }

  findSample(chunkHash: string): TableObject[] {
    const key = Buffer.from(oidPrefix(chunkHash), 'hex');
    const { samples, at } = this.#header;
    const found: TableObject[] = [];
    let index = firstAtLeast(this.#bytes, key, at.samples, SAMPLE_BYTES, 0, samples);
    for (; index < samples && startsWith(this.#bytes, at.samples + index * SAMPLE_BYTES, key); index++)
      found.push(this.#object(this.#bytes.readUInt32BE(at.samples + index * SAMPLE_BYTES + PREFIX_BYTES)));
    return found;
  }

  #object(index: number): TableObject {
    const at = this.#header.at.entries + index * ENTRY_BYTES;
    const entry = decodeEntry(this.#bytes, at, this.#header, tableKey(this.name));
    const { kind, offset, length } = entry;
    const prefix = prefixAt(this.#bytes, at);
    const place = { pack: this.#packs[entry.pack]!, offset, length };
    const push = entry.push === NO_PUSH ? undefined : entry.push;
    return { prefix, kind, place, needs: this.#needs(this.#needsAt[index]!), push };
  }

  #needs(at: number): string[] {
    if (at === 0) return [];
    const count = this.#bytes.readUInt32BE(at);
    return Array.from({ length: count }, (_, i) => this.#packs[this.#bytes.readUInt32BE(at + 4 + 4 * i)]!);
  }

  /** Names are in order, each once. */
  #readNames(from: number, to: number): string[] {
    const names: string[] = [];
    for (let at = from; at < to; at += NAME_BYTES) {
      if (at > from && this.#bytes.compare(this.#bytes, at, at + NAME_BYTES, at - NAME_BYTES, at) >= 0)
        throw this.#damaged('its names are out of order');
      names.push(this.#bytes.toString('hex', at, at + NAME_BYTES));
    }
    return names;
  }

  /** Walks entries, fan-out and needs together; they account for each other exactly. */
  #checkEntries(): Uint32Array {
    const { at, objects, groupBits, fanOut } = this.#header;
    const needsAt = new Uint32Array(objects);
    let needs = at.needs;
    for (let index = 0; index < objects; index++) {
      const entryAt = at.entries + index * ENTRY_BYTES;
      const { hasNeeds } = decodeEntry(this.#bytes, entryAt, this.#header, tableKey(this.name));
      const group = groupOf(this.#bytes, groupBits, entryAt);
      if (index >= fanOut(group) || (group > 0 && index < fanOut(group - 1)))
        throw this.#damaged('an object is in the wrong group');
      if (
        index > 0 &&
        this.#bytes.compare(this.#bytes, entryAt, entryAt + 24, entryAt - ENTRY_BYTES, entryAt - 8) >= 0
      )
        throw this.#damaged('its objects are out of order');
      if (!hasNeeds) continue;
      needsAt[index] = needs;
      needs = this.#checkNeeds(needs);
    }
    if (needs !== at.samples) throw this.#damaged('its lists of packs do not fit its objects');
    return needsAt;
  }

  /** Checks the list at `at` and gives its end. */
  #checkNeeds(at: number): number {
    const { samples } = this.#header.at;
    const count = at + 4 <= samples ? this.#bytes.readUInt32BE(at) : 0;
    const end = at + 4 + 4 * count;
    if (count === 0 || end > samples) throw this.#damaged('its lists of packs do not fit its objects');
    let last = -1;
    for (let word = at + 4; word < end; word += 4) {
      const pack = this.#bytes.readUInt32BE(word);
      if (pack <= last || pack >= this.#header.packs) throw this.#damaged('a list of packs is out of order');
      last = pack;
    }
    return end;
  }

  #checkSamples(): void {
    const { at, samples, objects } = this.#header;
    for (let index = 0; index < samples; index++) {
      const row = at.samples + index * SAMPLE_BYTES;
      if (
        index > 0 &&
        this.#bytes.compare(this.#bytes, row, row + SAMPLE_BYTES, row - SAMPLE_BYTES, row) >= 0
      )
        throw this.#damaged('its samples are out of order');
      const object = this.#bytes.readUInt32BE(row + PREFIX_BYTES);
      if (object >= objects || this.#bytes.readUInt8(at.entries + object * ENTRY_BYTES + 30) !== RECIPE)
        throw this.#damaged('a sample leads to no recipe');
    }
  }

  #damaged(why: string) {
    return invalid(tableKey(this.name), why);
  }
}

/** The first of the rows `from` to `end` that is not below `key`; rows are sorted and begin with what `key` is. */
function firstAtLeast(
  bytes: Buffer,
  key: Buffer,
  start: number,
  row: number,
  from: number,
  end: number,
): number {
  let low = from;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = start + middle * row;
    if (bytes.compare(key, 0, key.length, at, at + key.length) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function startsWith(bytes: Buffer, at: number, key: Buffer): boolean {
  return bytes.compare(key, 0, key.length, at, at + key.length) === 0;
}
