import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { formatPointer } from '../../../src/pointer.ts';
import type { Reporter } from '../../../src/report.ts';
import { openStore } from '../../../src/store/open.ts';
import { type DrainDependencies, drainJournal } from '../../../src/worktree/drain.ts';
import { readSizeWord, visitEntries } from '../../../src/worktree/git-index.ts';
import { JournalWriter } from '../../../src/worktree/journal.ts';
import { content, oidOf } from '../../support/scratch.ts';
import { repositoryInSandbox } from './repository.ts';

interface Options {
  /** The object is not in the store. */
  readonly missing?: boolean;
  /** git's index has something else at the path, or nothing. */
  readonly index?: 'pointer' | 'other' | 'none' | 'conflict';
}

/** What git and the filter leave behind: pointers in the working tree and in git's index, and the journal of a filter that is done. */
export async function deferred(names: Readonly<Record<string, Options>>) {
  const { box, repository } = await repositoryInSandbox();
  const store = openStore(repository.sharedDir);
  const journal = new JournalWriter(repository.ownDir);
  const said: string[] = [];
  const reporter: Reporter = {
    info: (line) => said.push(line),
    warn: (line) => said.push(line),
    task: () => ({ add() {}, skip() {}, done() {} }),
  };
  fs.mkdirSync(path.join(repository.commonDir, 'info'), { recursive: true });
  fs.writeFileSync(path.join(repository.commonDir, 'info', 'attributes'), '*.bin filter=lode\n');
  let lines = '';
  for (const [name, { missing = false, index = 'pointer' }] of Object.entries(names)) {
    const bytes = content(500, name);
    const pointer = formatPointer({ oid: oidOf(bytes), size: 500 });
    if (!missing) store.add(oidOf(bytes), bytes);
    const { stdout } = await box.git(['hash-object', '-w', '--stdin'], {
      input: index === 'other' ? 'other' : pointer,
    });
    const stages = index === 'none' ? [] : index === 'conflict' ? [1, 2, 3] : [0];
    for (const stage of stages) lines += `100644 ${stdout.trim()} ${stage}\t${name}\0`;
    if (!name.startsWith('..')) box.write(name, pointer);
    journal.append({ oid: oidOf(bytes), size: 500, path: Buffer.from(name) });
  }
  await box.git(['update-index', '-z', '--index-info'], { input: lines });
  await box.git(['update-index', '-q', '--refresh'], { exitCode: 'any' });
  journal.close();
  const dependencies: DrainDependencies = {
    store,
    reporter,
    fetch: async () => expect.fail('nothing is missing'),
  };
  const drain = (change: Partial<DrainDependencies> = {}) =>
    drainJournal(repository, { ...dependencies, ...change });
  const holds = (name: string) => fs.readFileSync(box.path(name)).equals(content(500, name));
  /** The size that git's index has of a file. */
  const sizeOf = (name: string) => {
    const bytes = fs.readFileSync(repository.indexFile);
    const sizes: number[] = [];
    visitEntries(bytes, 20, (entry) => {
      if (entry.name === name) sizes.push(readSizeWord(bytes, entry));
    });
    return sizes[0];
  };
  return { box, repository, store, dependencies, drain, holds, sizeOf, said };
}
