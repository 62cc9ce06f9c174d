import { expect } from 'vitest';
import type { Backend } from '../../src/backend/backend.ts';
import type { MemoryBackend } from '../../src/backend/memory.ts';
import type { FaultCall } from '../../src/backend/with-fault.ts';
import { markKey, packKey } from '../../src/format/keys.ts';
import { encodeMark } from '../../src/format/mark.ts';
import { decodePack } from '../../src/format/pack.ts';
import { decodeTable } from '../../src/format/table.ts';
import { DAY } from '../../src/remote/times.ts';
import { openClone } from './remote-clone.ts';
import { noise, sha256, wantedOf } from './remote-fixtures.ts';

export const A = noise(1000, 1);
export const B = noise(1000, 2);
export const LARGE = noise(1_500_000, 3);

/** A clock for the store and one for this machine, which go together and do not agree. */
export function clocks(start = 1_700_000_000_000) {
  let now = start;
  return {
    store: () => now,
    local: { wall: () => now - 400 * DAY, monotonic: () => now - start },
    pass: (ms: number) => {
      now += ms;
    },
  };
}

export const names = (memory: MemoryBackend, folder: string) =>
  [...memory.files.keys()].filter((key) => key.startsWith(folder)).map((key) => key.slice(folder.length));

export const tablesOf = (memory: MemoryBackend) =>
  names(memory, 'index/').map((name) => decodeTable(memory.files.get(`index/${name}`)!.bytes, name));

/** The packs that hold an object or its recipe. */
export const packsWith = (memory: MemoryBackend, content: Buffer) =>
  names(memory, 'packs/').filter((name) =>
    decodePack(memory.files.get(packKey(name))!.bytes, name).records.some(
      ({ hash }) => hash === sha256(content),
    ),
  );

export async function mark(
  memory: MemoryBackend,
  { packs = [], tables = [] }: { packs?: string[]; tables?: string[] },
) {
  const { name, bytes } = encodeMark({ packs, tables });
  await memory.put(markKey(name), [bytes], name);
}

/** Does something once, before the first request for which `when` is true. */
export function once(
  memory: MemoryBackend,
  when: (call: Pick<FaultCall, 'operation' | 'key'>) => boolean,
  action: () => void | Promise<void>,
): Backend {
  let done = false;
  const before = async (operation: FaultCall['operation'], key: string) => {
    if (done || !when({ operation, key })) return;
    done = true;
    await action();
  };
  return {
    ...memory,
    async get(key, range, progress) {
      await before('get', key);
      return memory.get(key, range, progress);
    },
    async put(key, body, digest) {
      await before('put', key);
      return memory.put(key, body, digest);
    },
    async *list(prefix, after) {
      await before('list', prefix);
      yield* memory.list(prefix, after);
    },
  };
}

/** Fetches contents into an empty store and compares them. */
export async function expectWhole(memory: MemoryBackend, contents: readonly Buffer[]): Promise<void> {
  const clone = openClone(memory);
  expect((await clone.fetch(wantedOf(contents))).missing).toEqual([]);
  for (const content of contents) expect(clone.read(sha256(content))?.equals(content)).toBe(true);
}
