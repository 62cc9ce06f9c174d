import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatPointer } from '../../../src/pointer.ts';
import {
  contentOf,
  type DataRepository,
  emptyRepository,
  installedSandbox,
  oidOf,
} from '../../support/data-repository.ts';
import { packets, unpack } from '../../support/packets.ts';
import { filterProgram } from '../../support/program.ts';
import type { Sandbox } from '../../support/sandbox.ts';

let box: Sandbox;
let repository: DataRepository;

beforeAll(async () => {
  box = await installedSandbox();
  repository = await emptyRepository(box, 'repository');
  await repository.commit({ 'small.bin': 1, 'large.bin': 1 }, 'one');
});
afterAll(() => box.remove());

const GREETING = packets(
  'git-filter-client\n',
  'version=2\n',
  null,
  'capability=clean\n',
  'capability=smudge\n',
  'capability=delay\n',
  null,
);
const GREETED = [
  'git-filter-server\n',
  'version=2\n',
  null,
  'capability=clean\n',
  'capability=smudge\n',
  'capability=delay\n',
  null,
];
const ERROR = ['status=error\n', null];
const SUCCESS = ['status=success\n', null];

const request = (command: string, pathname: string, content: Uint8Array, ...more: string[]) =>
  packets(
    `command=${command}\n`,
    `pathname=${pathname}\n`,
    ...more.map((line) => `${line}\n`),
    null,
    content,
    null,
  );

/** Says all of it, and gives the answers behind the greeting, how it ended and what people were told. */
async function converse(...requests: Buffer[]) {
  const input = Buffer.concat([GREETING, ...requests]);
  const { bytes, stderr, exitCode } = await box.run(process.execPath, [filterProgram, 'filter-process'], {
    cwd: repository.dir,
    input,
    exitCode: 'any',
  });
  const answers = unpack(bytes);
  expect(answers.slice(0, GREETED.length)).toEqual(GREETED);
  return { answers: answers.slice(GREETED.length), stderr, exitCode };
}

const pointer = (name: string, version: number) =>
  formatPointer({ oid: oidOf(name, version), size: contentOf(name, version).length });
const answered = (content: Uint8Array) => [...SUCCESS, Buffer.from(content).toString('latin1'), null, null];

