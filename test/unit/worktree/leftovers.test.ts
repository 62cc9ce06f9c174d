import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownIdentity } from '../../../src/process-identity.ts';
import { temporaryFile } from '../../../src/temporary-file.ts';
import { hasLeftovers, removeLeftovers } from '../../../src/worktree/leftovers.ts';
import { ParentFolders } from '../../../src/worktree/safe-path.ts';
import { TemporaryPlaces } from '../../../src/worktree/temporary-places.ts';
import { deadProcess, livingProcess, STRANGER } from '../../support/processes.ts';
import { repositoryInSandbox } from './repository.ts';

async function worktree() {
  const { box, repository } = await repositoryInSandbox();
  fs.mkdirSync(repository.ownDir);
  return { box, repository, top: repository.workTree!, ownDir: repository.ownDir };
}

function put(file: string, bytes: string | Uint8Array = '', ageSeconds = 0): string {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, bytes);
  const then = Date.now() / 1000 - ageSeconds;
  fs.utimesSync(file, then, then);
  return file;
}

const temporary = (identity: string, random = '0123456789ab') => `.lode-${identity}-${random}`;

describe('beside the journals a killed process leaves', () => {
  const DEAD = deadProcess();
  const kinds: readonly (readonly [string, (identity: string) => string])[] = [
    ['a temporary file', (identity) => temporary(identity)],
    ['a temporary file of the journal', (identity) => `journal/${temporary(identity)}`],
    ['a note on a journal that is gone', (identity) => `journal/${identity}.0123456789ab.taken`],
    ['a record of what is beside files', (identity) => `beside/${identity}.0123456789ab`],
  ];

  it.each(kinds)('%s, which is removed', async (_, nameOf) => {
    const { repository, ownDir } = await worktree();
    expect(hasLeftovers(repository)).toBe(false);
    const file = put(path.join(ownDir, nameOf(DEAD)));
    expect(hasLeftovers(repository)).toBe(true);
    removeLeftovers(repository);
    expect(fs.existsSync(file)).toBe(false);
    expect(hasLeftovers(repository)).toBe(false);
  });

  it.each(kinds)('%s, which stays while its process lives, or may', async (_, nameOf) => {
    const { repository, ownDir } = await worktree();
    const files = [livingProcess(), STRANGER].map((identity) => put(path.join(ownDir, nameOf(identity))));
    expect(hasLeftovers(repository)).toBe(false);
    removeLeftovers(repository);
    expect(files.every((file) => fs.existsSync(file))).toBe(true);
  });

  it('a note that belongs to a journal, which stays with it', async () => {
    const { repository, ownDir } = await worktree();
    put(path.join(ownDir, `journal/${DEAD}.0123456789ab.live`));
    const note = put(path.join(ownDir, `journal/${DEAD}.0123456789ab.taken`));
    removeLeftovers(repository);
    expect(fs.existsSync(note)).toBe(true);
  });
});

describe('temporary files beside files of the working tree', () => {
  const OTHER_VOLUME = { device: () => 2n, deviceOf: () => 1n } as unknown as ParentFolders;

  /** What is there after a kill: a file with one of our names, and the record that names it. */
  async function killed(name: string) {
    const { box, repository, top, ownDir } = await worktree();
    const record = path.join(ownDir, 'beside', `${deadProcess()}.0123456789ab`);
    const left = `${name}${temporary(deadProcess())}`;
    put(record, `${left}\0`);
    put(path.join(top, left), 'half');
    return { box, repository, record, file: path.join(top, left) };
  }

  it('are remembered from before they are made until they are gone', async () => {
    const { repository, top, ownDir } = await worktree();
    const places = new TemporaryPlaces(top, ownDir, OTHER_VOLUME);
    const [first, second] = ['sub/a.bin', 'gr\xf6\xdfe.bin'].map((name) => places.of(name).next());
    expect(path.dirname(String(first))).toBe(path.join(top, 'sub'));
    expect(Buffer.isBuffer(second) || path.dirname(String(second)) === top).toBe(true);
    const [record] = fs.readdirSync(path.join(ownDir, 'beside'));
    expect(record!.startsWith(`${ownIdentity()}.`)).toBe(true);
    const names = fs.readFileSync(path.join(ownDir, 'beside', record!), 'latin1').split('\0');
    expect(names.slice(0, -1)).toEqual([first, second].map((file) => path.relative(top, String(file))));
    removeLeftovers(repository);
    expect(fs.readdirSync(path.join(ownDir, 'beside'))).toHaveLength(1);
    places.close();
    expect(fs.readdirSync(path.join(ownDir, 'beside'))).toEqual([]);
  });

  it('are in the git directory where that is on the same volume, until a rename from there is refused', async () => {
    const { top, ownDir } = await worktree();
    const places = new TemporaryPlaces(top, ownDir, new ParentFolders(top));
    const place = places.of('a.bin');
    expect(path.dirname(String(place.next()))).toBe(ownDir);
    expect(place.crossed()).toBe(true);
    expect(path.dirname(String(place.next()))).toBe(top);
    expect(place.crossed()).toBe(false);
    expect(path.dirname(String(places.of('b.bin').next()))).toBe(top);
    places.close();
  });

  it.each(['', 'sub/', 'sub folder/ü/'])('are removed when their process is no more: %j', async (folder) => {
    const { repository, file, record } = await killed(folder);
    const other = put(path.join(path.dirname(file), temporary(deadProcess(), 'ffffffffffff')));
    removeLeftovers(repository);
    expect([file, record, other].map((each) => fs.existsSync(each))).toEqual([false, false, true]);
  });

  it('are all that a record can name: no other file, none outside, none behind a link', async () => {
    const { box, repository, record } = await killed('');
    const name = temporary(deadProcess());
    const kept = [`../${name}`, 'mine.bin', `link/${name}`, `.git/${name}`, temporary(livingProcess())];
    fs.mkdirSync(box.path('../elsewhere'));
    fs.symlinkSync('../elsewhere', box.path('link'));
    for (const each of kept) put(box.path(each), 'kept');
    put(record, [...kept, temporaryFile(''), name.slice(0, -1)].map((each) => `${each}\0`).join('') + name);
    removeLeftovers(repository);
    expect(kept.filter((each) => !fs.existsSync(box.path(each)))).toEqual([]);
    expect(fs.existsSync(record)).toBe(false);
  });
});
