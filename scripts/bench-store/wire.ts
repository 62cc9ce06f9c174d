// `npm run bench:wire [-- --megabytes 1000] [--dir FOLDER] [--json]`: bytes that a small edit of one large file sends and
// receives, counted between git-lode and an S3 double.
import os from 'node:os';
import { parseArgs } from 'node:util';
import { columns, megabytes } from '../support/columns.ts';
import { type Traffic, travel } from './wire/journey.ts';

/** What an edit may cost, each way. */
const GOAL = 1.5e6;

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '1000' },
    dir: { type: 'string', default: os.tmpdir() },
    json: { type: 'boolean', default: false },
  },
});

// Ctrl-C ends the git that is being measured, and with it, by its failure, this one, which then removes its folders.
process.on('SIGINT', () => {});
const traffic = await travel(readSize(values.megabytes), values.dir);
console.log(values.json ? JSON.stringify(traffic, undefined, 2) : table(traffic));

function table(steps: readonly Traffic[]): string {
  const header = ['', 'up', 'down', 'requests', 'seconds', `edits: ${megabytes(GOAL)} each way`];
  const rows = steps.map(({ step, up, down, requests, seconds }, i) => {
    const verdict = up <= GOAL && down <= GOAL ? 'kept' : 'OVER';
    const amounts = [megabytes(up), megabytes(down), String(requests), seconds.toFixed(1)];
    // The first push and the clone move the whole file.
    return [step, ...amounts, i < 2 ? '–' : verdict];
  });
  return columns([header, ...rows]);
}

function readSize(text: string): number {
  const size = Number(text) * 1e6;
  if (size >= 1e5) return size;
  throw new Error(`--megabytes takes a number from 0.1, not '${text}'`);
}