describe("git's conversation with the filter", () => {
  it('goes on after a file whose content cannot be had', async () => {
    const { answers, stderr, exitCode } = await converse(
      request('smudge', 'missing.bin', pointer('small.bin', 5)),
      request('smudge', 'small.bin', pointer('small.bin', 1)),
    );
    expect(answers).toEqual([...ERROR, ...answered(contentOf('small.bin', 1))]);
    expect(stderr).toContain('missing.bin: ');
    expect(exitCode).toBe(0);
  });

  it('goes on after a command that we do not know', async () => {
    const { answers } = await converse(
      request('transmogrify', 'a.bin', contentOf('small.bin', 1)),
      request('clean', 'a.bin', contentOf('small.bin', 1), 'nonsense=1'),
    );
    expect(answers).toEqual([...ERROR, ...answered(pointer('small.bin', 1))]);
  });

  it('lists no blobs that were delayed, since none is', async () => {
    const { answers } = await converse(packets('command=list_available_blobs\n', null));
    expect(answers).toEqual([null, ...SUCCESS]);
  });

  it('defers only what git may be kept waiting for, and has it in the journal', async () => {
    const file = repository.file('deferred.bin');
    fs.writeFileSync(file, pointer('small.bin', 1));
    const { answers } = await converse(
      request('smudge', 'deferred.bin', pointer('small.bin', 1), 'can-delay=1'),
      request('smudge', 'raw.bin', contentOf('small.bin', 7), 'can-delay=1'),
    );
    expect(answers).toEqual([...answered(pointer('small.bin', 1)), ...answered(contentOf('small.bin', 7))]);
    expect(fs.readFileSync(file).equals(contentOf('small.bin', 1))).toBe(true);
    fs.rmSync(file);
  });

  it.each([
    ['garbage', Buffer.from('garbage that is no packet')],
    [
      'an end inside of a content',
      packets('command=clean\n', 'pathname=a.bin\n', null, contentOf('small.bin', 1)),
    ],
    ['an end inside of a request', packets('command=clean\n')],
  ])('ends at %s, with a word and no trace', async (_, bytes) => {
    const { stderr, exitCode, answers } = await converse(bytes);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/git/);
    expect(stderr).not.toMatch(/\n +at /);
    expect(answers).toEqual([]);
  });

  it('is over at once where git says nothing', async () => {
    const { exitCode, stdout, stderr } = await box.run(process.execPath, [filterProgram, 'filter-process'], {
      cwd: repository.dir,
    });
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('finishes its work where the terminal has gone', async () => {
    const file = repository.file('deferred.bin');
    fs.writeFileSync(file, pointer('large.bin', 1));
    const child = spawn(process.execPath, [filterProgram, 'filter-process'], {
      cwd: repository.dir,
      env: box.env,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    child.stderr.destroy();
    const missing = request('smudge', 'missing.bin', pointer('small.bin', 5));
    child.stdin.end(
      Buffer.concat([
        GREETING,
        missing,
        request('smudge', 'deferred.bin', pointer('large.bin', 1), 'can-delay=1'),
      ]),
    );
    expect(await closed(child)).toBe(0);
    expect(fs.readFileSync(file).equals(contentOf('large.bin', 1))).toBe(true);
    fs.rmSync(file);
  });
});

it('is read by blocking, however a fetch came in between: no part that is loaded makes its pipes others', () => {
  const dist = path.dirname(filterProgram);
  const files = fs.readdirSync(dist, { recursive: true }).map(String);
  const parts = files.filter((name) => name.endsWith('.js'));
  expect(parts.length).toBeGreaterThan(10);
  const asModule = /(?:\bfrom|\bimport)\s*\(?\s*["'](?:node:)?process["']/;
  expect(parts.filter((name) => asModule.test(fs.readFileSync(path.join(dist, name), 'utf8')))).toEqual([]);
});

describe('the one-shot filters', () => {
  const shot = (args: string[], input: Uint8Array) =>
    box.run(process.execPath, [filterProgram, ...args], { cwd: repository.dir, input });

  it('clean and smudge a content', async () => {
    const bytes = contentOf('large.bin', 4);
    const cleaned = await shot(['clean', 'a.bin'], bytes);
    expect(cleaned.bytes.equals(pointer('large.bin', 4))).toBe(true);
    expect((await shot(['smudge', 'a.bin'], cleaned.bytes)).bytes.equals(bytes)).toBe(true);
  });

  it('give a pointer back, with a word, where its content cannot be had', async () => {
    const { bytes, stderr } = await shot(['smudge', 'a.bin'], pointer('small.bin', 5));
    expect(bytes.equals(pointer('small.bin', 5))).toBe(true);
    expect(stderr).toContain('a.bin: ');
  });

  it('pass raw content of any size through, in little memory', async () => {
    const size = 400 << 20;
    const part = contentOf('large.bin', 1);
    const child = spawn(process.execPath, [filterProgram, 'smudge', 'raw.bin'], {
      cwd: repository.dir,
      env: box.env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const fed = feed(child, part, size);
    let received = 0;
    let peak = 0;
    for await (const bytes of child.stdout) {
      received += (bytes as Buffer).length;
      // It has read everything and written nearly everything, and still lives.
      if (peak === 0 && received > size - (8 << 20)) peak = peakMemory(child.pid!);
    }
    await fed;
    expect(received).toBe(size);
    if (fs.existsSync('/proc/self/status')) expect(peak).toBeGreaterThan(1 << 20);
    expect(peak).toBeLessThan(120 << 20);
  });
});

async function feed(child: ChildProcess, part: Buffer, size: number): Promise<void> {
  for (let sent = 0; sent < size; sent += part.length) {
    const piece = part.subarray(0, Math.min(part.length, size - sent));
    if (!child.stdin!.write(piece)) await new Promise((resolve) => child.stdin!.once('drain', resolve));
  }
  child.stdin!.end();
}

/** In bytes; 0 where the system does not tell. */
function peakMemory(pid: number): number {
  const file = `/proc/${pid}/status`;
  if (!fs.existsSync(file)) return 0;
  return Number(/VmHWM:\s+(\d+) kB/.exec(fs.readFileSync(file, 'utf8'))?.[1] ?? 0) * 1024;
}

function closed(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once('close', resolve));
}
