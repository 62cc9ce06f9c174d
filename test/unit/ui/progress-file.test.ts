import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createReporter } from '../../../src/ui/reporter.ts';

let folder: string;
let said: string[];
let time: number;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'git-lode-progress-'));
  said = [];
  time = 0;
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const reporter = (progressFile: string) =>
  createReporter({
    stderr: { write: (text) => said.push(text) },
    isTerminal: false,
    quiet: true,
    progressFile,
    now: () => time,
  });

const lines = (file: string): unknown[] =>
  fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

describe('progress for other programs', () => {
  it('is a line for each step, at most ten a second, and one for the end, though nobody is to be told', () => {
    const file = path.join(folder, 'progress');
    const task = reporter(file).task({ title: 'Uploading', totalBytes: 3000, totalItems: 3 });
    for (const at of [0, 50, 200]) {
      time = at;
      task.add(900, 1);
    }
    task.skip(300);
    task.done('3 objects uploaded');
    const step = { pid: process.pid, task: 1, title: 'Uploading', totalBytes: 3000, totalItems: 3 };
    const none = { skippedBytes: 0, skippedItems: 0 };
    expect(lines(file)).toEqual([
      { ...step, ...none, bytes: 900, items: 1, done: false },
      { ...step, ...none, bytes: 2700, items: 3, bytesPerSecond: 13_500, done: false },
      { ...step, ...none, bytes: 2700, items: 3, skippedBytes: 300, bytesPerSecond: 13_500, done: true },
    ]);
    expect(said).toEqual([]);
  });

  it('is appended to what is there, a number for each task', () => {
    const file = path.join(folder, 'progress');
    fs.writeFileSync(file, '{}\n');
    const both = reporter(file);
    both.task({ title: 'Downloading' }).done();
    both.task({ title: 'Checking out' }).done();
    expect(lines(file)).toMatchObject([{}, { task: 1, done: true }, { task: 2, done: true }]);
  });

  it.each([
    ['progress', 'no absolute path'],
    [path.join(os.tmpdir(), 'git-lode-no-such-folder', 'progress'), 'ENOENT'],
  ])('that cannot be written (%s) is told once', (file, why) => {
    const task = reporter(file).task({ title: 'Uploading' });
    task.add(1);
    task.add(1);
    task.done();
    expect(said).toEqual([expect.stringContaining(why)]);
    expect(said[0]).toContain(`GIT_LODE_PROGRESS=${file}`);
  });
});
