import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeAcceptedList } from '../../src/config/accepted-list.ts';
import { writeBytes } from '../../src/install/own-files.ts';
import { ownIdentity } from '../../src/process-identity.ts';
import { writeCacheFile } from '../../src/remote/cache-file.ts';
import { ONLY_OURS, removeAbandoned, temporaryFile, tidyOnce } from '../../src/temporary-file.ts';
import { deadProcess, livingProcess, STRANGER } from '../support/processes.ts';
import { scratchFolder } from '../support/scratch.ts';

const named = (identity: string) => `.lode-${identity}-0123456789ab`;

function put(folder: string, name: string, ageSeconds = 0): void {
  const file = path.join(folder, name);
  fs.writeFileSync(file, '');
  const then = Date.now() / 1000 - ageSeconds;
  fs.utimesSync(file, then, then);
}

describe('temporary files', () => {
  it('of processes that are no more are removed, others stay', () => {
    const folder = scratchFolder();
    const kept = [
      path.basename(temporaryFile(folder)),
      named(livingProcess()),
      named(STRANGER),
      named('x'),
      '.lode-x',
      'file',
      `${named(deadProcess())}.txt`,
    ];
    for (const name of kept) put(folder, name);
    put(folder, named(deadProcess()));
    put(folder, named('18.1.00000000.00000000'), 25 * 3600);
    removeAbandoned(folder);
    expect(fs.readdirSync(folder).sort()).toEqual(kept.sort());
    removeAbandoned(path.join(folder, 'missing'));
  });

  it('of strangers stay for good in a folder that people use too', () => {
    const folder = scratchFolder();
    put(folder, named(STRANGER), 400 * 86_400);
    put(folder, named(deadProcess()));
    removeAbandoned(folder, ONLY_OURS);
    expect(fs.readdirSync(folder)).toEqual([named(STRANGER)]);
  });

  it('are never folders', () => {
    const folder = scratchFolder();
    fs.mkdirSync(path.join(folder, named(deadProcess())));
    removeAbandoned(folder);
    expect(fs.readdirSync(folder)).toHaveLength(1);
  });

  it('are looked for once by a process that writes many', () => {
    const folder = scratchFolder();
    tidyOnce(folder);
    put(folder, named(deadProcess()));
    tidyOnce(folder);
    expect(fs.readdirSync(folder)).toHaveLength(1);
    expect(temporaryFile(folder)).toContain(ownIdentity());
  });
});

describe('what a dead process has left beside a file', () => {
  const writers: readonly (readonly [string, (file: string) => unknown])[] = [
    ['the list of accepted remotes', (file) => writeAcceptedList(file, [])],
    ['a hook or a setting', (file) => writeBytes(file, 'text', 0o644)],
    ['a cached file', (file) => writeCacheFile(file, Buffer.from('text'))],
  ];

  it.each(writers)('is removed by the next that writes %s', (_, write) => {
    const folder = scratchFolder();
    put(folder, named(deadProcess()));
    put(folder, named(livingProcess()));
    write(path.join(folder, 'file'));
    expect(fs.readdirSync(folder).filter((name) => name.startsWith('.lode-'))).toHaveLength(1);
    expect(fs.existsSync(path.join(folder, 'file'))).toBe(true);
  });
});
