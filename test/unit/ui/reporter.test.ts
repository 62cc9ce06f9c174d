import { beforeEach, describe, expect, test } from 'vitest';
import { createReporter, type ReporterOptions } from '../../../src/ui/reporter.ts';

let written: string[];
let time: number;

beforeEach(() => {
  written = [];
  time = 0;
});

const reporter = (options: Partial<ReporterOptions> = {}) =>
  createReporter({
    stderr: { write: (text) => written.push(text), columns: 80 },
    isTerminal: true,
    quiet: false,
    now: () => time,
    ...options,
  });

/** What a person sees: every line as it stood when it was left, and the one that stands now. */
function screen(): string[] {
  const lines = [''];
  for (const text of written) {
    for (const [at, part] of text.split('\n').entries()) {
      if (at > 0) lines.push('');
      const erased = part.lastIndexOf('\r\u001b[K');
      lines[lines.length - 1] = erased < 0 ? lines.at(-1) + part : part.slice(erased + 4);
    }
  }
  return lines;
}

describe('on a terminal', () => {
  test('progress is one line that is drawn over, and the summary stays', () => {
    const task = reporter().task({ title: 'Uploading', totalBytes: 100_000 });
    for (time = 100; time <= 1000; time += 100) task.add(10_000, 1);
    expect(screen()).toEqual([expect.stringMatching(/^Uploading: 100%, 100 kB of 100 kB, \d/)]);
    task.done('1 object uploaded');
    expect(screen()).toEqual(['git-lode: 1 object uploaded', '']);
  });

  test('is drawn ten times a second at most', () => {
    const task = reporter().task({ title: 'Uploading', totalBytes: 1e6 });
    for (time = 0; time < 2000; time += 1) task.add(500);
    expect(written.length).toBeGreaterThan(10);
    expect(written.length).toBeLessThanOrEqual(20);
  });

  test('a terminal that does not know its width is taken to have 80 columns', () => {
    const task = reporter({ stderr: { write: (text) => written.push(text), columns: 0 } }).task({
      title: 'Uploading',
      totalBytes: 1000,
    });
    time = 400;
    task.add(500);
    expect(screen()).toEqual([expect.stringMatching(/^Uploading: 50%/)]);
  });

  test('what is done at once draws nothing', () => {
    const task = reporter().task({ title: 'Uploading', totalBytes: 10 });
    time = 200;
    task.add(10);
    task.done();
    expect(written).toEqual([]);
  });

  test('a message does not tear the progress line, which comes back under it', () => {
    const report = reporter();
    const task = report.task({ title: 'Uploading', totalBytes: 1000 });
    time = 400;
    task.add(500);
    report.warn('the store is slow');
    expect(screen()).toEqual([
      'git-lode: warning: the store is slow',
      expect.stringMatching(/^Uploading: 50%/),
    ]);
  });

  test('of two tasks the younger is drawn, then the older again', () => {
    const report = reporter();
    const outer = report.task({ title: 'Uploading', totalBytes: 1000 });
    const inner = report.task({ title: 'Reading', totalBytes: 1000 });
    time = 400;
    inner.add(100);
    expect(screen()).toEqual([expect.stringMatching(/^Reading/)]);
    inner.done();
    inner.done('said twice');
    time = 600;
    outer.add(100);
    expect(screen()).toEqual([expect.stringMatching(/^Uploading/)]);
  });

  test('the rate is that of the last seconds', () => {
    const task = reporter().task({ title: 'Uploading', totalBytes: 1e9 });
    for (time = 0; time < 10_000; time += 100) task.add(1_000_000);
    for (; time < 30_000; time += 100) task.add(100_000);
    expect(screen()).toEqual([expect.stringContaining('1.00 MB/s')]);
  });
});

describe('elsewhere', () => {
  test('only lines are written, and no control character', () => {
    const report = reporter({ isTerminal: false });
    const task = report.task({ title: 'Uploading', totalBytes: 1000 });
    for (time = 0; time < 5000; time += 50) task.add(10);
    task.done('3 objects uploaded');
    report.warn('look out');
    expect(written).toEqual(['git-lode: 3 objects uploaded\n', 'git-lode: warning: look out\n']);
  });
});

describe('quiet', () => {
  test('drops progress, summaries and information, and keeps warnings', () => {
    const report = reporter({ quiet: true });
    const task = report.task({ title: 'Uploading', totalBytes: 1000 });
    for (time = 0; time < 5000; time += 50) task.add(10);
    task.done('3 objects uploaded');
    report.info('by the way');
    report.warn('look out');
    expect(written).toEqual(['git-lode: warning: look out\n']);
  });

  test('is asked once, and only when there is something to say', () => {
    let asked = 0;
    const quiet = () => {
      asked += 1;
      return false;
    };
    const report = reporter({ quiet });
    report.warn('look out');
    expect(asked).toBe(0);
    report.info('one');
    report.info('two');
    expect(asked).toBe(1);
  });
});

test('a file name cannot move the cursor', () => {
  reporter().warn('data/\u001b[2J\u0007.bin is not here');
  expect(written).toEqual(['git-lode: warning: data/\\x1b[2J\\x07.bin is not here\n']);
});

test('the second line of a message is indented, so that it is not taken for another speaker', () => {
  reporter().info('3 files are still pointers\nrun: git lode pull');
  expect(written).toEqual(['git-lode: 3 files are still pointers\n  run: git lode pull\n']);
});

test('commands are spelt as this person has to type them', () => {
  reporter({ program: 'npx git-lode' }).info('run: git lode pull');
  expect(written).toEqual(['git-lode: run: npx git-lode pull\n']);
});
