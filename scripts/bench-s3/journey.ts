import fs from 'node:fs';
import path from 'node:path';
import type { Retired } from '../support/retired.ts';
import { createWorkplace, type Measured, type Workplace } from '../support/workplace.ts';
import type { Contender, Step } from './contenders.ts';
import type { S3Server } from './server.ts';
import { serverEnvironment } from './server-kinds.ts';

export const DIRECTIONS = ['up', 'down'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export interface Sample extends Measured {
  readonly direction: Direction;
  /** The largest resident memory of one process, in bytes; undefined without GNU time. */
  readonly peak: number | undefined;
  readonly requests: number;
}

/**
 * Brings the files in `source/data` to the emptied server and back, in a new workplace inside `parent`. What came back is
 * compared with the source: a time for wrong files is worth nothing.
 */
export function travel(
  contender: Contender,
  source: string,
  server: S3Server,
  parent: string,
  retired: Retired,
): Sample[] {
  server.empty();
  const base = createWorkplace(parent, 'git-lode-bench-');
  const place = base.with(serverEnvironment(server.endpoint));
  try {
    contender.prepare(place, source);
    const samples = DIRECTIONS.map((direction) => {
      const before = server.requests();
      const step = direction === 'up' ? contender.up(source) : contender.down();
      return { direction, ...measure(place, step), requests: server.requests() - before };
    });
    if (contender.isFloor !== true) place.time('.', 'diff', '-r', path.join(source, 'data'), 'there/data');
    return samples;
  } finally {
    retired.add(base.root);
  }
}

function measure(place: Workplace, [cwd, ...command]: Step): Measured & Pick<Sample, 'peak'> {
  // What was written before it is not part of it.
  place.time('.', 'sync');
  if (!fs.existsSync(GNU_TIME)) return { ...place.measure(cwd, ...command), peak: undefined };
  const report = path.join(place.root, 'peak');
  const measured = place.measure(cwd, GNU_TIME, '-f', '%M', '-o', report, ...command);
  return { ...measured, peak: Number(fs.readFileSync(report, 'utf8')) * 1024 };
}

const GNU_TIME = '/usr/bin/time';
