import { median } from '../bench/report.ts';
import { columns, megabytes } from '../support/columns.ts';
import { DIRECTIONS, type Sample } from './journey.ts';

/** A row for each direction and contender, medians; the last column is how many times the last contender's time each one took. */
export function table(samples: ReadonlyMap<string, readonly Sample[]>): string {
  const last = [...samples.keys()].at(-1)!;
  const rows = DIRECTIONS.flatMap((direction) => {
    const of = (name: string, quantity: 'seconds' | 'cpu' | 'requests' | 'peak') =>
      median(
        samples
          .get(name)!
          .flatMap((each) => (each.direction === direction ? [each[quantity] ?? Number.NaN] : [])),
      );
    return [...samples.keys()].map((name) => [
      `${direction}: ${name}`,
      of(name, 'seconds').toFixed(2),
      of(name, 'cpu').toFixed(2),
      Number.isNaN(of(name, 'peak')) ? '–' : megabytes(of(name, 'peak')),
      Number.isNaN(of(name, 'requests')) ? '–' : of(name, 'requests').toFixed(0),
      (of(name, 'seconds') / of(last, 'seconds')).toFixed(2),
    ]);
  });
  return columns([['', 'wall s', 'CPU s', 'peak memory', 'requests', `wall / ${last}`], ...rows]);
}
