import fs from 'node:fs';
import path from 'node:path';
import { systemCode } from '../errors.ts';
import type { Progress } from './progress-line.ts';

/** Milliseconds: a window is drawn no more often. */
const BETWEEN_LINES = 100;

/** Takes the steps of tasks: where the work is done (`done`), always; in between, some times a second. */
export type ProgressSink = (task: number, progress: () => Progress, now: number, done: boolean) => void;

/**
 * Progress for other programs, as GIT_LODE_PROGRESS asks for: each step is one line of JSON, appended by one write, so that the lines of
 * several processes do not mix. `file` has to be absolute: git starts us in folders of its own choice. What cannot be written is told
 * once, and the work goes on.
 */
export function progressFile(file: string, warn: (line: string) => void): ProgressSink {
  let fd: number | undefined;
  let failed = false;
  let last = Number.NEGATIVE_INFINITY;

  const append = (line: string) => {
    try {
      fd ??= fs.openSync(file, 'a');
      fs.writeSync(fd, line);
    } catch (error) {
      const code = systemCode(error);
      if (code === undefined) throw error;
      fail(`cannot be written (${code})`);
    }
  };
  const fail = (why: string) => {
    failed = true;
    warn(`no progress for other programs: GIT_LODE_PROGRESS=${file} ${why}`);
  };

  return (task, progress, now, done) => {
    if (failed || (!done && now - last < BETWEEN_LINES)) return;
    last = now;
    if (path.isAbsolute(file)) append(progressJson(task, progress(), done));
    else fail('is no absolute path');
  };
}

function progressJson(task: number, { rate, ...progress }: Progress, done: boolean): string {
  const bytesPerSecond = rate === undefined ? undefined : Math.round(rate);
  return `${JSON.stringify({ pid: process.pid, task, ...progress, bytesPerSecond, done })}\n`;
}
