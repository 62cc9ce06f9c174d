import { columns } from '../support/columns.ts';
import type { Measured } from '../support/workplace.ts';
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

export type Quantity = keyof Measured;

const TITLES: Readonly<Record<Quantity, string>> = { seconds: 'wall seconds', cpu: 'CPU seconds' };

function medianOf(samples: readonly Sample[], step: string, quantity: Quantity): number {
  return median(samples.filter((sample) => sample.step === step).map((sample) => sample[quantity]));
}

/**
 * One row a step: every contender's median, then the last contender as a ratio to each of the others. A contender that was
 * left out has no column.
 */
export function stepTable(samples: ReadonlyMap<string, readonly Sample[]>, quantity: Quantity): string {
  const names = [...samples.keys()];
  const last = names.at(-1)!;
  const others = names.slice(0, -1);
  const header = [TITLES[quantity], ...names, ...others.map((name) => `${last} / ${name}`)];
  const rows = STEPS.map((step) => {
    const of = (name: string) => medianOf(samples.get(name)!, step, quantity);
    return [
      step,
      ...names.map((name) => seconds(of(name))),
      ...others.map((name) => ratio(of(last), of(name))),
    ];
  });
  return columns([header, ...rows]);
}

/** The machine's floors, and how many times each of them the last contender's add and switch take, in wall time. */
export function floorTable(
  samples: ReadonlyMap<string, readonly Sample[]>,
  floors: ReadonlyMap<string, readonly Measured[]>,
): string {
  const [name, own] = [...samples].at(-1)!;
  const of = (step: string) => medianOf(own, step, 'seconds');
  const rows = [...floors].map(([floor, values]) => {
    const time = median(values.map((value) => value.seconds));
    return [floor, seconds(time), ratio(of('add'), time), ratio(of('switch'), time)];
  });
  return columns([['floor', TITLES.seconds, `${name} add / floor`, 'switch / floor'], ...rows]);
}

/** A process too short for the clock that counts CPU time gives no ratio. */
function ratio(value: number, to: number): string {
  return to === 0 ? '–' : (value / to).toFixed(2);
}
