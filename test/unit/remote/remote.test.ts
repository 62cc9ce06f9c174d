import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openMemory } from '../../../src/backend/memory.ts';
import { totalRequests } from '../../../src/backend/with-count.ts';
import { LodeError } from '../../../src/errors.ts';
import { findRepository } from '../../../src/git/repository.ts';
import { openRemote } from '../../../src/remote/remote.ts';
import { silentReporter } from '../../../src/report.ts';
import { openClone } from '../../support/remote-clone.ts';
import { tempFolder } from '../../support/remote-fixtures.ts';

describe('a data remote', () => {
  it('is opened without a request, and without a trace in the repository or on the remote', async () => {
    const folder = tempFolder();
    const gitDir = path.join(folder, '.git');
    fs.mkdirSync(path.join(gitDir, 'objects'), { recursive: true });
    fs.writeFileSync(path.join(gitDir, 'HEAD'), 'ref: refs/heads/main\n');
    const place = path.join(folder, 'remote');
    const settings = { kind: 'directory', url: 'remote', path: place } as const;
    const remote = await openRemote(findRepository(folder, {}), settings, silentReporter);
    expect(totalRequests(remote.counts)).toBe(0);
    expect(fs.existsSync(place)).toBe(false);
    expect(fs.existsSync(path.join(gitDir, 'lode'))).toBe(false);
    remote.close();
  });

  it('is told apart from others by its URL', () => {
    const folder = tempFolder();
    const at = (url: string) => openClone(openMemory({ url }), folder).remote.cacheDir;
    expect(at('s3://a/x')).toBe(at('s3://a/x'));
    expect(at('s3://a/x')).not.toBe(at('s3://a/y'));
  });
});

describe('reading from a data remote', () => {
  it('begins with the format and a listing, which serves the first look-up alone', async () => {
    const backend = openMemory();
    await openClone(backend).remote.ensureFormat();
    const { remote } = openClone(backend);
    await remote.beginReading();
    expect(remote.counts).toMatchObject({ head: { requests: 1 }, list: { requests: 1 } });
    await remote.tables.refresh();
    expect(remote.counts.list.requests).toBe(1);
    await remote.tables.refresh();
    expect(remote.counts.list.requests).toBe(2);
  });

  it('fails with what is wrong with the format, once both have been answered', async () => {
    const backend = openMemory();
    backend.files.set('git-lode.json', { bytes: Buffer.from('{}'), time: 1 });
    const { remote } = openClone(backend);
    await expect(remote.beginReading()).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
    expect(remote.counts.list.requests).toBe(1);
  });

  it('fails at the first look-up if it cannot be listed', async () => {
    const backend = openMemory();
    await openClone(backend).remote.ensureFormat();
    const unlisted = Object.assign(Object.create(backend), {
      // biome-ignore lint/correctness/useYield: it fails before its first page
      async *list() {
        throw new LodeError('REMOTE_FORBIDDEN', 'no');
      },
    });
    const { remote } = openClone(unlisted);
    await remote.beginReading();
    await expect(remote.tables.refresh()).rejects.toMatchObject({ code: 'REMOTE_FORBIDDEN' });
  });
});

describe('the format file', () => {
  it('is absent from a remote that nobody has pushed to, and asked for again', async () => {
    const { remote } = openClone(openMemory());
    expect(await remote.checkFormat()).toBe(false);
    expect(await remote.checkFormat()).toBe(false);
    expect(remote.counts.head.requests).toBe(2);
  });

  it('is put by the first pusher, and read once by every clone', async () => {
    const backend = openMemory();
    await openClone(backend).remote.ensureFormat();
    expect([...backend.files.keys()]).toEqual(['git-lode.json']);
    const first = openClone(backend);
    expect(await first.remote.checkFormat()).toBe(true);
    const later = openClone(backend, first.folder);
    expect(await later.remote.checkFormat()).toBe(true);
    await later.remote.ensureFormat();
    expect(totalRequests(later.remote.counts)).toBe(0);
  });

  it('is the same from two who are first at once', async () => {
    const backend = openMemory();
    await Promise.all([openClone(backend).remote.ensureFormat(), openClone(backend).remote.ensureFormat()]);
    expect(await openClone(backend).remote.checkFormat()).toBe(true);
  });

  it('of something else is neither trusted nor replaced', async () => {
    const backend = openMemory();
    backend.files.set('git-lode.json', { bytes: Buffer.from('{}'), time: 1 });
    await expect(openClone(backend).remote.ensureFormat()).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
    expect(backend.files.get('git-lode.json')?.bytes.toString()).toBe('{}');
  });
});
