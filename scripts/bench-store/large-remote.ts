// `npm run bench:large-remote [-- --objects 10000000] [--dir FOLDER] [--json]`: what a push and a clone of one file ask of a bucket that
// already holds ten million objects, counted by an S3 double. The tables are those that years of pushes leave.
import os from 'node:os';
import { parseArgs } from 'node:util';
import { columns, megabytes } from '../support/columns.ts';
import { type Asked, askLargeRemote } from './large-remote/journey.ts';

const { values } = parseArgs({
  options: {
    objects: { type: 'string', default: '10000000' },
    dir: { type: 'string', default: os.tmpdir() },
    json: { type: 'boolean', default: false },
  },
});

// Ctrl-C ends the git that is being measured, and with it, by its failure, this one, which then removes its folders.
process.on('SIGINT', () => {});
const asked = await askLargeRemote(readCount(values.objects), values.dir);
console.log(values.json ? JSON.stringify(asked, undefined, 2) : table(asked));

function table(steps: readonly Asked[]): string {
  const kinds = ['ListObjectsV2', 'GetObject', 'HeadObject', 'PutObject'] as const;
  const rows = steps.map(({ step, requests, up, down, seconds }) => [
    step,
    ...kinds.map((kind) => String(requests[kind] ?? 0)),
    megabytes(up),
    megabytes(down),
    seconds.toFixed(1),
  ]);
  return columns([['', 'LIST', 'GET', 'HEAD', 'PUT', 'up', 'down', 'seconds'], ...rows]);
}

function readCount(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 1000) return count;
  throw new Error(`--objects takes a whole number from 1000, not '${text}'`);
}
