// A folder is shared by processes that know nothing of each other, and some of them die.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDirectory } from '../../src/backend/directory.ts';
import { isLodeError } from '../../src/errors.ts';

const FILES = 30;
const SIZE = 1024 * 1024;
const keys = Array.from({ length: FILES }, (_, index) => `packs/${String(index).padStart(2, '0')}`);

const writer = `
import { createHash } from 'node:crypto';
import { openDirectory } from './directory.mjs';
const path = process.argv[2];
const backend = openDirectory({ kind: 'directory', url: path, path });
for (let index = 0; index < ${FILES}; index += 1) {
  const bytes = Buffer.alloc(${SIZE}, index + 1);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await backend.put('packs/' + String(index).padStart(2, '0'), [bytes], sha256);
}
`;

let folder: string;
let root: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lode-processes-'));
  root = join(folder, 'remote');
  await build({
    entryPoints: [fileURLToPath(new URL('../../src/backend/directory.ts', import.meta.url))],
    outfile: join(folder, 'directory.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  await writeFile(join(folder, 'writer.mjs'), writer);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function startWriter(): { child: ChildProcess; ended: Promise<unknown[]> } {
  const child = spawn(process.execPath, [join(folder, 'writer.mjs'), root], { stdio: 'inherit' });
  return { child, ended: once(child, 'exit') };
}

it('shows every file whole or not at all while three write it, of whom one is killed', async () => {
  const backend = openDirectory({ kind: 'directory', url: root, path: root });
  const isWhole = async (key: string, index: number): Promise<boolean> => {
    try {
      const { bytes } = await backend.get(key);
      expect(bytes.equals(Buffer.alloc(SIZE, index + 1)), key).toBe(true);
      return true;
    } catch (error) {
      if (isLodeError(error, 'KEY_MISSING')) return false;
      throw error;
    }
  };

  const writers = [startWriter(), startWriter(), startWriter()];
  let seen = 0;
  while (seen < FILES) {
    seen = 0;
    for (const [index, key] of keys.entries()) if (await isWhole(key, index)) seen += 1;
    if (seen > FILES / 3) writers[0]!.child.kill('SIGKILL');
    const running = writers.some(({ child }) => child.exitCode === null && child.signalCode === null);
    if (!running) break;
  }
  const [, ...survivors] = await Promise.all(writers.map(({ ended }) => ended));
  expect(survivors).toEqual([
    [0, null],
    [0, null],
  ]);
  for (const [index, key] of keys.entries()) expect(await isWhole(key, index), key).toBe(true);
  const listed: string[] = [];
  for await (const { entries } of backend.list('')) listed.push(...entries.map(({ key }) => key));
  expect(listed).toEqual(keys);
});
