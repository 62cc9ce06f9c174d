import type { Random } from '../random.ts';

/**
 * What a region has reported up to a day, as a public statistics table shows it: one row each. Such a table repeats itself:
 * zstd alone makes 1/5 of it.
 */
export interface Region {
  readonly id: number;
  readonly country: string;
  readonly name: string;
  readonly source: string;
  /** The day of the last report. */
  day: number;
  cases: number;
  casesWeekly: number;
  deaths: number;
  tests: number;
}

export const COLUMNS = 'id,country,region,place,updated,cases,cases_weekly,deaths,tests,positive_rate,source';

/** Most regions are small, and few have most of what is counted. */
export function createRegion(random: Random, id: number, day: number): Region {
  const cases = Math.floor(20_000 ** (random.next() ** 1.5));
  return {
    id,
    country: COUNTRIES[Math.floor(id / 250) % COUNTRIES.length]!,
    name: random.words(2),
    source: random.pick(SOURCES),
    day,
    cases,
    casesWeekly: Math.floor(cases * 0.02 * random.next()),
    deaths: Math.floor(cases * 0.01 * random.next()),
    tests: 10 * Math.floor(cases * (0.2 + 0.5 * random.next())),
  };
}

/** A day's report of one region. */
export function report(random: Random, region: Region, day: number): void {
  const found = Math.floor((region.casesWeekly / 7 + 2) * 2 * random.next());
  region.day = day;
  region.cases += found;
  region.casesWeekly = Math.floor((region.casesWeekly * 6) / 7) + found;
  region.deaths += random.below(50) === 0 ? 1 : 0;
  region.tests += 10 * random.below(found + 2);
}

export function csvLine(region: Region): string {
  const { id, country, name, day, cases, casesWeekly, deaths, tests, source } = region;
  const date = new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
  const positive = Math.min(1, cases / Math.max(1, tests)).toFixed(2);
  const place = `"${name}, ${country}, United Regions"`;
  return [id, country, name, place, date, cases, casesWeekly, deaths, tests, positive, source].join();
}

const LETTERS = 'ABCDEFGHIJ';
const COUNTRIES = [...LETTERS].flatMap((first) => [...LETTERS].map((second) => first + second));
const SOURCES = ['ministry of health', 'regional office', 'national statistics office', 'press'];
