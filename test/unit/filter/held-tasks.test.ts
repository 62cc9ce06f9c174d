import { describe, expect, it } from 'vitest';
import { HeldTasks } from '../../../src/filter/held-tasks.ts';
import type { Reporter } from '../../../src/report.ts';

function listener() {
  const heard: unknown[] = [];
  const reporter: Reporter = {
    info: (line) => heard.push(['info', line]),
    warn: (line) => heard.push(['warn', line]),
    task: ({ title }) => {
      heard.push(['task', title]);
      return {
        add: (bytes, items = 0) => heard.push(['add', bytes, items]),
        skip: (bytes, items = 0) => heard.push(['skip', bytes, items]),
        done: (summary) => heard.push(['done', summary]),
      };
    },
  };
  const held = new HeldTasks(reporter);
  held.hold();
  return { heard, held };
}

describe('progress that is held back', () => {
  it('is shown with all that was counted before, and goes on', () => {
    const { heard, held } = listener();
    const task = held.task({ title: 'Downloading' });
    task.add(10, 1);
    task.add(5);
    task.skip(3, 2);
    expect(heard).toEqual([]);
    held.release();
    task.add(1, 1);
    task.done('done');
    expect(heard).toEqual([
      ['task', 'Downloading'],
      ['skip', 3, 2],
      ['add', 15, 1],
      ['add', 1, 1],
      ['done', 'done'],
    ]);
  });

  it('is never shown of what has ended before, and at once of what begins later', () => {
    const { heard, held } = listener();
    held.task({ title: 'before' }).done();
    held.release();
    held.task({ title: 'after' });
    expect(heard).toEqual([['task', 'after']]);
  });

  it('holds no line back', () => {
    const { heard, held } = listener();
    held.warn('careful');
    held.info('by the way');
    expect(heard).toEqual([
      ['warn', 'careful'],
      ['info', 'by the way'],
    ]);
  });
});
