import type { Note } from '../../test/integration/git-commands/notes.ts';
import { PROMISED } from '../../test/integration/git-commands/promised.ts';

/** What of vitest's JSON report is read. */
export interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
      readonly meta?: { readonly note?: Note };
    }[];
  }[];
}

export interface Row {
  readonly part: string;
  readonly name: string;
  /** One for each git. */
  readonly cells: readonly Cell[];
  /** Why a status may read files again after it. */
  readonly because?: string;
}

export interface Cell {
  /** `lacking`: git itself has not what the row needs, which the test has proved. */
  readonly state: 'ok' | 'failed' | 'lacking' | 'missing';
  /** How many files the next status read again. */
  readonly read?: number;
  /** What is lacking. */
  readonly why?: string;
}

/** The reports of several gits, joined by name: in the order in which the parts are promised, then those that are beside. */
export function join(reports: readonly Report[]): Row[] {
  const tests = reports.map((report) => new Map(testsOf(report).map((test) => [key(test), test])));
  const all = new Map(tests.flatMap((each) => [...each]));
  const rows = [...all].map(([name, test]): Row => {
    const cells = tests.map((each) => cellOf(each.get(name)));
    const because = test.meta?.note?.cleans;
    return { part: partOf(test), name: test.title, cells, ...(because !== undefined && { because }) };
  });
  return rows.sort((a, b) => rank(a.part) - rank(b.part) || compare(a.part, b.part));
}

type Test = Report['testResults'][number]['assertionResults'][number];

/** A file that broke outside of its tests counts as one test that failed. */
function testsOf({ testResults }: Report): Test[] {
  return testResults.flatMap(({ name, message, assertionResults }) =>
    assertionResults.length > 0
      ? assertionResults
      : [{ ancestorTitles: ['files that broke'], title: `${name}: ${message ?? ''}`, status: 'failed' }],
  );
}

const partOf = (test: Test) => test.ancestorTitles.join(' > ') || 'others';
const key = (test: Test) => `${partOf(test)} > ${test.title}`;
const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

function rank(part: string): number {
  const i = PROMISED.findIndex((each) => each.part === part);
  return i === -1 ? PROMISED.length : i;
}

/** A test that did not run proves nothing: it is as one that failed. */
function cellOf(test: Test | undefined): Cell {
  if (test === undefined) return { state: 'missing' };
  if (test.status !== 'passed') return { state: 'failed' };
  const note = test.meta?.note;
  if (note?.lacks !== undefined) return { state: 'lacking', why: note.lacks };
  return { state: 'ok', read: note?.read?.length ?? 0 };
}

/** How many cells are not as they should be. */
export function wrong(rows: readonly Row[]): number {
  return rows.flatMap(({ cells }) => cells).filter(({ state }) => state === 'failed' || state === 'missing')
    .length;
}

/** The table for people, with a last line that counts. */
export function format(versions: readonly string[], rows: readonly Row[]): string {
  const head = [
    'section',
    'command',
    ...versions.map((version) => `git ${version}`),
    'may be read again because',
  ];
  const lines = rows.map(({ part, name, cells, because }, i) => [
    part === rows[i - 1]?.part ? '' : part,
    name,
    ...cells.map(cellText),
    because ?? '',
  ]);
  const table = [head, ...lines];
  const widths = head.map((_, i) => Math.max(...table.map((line) => line[i]!.length)));
  const text = table.map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
  return [...text, '', summary(versions, rows)].join('\n');
}

function cellText({ state, read = 0, why }: Cell): string {
  if (state === 'lacking') return `- (git: ${why})`;
  if (state === 'ok') return read === 0 ? 'ok' : `ok, ${read} read again`;
  return state.toUpperCase();
}

function summary(versions: readonly string[], rows: readonly Row[]): string {
  const counts = versions.map((version, i) => {
    const states = rows.map(({ cells }) => cells[i]!.state);
    const count = (state: Cell['state']) => states.filter((each) => each === state).length;
    return `git ${version}: ${count('ok')} ok, ${count('failed')} failed, ${count('missing')} missing, ${count('lacking')} not in this git`;
  });
  return [`${rows.length} rows`, ...counts].join('; ');
}
