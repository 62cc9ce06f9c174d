import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Backend } from '../../../src/backend/backend.ts';
import { openDirectory } from '../../../src/backend/directory.ts';
import { deadProcess, livingProcess, STRANGER } from '../../support/processes.ts';

let folder: string;
let root: string;
let backend: Backend;

const open = (path: string) => openDirectory({ kind: 'directory', url: path, path });
const put = (key: string, text: string, to = backend) =>
  to.put(key, [Buffer.from(text)], createHash('sha256').update(text).digest('hex'));
const keysOf = async (prefix: string) => {
  const keys: string[] = [];
  for await (const { entries } of backend.list(prefix)) keys.push(...entries.map(({ key }) => key));
  return keys;
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lode-directory-'));
  root = join(folder, 'remote');
  backend = open(root);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a folder that is not there', () => {
  it('reads as an empty remote, and the first put makes it', async () => {
    expect(await keysOf('')).toEqual([]);
    expect((await backend.head('a')).found).toBeUndefined();
    await expect(stat(root)).rejects.toMatchObject({ code: 'ENOENT' });
    await put('a', 'text');
    expect(await readFile(join(root, 'a'), 'utf8')).toBe('text');
  });

  it('is an error if what should hold it is not there either, as when a drive is not mounted', async () => {
    const unmounted = open(join(folder, 'mnt', 'remote'));
    const failure = { code: 'REMOTE_NO_BUCKET', hint: expect.stringContaining('mkdir -p') };
    await expect(unmounted.head('a')).rejects.toMatchObject(failure);
    await expect(unmounted.get('a')).rejects.toMatchObject(failure);
    await expect(put('a', 'text', unmounted)).rejects.toMatchObject(failure);
    await expect(unmounted.list('')[Symbol.asyncIterator]().next()).rejects.toMatchObject(failure);
  });
});

describe('a put', () => {
  it('leaves no temporary file, neither when it worked nor when it did not', async () => {
    await put('a/file', 'text');
    await expect(backend.put('a/other', [Buffer.from('x')], '0'.repeat(64))).rejects.toMatchObject({
      code: 'REMOTE_FAILED',
    });
    expect(await readdir(join(root, '_tmp'))).toEqual([]);
    expect(await readdir(join(root, 'a'))).toEqual(['file']);
  });

  it.skipIf(process.platform === 'win32')('lets in whom the folder lets in, whatever the umask', async () => {
    await mkdir(root);
    await chmod(root, 0o2770);
    const umask = process.umask(0o077);
    try {
      await put('a/b/file', 'text');
    } finally {
      process.umask(umask);
    }
    for (const name of ['a', 'a/b', '_tmp']) {
      expect((await stat(join(root, name))).mode & 0o7777, name).toBe(0o2770);
    }
    expect((await stat(join(root, 'a/b/file'))).mode & 0o7777).toBe(0o440);
  });

  it('removes what writers that died have left, of other machines three days ago, and nothing else', async () => {
    await mkdir(join(root, '_tmp'), { recursive: true });
    const named = (identity: string, random: string) => `.lode-${identity}-${random.repeat(12)}`;
    const gone = [named(deadProcess(), '0'), named(STRANGER, '1')];
    const kept = [named(livingProcess(), '0'), named(STRANGER, '2'), 'notes.txt'];
    for (const name of [...gone, ...kept]) await writeFile(join(root, '_tmp', name), 'half');
    const then = new Date(Date.now() - 4 * 24 * 3_600_000);
    for (const name of [gone[1]!, kept[0]!, kept[2]!]) await utimes(join(root, '_tmp', name), then, then);
    await put('a/file', 'text');
    expect((await readdir(join(root, '_tmp'))).sort()).toEqual(kept.sort());
  });

  it('finds a file that was cut, and does not replace it', async () => {
    await put('a/file', 'the whole text');
    await chmod(join(root, 'a/file'), 0o644);
    await writeFile(join(root, 'a/file'), 'the whole');
    await expect(put('a/file', 'the whole text')).rejects.toMatchObject({
      code: 'REMOTE_FORMAT',
      subject: 'a/file',
    });
    expect(await readFile(join(root, 'a/file'), 'utf8')).toBe('the whole');
  });
});

describe('a list', () => {
  it('passes over what others put into the folder', async () => {
    await put('packs/aa', 'text');
    for (const name of ['.nfs00000000deadbeef', 'Thumbs.db', '.DS_Store', 'aa.part~']) {
      await writeFile(join(root, 'packs', name), '');
    }
    await mkdir(join(root, '_tmp', 'deep'), { recursive: true });
    expect(await keysOf('')).toEqual(['packs/aa']);
  });
});

describe.skipIf(process.platform === 'win32')('a symbolic link', () => {
  it('may be the folder itself', async () => {
    await mkdir(join(folder, 'real'));
    await symlink(join(folder, 'real'), root);
    await put('a/file', 'text');
    expect((await backend.get('a/file')).bytes.toString()).toBe('text');
    expect(await keysOf('a/')).toEqual(['a/file']);
  });

  it('below it is refused as a folder: nothing is read, written or removed beyond it', async () => {
    const outside = join(folder, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'file'), 'private');
    await mkdir(root);
    await symlink(outside, join(root, 'a'));
    const refused = { code: 'PATH_UNSAFE' };
    await expect(backend.get('a/file')).rejects.toMatchObject(refused);
    await expect(backend.head('a/file')).rejects.toMatchObject(refused);
    await expect(put('a/new', 'text')).rejects.toMatchObject(refused);
    await expect(backend.delete(['a/file'])).rejects.toMatchObject(refused);
    await expect(keysOf('a/')).rejects.toMatchObject(refused);
    await expect(keysOf('')).rejects.toMatchObject(refused);
    expect(await readdir(outside)).toEqual(['file']);
  });

  it('below it is refused as a file', async () => {
    await writeFile(join(folder, 'private'), 'private');
    await mkdir(join(root, 'a'), { recursive: true });
    await symlink(join(folder, 'private'), join(root, 'a/file'));
    await expect(backend.get('a/file')).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    await expect(backend.head('a/file')).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    await expect(put('a/file', 'private')).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
  });

  it('in the place of the temporary files is refused, so that nobody’s old files are cleaned away', async () => {
    const outside = join(folder, 'outside');
    await mkdir(outside);
    await mkdir(root);
    await symlink(outside, join(root, '_tmp'));
    await expect(put('a/file', 'text')).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    expect(await readdir(outside)).toEqual([]);
  });
});

describe('something else in the place of a file', () => {
  it('as a folder is refused', async () => {
    await mkdir(join(root, 'a/file'), { recursive: true });
    await expect(backend.get('a/file')).rejects.toMatchObject({ code: 'REMOTE_FORMAT' });
    await expect(put('a/file', 'text')).rejects.toMatchObject({ code: 'REMOTE_FORMAT' });
  });

  it('as a file where a folder should be is refused', async () => {
    await put('a', 'text');
    await expect(put('a/file', 'text')).rejects.toMatchObject({ code: 'REMOTE_FORMAT' });
  });

  it.skipIf(process.platform === 'win32')('as a pipe is refused, and waited for by nobody', async () => {
    await mkdir(join(root, 'a'), { recursive: true });
    execFileSync('mkfifo', [join(root, 'a/file')]);
    await expect(backend.get('a/file')).rejects.toMatchObject({ code: 'REMOTE_FORMAT' });
    await expect(backend.head('a/file')).rejects.toMatchObject({ code: 'REMOTE_FORMAT' });
    expect(await keysOf('a/')).toEqual([]);
  });
});
