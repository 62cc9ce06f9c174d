import { PassThrough, Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readInput } from '../../../src/ui/input.ts';

const never = new AbortController().signal;

test('reads to the end, letters cut in two included', async () => {
  const bytes = Buffer.from('größe\n');
  expect(await readInput(Readable.from([bytes.subarray(0, 3), bytes.subarray(3)]), never)).toBe('größe\n');
});

test('a terminal has nothing to say', async () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true });
  expect(await readInput(terminal, never)).toBe('');
});

test('an empty input is empty', async () => {
  expect(await readInput(Readable.from([]), never)).toBe('');
});

test('one that stays open and silent is an error, since nothing read is not the same as nothing pushed', async () => {
  await expect(readInput(new PassThrough(), never, 20)).rejects.toMatchObject({
    code: 'USAGE',
    hint: expect.stringContaining('use_stdin'),
  });
});

test('one that has begun may take its time', async () => {
  const slow = new PassThrough();
  const read = readInput(slow, never, 20);
  slow.write('a');
  setTimeout(() => slow.end('b'), 60);
  expect(await read).toBe('ab');
});

test('an interrupt ends the wait', async () => {
  const stop = new AbortController();
  const read = readInput(new PassThrough(), stop.signal);
  const reason = new Error('interrupted');
  stop.abort(reason);
  await expect(read).rejects.toBe(reason);
});
