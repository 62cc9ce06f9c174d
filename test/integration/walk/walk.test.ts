import os from 'node:os';
import { expect, test } from 'vitest';
import { walk } from '../../../scripts/walk/walk.ts';

/*
 * Some steps of the walk that `npm run walk` takes for minutes: random git commands and edits, with git-lode and without, must come
 * to the same files, status, branches and exit codes.
 */
test.each([11, 12])(
  'forty random steps from seed %i end as they would without git-lode',
  (seed) => {
    const { difference, steps } = walk(seed, 40, Number.POSITIVE_INFINITY, os.tmpdir());
    expect(difference).toBeUndefined();
    expect(steps).toBe(40);
  },
  60_000,
);
