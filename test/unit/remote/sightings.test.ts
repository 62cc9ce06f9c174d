import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Sightings } from '../../../src/remote/sightings.ts';
import { tempFolder } from '../../support/remote-fixtures.ts';

const name = (digit: string) => digit.repeat(64);

describe('sightings', () => {
  it('are kept for later processes, and forgotten by name and by age', () => {
    const file = path.join(tempFolder(), 'cache', 'sightings');
    const first = new Sightings(file);
    expect(first.seen(name('a'))).toBeUndefined();
    first.record([name('a'), name('b')], 1000);
    first.record([name('c')], 2000.5);
    first.forget([name('b')]);
    const second = new Sightings(file);
    expect([second.seen(name('a')), second.seen(name('b')), second.seen(name('c'))]).toEqual([
      1000,
      undefined,
      2000,
    ]);
    second.record([name('d')], 3000, 1500);
    const third = new Sightings(file);
    expect([third.seen(name('a')), third.seen(name('c')), third.seen(name('d'))]).toEqual([
      undefined,
      2000,
      3000,
    ]);
  });

  it('that are damaged are passed over line by line', () => {
    const file = path.join(tempFolder(), 'sightings');
    fs.writeFileSync(file, `nonsense\n${name('a')} 12\n${name('b')} 99999999999999999999\n${name('c')}`);
    const sightings = new Sightings(file);
    expect([sightings.seen(name('a')), sightings.seen(name('b')), sightings.seen(name('c'))]).toEqual([
      12,
      undefined,
      undefined,
    ]);
  });
});
