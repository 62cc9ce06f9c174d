import { expect, it } from 'vitest';
import { filesOf } from '../../../scripts/bench/datasets.ts';
import { type Sample, STEPS } from '../../../scripts/bench/journey.ts';
import { floorTable, median, stepTable } from '../../../scripts/bench/report.ts';
import { createWorkplace } from '../../../scripts/support/workplace.ts';
import { projectDir } from '../../support/program.ts';
import { createSandbox } from '../../support/sandbox.ts';

const every = (seconds: number): Sample[] => STEPS.map((step) => ({ step, seconds, cpu: seconds * 2 }));

it('takes the middle of an odd number, and the mean of the middle two of an even one', () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(median([4, 1, 2, 9])).toBe(3);
  expect(median([7])).toBe(7);
});

it('prints one row a step, with the last contender as a ratio to the others', () => {
  const lines = stepTable(
    new Map([
      ['plain git', every(2)],
      ['git-lode', [...every(3), ...every(5)]],
    ]),
    'cpu',
  ).split('\n');
  expect(lines).toHaveLength(STEPS.length + 1);
  expect(lines[0]).toBe('CPU seconds     plain git  git-lode  git-lode / plain git');
  expect(lines[1]).toMatch(/^add +4\.00 +8\.00 +2\.00$/);
});

it('sets add and switch beside what the machine needs to copy and to hash', () => {
  const text = floorTable(new Map([['git-lode', every(3)]]), new Map([['cp', [{ seconds: 1.5, cpu: 1 }]]]));
  expect(text.split('\n')[1]).toMatch(/^cp +1\.50 +2\.00 +2\.00$/);
});

it('measures what a program and its children use', () => {
  const box = createSandbox();
  const place = createWorkplace(box.root, 'measure-');
  const busy = 'const end = process.cpuUsage().user + 300_000; while (process.cpuUsage().user < end);';
  const { seconds, cpu } = place.measure('.', 'sh', '-c', '"$1" -e "$2"; :', 'sh', process.execPath, busy);
  expect(cpu).toBeGreaterThan(0.25);
  expect(seconds).toBeGreaterThan(0.25);
  expect(() => place.measure('.', 'git', 'no-such-verb')).toThrow(/not a git command/);
});

it('spreads many files over folders, each under a name of its own', () => {
  const names = filesOf({ name: 'x', files: 1_001, size: 1 });
  expect(new Set(names).size).toBe(1_001);
  expect(names.at(-1)).toBe('data/00002/01000.bin');
});

it('has a filter that gives back, through git, what it got: also in pieces larger than a pipe holds', async () => {
  const box = createSandbox();
  await box.git(['init', '-q']);
  await box.git([
    'config',
    'filter.echo.process',
    `"${process.execPath}" "${projectDir}/scripts/bench/echo-filter.mjs"`,
  ]);
  await box.git(['config', 'filter.echo.required', 'true']);
  box.write('.gitattributes', '*.bin filter=echo -text\n');
  const hash = box.writeRandom('a.bin', 3_000_000);
  box.write('empty.bin', '');
  await box.git(['add', '.']);
  box.write('a.bin', 'other');
  await box.git(['checkout', '--', 'a.bin']);
  expect(box.sha256('a.bin')).toBe(hash);
});
