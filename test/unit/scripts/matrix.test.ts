import { expect, it } from 'vitest';
import { format, join, type Report, wrong } from '../../../scripts/matrix/table.ts';
import type { Note } from '../../integration/git-commands/notes.ts';

type Test = readonly [part: string, title: string, status: string, note?: Note];

const report = (...tests: readonly Test[]): Report => ({
  testResults: [
    {
      name: 'a.test.ts',
      assertionResults: tests.map(([part, title, status, note]) => ({
        ancestorTitles: [part],
        title,
        status,
        meta: note === undefined ? {} : { note },
      })),
    },
  ],
});

it('joins the gits by name, in the order in which the parts are promised', () => {
  const old = report(
    ['beside', 'other', 'passed'],
    ['stash', 'stash pop', 'passed', { cleans: 'so it is', read: ['a', 'b'] }],
    ['checkout', 'checkout -f', 'passed', { read: [] }],
    ['checkout', 'checkout -m', 'failed'],
  );
  const young = report(
    ['checkout', 'checkout -f', 'passed'],
    ['checkout', 'checkout -m', 'passed'],
    ['stash', 'stash pop', 'passed', { cleans: 'so it is', read: [] }],
    ['beside', 'other', 'passed', { lacks: 'other needs git 9' }],
  );
  expect(format(['2.39', '2.55'], join([old, young])).split('\n')).toEqual([
    'section   command      git 2.39          git 2.55                    may be read again because',
    'checkout  checkout -f  ok                ok',
    '          checkout -m  FAILED            ok',
    'stash     stash pop    ok, 2 read again  ok                          so it is',
    'beside    other        ok                - (git: other needs git 9)',
    '',
    '4 rows; git 2.39: 3 ok, 1 failed, 0 missing, 0 not in this git; git 2.55: 3 ok, 0 failed, 0 missing, 1 not in this git',
  ]);
});

it('takes for wrong what failed, what did not run, and what the other git alone has', () => {
  const one = report(['add', 'add', 'passed'], ['add', 'add -p', 'skipped'], ['add', 'add -N', 'failed']);
  const two = report(['add', 'add -p', 'passed'], ['add', 'add -N', 'passed']);
  const rows = join([one, two]);
  expect(rows.map(({ cells }) => cells.map(({ state }) => state))).toEqual([
    ['ok', 'missing'],
    ['failed', 'ok'],
    ['failed', 'ok'],
  ]);
  expect(wrong(rows)).toBe(3);
  expect(wrong(join([report(['add', 'add', 'passed'])]))).toBe(0);
});

it('counts a file that broke before its tests', () => {
  const broken = { testResults: [{ name: 'b.test.ts', message: 'no such module', assertionResults: [] }] };
  const rows = join([broken]);
  expect(rows).toMatchObject([{ part: 'files that broke', name: 'b.test.ts: no such module' }]);
  expect(wrong(rows)).toBe(1);
});
