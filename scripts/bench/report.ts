import { columns } from '../support/columns.ts';
import { type Sample, STEPS } from './journey.ts';

/** The median of `values`, at least one; the mean of the middle two of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

/** Seconds with three significant digits. */
function seconds(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/**
 * One row a step: every contender's median in seconds, then the last contender as a ratio to each of the others. A
 * contender that was left out has no column.
 */
export function stepTable(samples: ReadonlyMap<string, readonly Sample[]>): string {
  const names = [...samples.keys()];
  const last = names.at(-1)!;
  const others = names.slice(0, -1);
  const header = ['median seconds', ...names, ...others.map((name) => `${last} / ${name}`)];
  const rows = STEPS.map((step) => {
    const of = (name: string) =>
      median(samples.get(name)!.flatMap((sample) => (sample.step === step ? [sample.seconds] : [])));
    const ratios = others.map((name) => (of(last) / of(name)).toFixed(2));
    return [step, ...names.map((name) => seconds(of(name))), ...ratios];
  });
  return columns([header, ...rows]);
}

/** The machine's floors, and how many times each of them the last contender's add and switch take. */
export function floorTable(
  samples: ReadonlyMap<string, readonly Sample[]>,
  floors: ReadonlyMap<string, readonly number[]>,
): string {
  const [name, own] = [...samples].at(-1)!;
  const of = (step: string) => median(own.flatMap((each) => (each.step === step ? [each.seconds] : [])));
  const rows = [...floors].map(([floor, values]) => {
    const time = median(values);
    return [floor, seconds(time), (of('add') / time).toFixed(2), (of('switch') / time).toFixed(2)];
  });
  return columns([['floor', 'seconds', `${name} add / floor`, 'switch / floor'], ...rows]);
}
