import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { PipeInput } from '../../../src/filter/pipe-input.ts';
import { scratchFolder } from '../../support/scratch.ts';

/** A named pipe that a program writes to: `pieces` times so many bytes, each so many milliseconds after the one before. */
function pipeFrom(pieces: number, bytes: number, every: number): number {
  const pipe = path.join(scratchFolder(), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const script = `
    const fs = require('node:fs');
    const fd = fs.openSync(process.argv[1], 'w');
    const wait = new Int32Array(new SharedArrayBuffer(4));
    for (let i = 0; i < ${pieces}; i++) {
      for (let rest = Buffer.alloc(${bytes}, i); rest.length > 0; ) rest = rest.subarray(fs.writeSync(fd, rest));
      if (${every} > 0) Atomics.wait(wait, 0, 0, ${every});
    }`;
  const writer = spawn(process.execPath, ['-e', script, pipe], { stdio: 'inherit' });
  const fd = fs.openSync(pipe, 'r');
  onTestFinished(() => {
    writer.kill();
    fs.closeSync(fd);
  });
  return fd;
}

/** Everything that comes, with the number of reads. */
function readAll(input: PipeInput, size = 1 << 16) {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(size);
  let [bytes, reads] = [0, 0];
  for (let count = input.read(buffer, 7); count > 0; count = input.read(buffer, 7)) {
    hash.update(buffer.subarray(7, 7 + count));
    bytes += count;
    reads += 1;
  }
  return { digest: hash.digest('hex'), bytes, reads };
}

function sent(pieces: number, bytes: number): string {
  const hash = createHash('sha256');
  for (let i = 0; i < pieces; i++) hash.update(Buffer.alloc(bytes, i));
  return hash.digest('hex');
}

describe.skipIf(process.platform === 'win32')('a pipe that is read', () => {
  it.each([
    ['as fast as it is written', 3000, 5000, 0],
    ['in a long conversation whose other end takes its time', 1200, 40, 1],
    ['in a few pieces', 3, 300_000, 5],
  ])('gives every byte in its order, and its end: %s', (_, pieces, bytes, every) => {
    const { digest, ...read } = readAll(new PipeInput(pipeFrom(pieces, bytes, every)));
    expect(read.bytes).toBe(pieces * bytes);
    expect(digest).toBe(sent(pieces, bytes));
  });

  it('is looked at without sleeping only in a long conversation, and not on where that is in vain', () => {
    const fd = pipeFrom(1200, 40, 1);
    const real = fs.readSync;
    const others = vi.spyOn(fs, 'readSync').mockImplementation(((from: number, ...rest: [Buffer]) => {
      return real(from, ...rest);
    }) as typeof fs.readSync);
    onTestFinished(() => void others.mockRestore());
    readAll(new PipeInput(fd));
    const spinning = others.mock.calls.map(([from]) => from !== fd);
    expect(spinning.slice(0, 499)).not.toContain(true);
    // A millisecond is too long for it: sixteen times, and a few where the machine was late.
    const spun = spinning.filter(Boolean).length;
    const blocking = spinning.length - spun;
    expect(blocking).toBeGreaterThan(900);
    if (process.platform === 'linux') expect(spun).toBeGreaterThan(0);
  });

  it('is read as before where it cannot be opened again', () => {
    const file = path.join(scratchFolder(), 'file');
    fs.writeFileSync(file, Buffer.alloc(100_000, 1));
    const fd = fs.openSync(file, 'r');
    onTestFinished(() => fs.closeSync(fd));
    expect(readAll(new PipeInput(fd), 107)).toMatchObject({ bytes: 100_000, reads: 1000 });
  });
});
