import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { CHUNK_MAX } from '../../../src/format/limits.ts';
import { WHOLE_BYTES } from '../../../src/remote/fetch-assemble.ts';
import { InlineIntake, type Intake, type OnStored } from '../../../src/remote/fetch-intake.ts';
import { Job } from '../../../src/remote/fetch-job.ts';
import type { Piece } from '../../../src/remote/fetch-pieces.ts';
import { ThreadIntake } from '../../../src/remote/store-thread.ts';
import { openStore } from '../../../src/store/open.ts';
import { PARTIAL_BYTES } from '../../../src/store/partial.ts';
import { projectDir } from '../../support/program.ts';
import { noise, sha256 } from '../../support/remote-fixtures.ts';
import { scratchFolder } from '../../support/scratch.ts';

const WAYS = ['inline', 'in a thread', 'in a thread, from shared memory'] as const;
type Way = (typeof WAYS)[number];
const KiB = 1024;

async function storeWorker(): Promise<URL> {
  const outfile = path.join(scratchFolder(), 'store-worker.mjs');
  await build({
    entryPoints: [path.join(projectDir, 'src/remote/store-worker.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
  });
  return pathToFileURL(outfile);
}

/** The thread's program, where the fourth write to a file fails, and no other. */
async function refusedOnce(): Promise<URL> {
  const script = path.join(scratchFolder(), 'refused-once.mjs');
  fs.writeFileSync(
    script,
    `import fs from 'node:fs';
const write = fs.writeSync;
let writes = 0;
fs.writeSync = (...args) => {
  writes += 1;
  if (writes === 4) throw Object.assign(new Error('no'), { code: 'ENOSPC' });
  return write(...args);
};
await import(${JSON.stringify((await storeWorker()).href)});
`,
  );
  return pathToFileURL(script);
}

function refuseOnceHere(): void {
  const write = fs.writeSync as (...args: unknown[]) => number;
  let writes = 0;
  const refused = vi.spyOn(fs, 'writeSync').mockImplementation(((...args: unknown[]) => {
    writes += 1;
    if (writes === 4) throw Object.assign(new Error('no'), { code: 'ENOSPC' });
    return write(...args);
  }) as typeof fs.writeSync);
  onTestFinished(() => refused.mockRestore());
}

async function intakeOf(how: Way, { script, onStored }: Change = {}) {
  const folder = scratchFolder();
  const store = openStore(folder);
  const told = new Map<string, Buffer | undefined>();
  const tell: OnStored = ({ wanted }, content) => {
    onStored?.(wanted.oid);
    told.set(wanted.oid, content && Buffer.from(content));
  };
  const intake =
    how === 'inline'
      ? new InlineIntake(store, tell)
      : new ThreadIntake(script ?? (await storeWorker()), store, tell);
  onTestFinished(() => intake.close());
  /** A store that is opened by a later process. */
  const read = ({ wanted: { oid } }: Job) => {
    const object = openStore(folder).open(oid);
    const bytes = object?.read(0, object.size);
    object?.close();
    return bytes;
  };
  const temporaryFiles = () =>
    fs.existsSync(path.join(folder, 'tmp')) ? fs.readdirSync(path.join(folder, 'tmp')) : [];

  return { intake, folder, store, told, read, temporaryFiles };
}

interface Change {
  readonly script?: URL;
  readonly onStored?: (oid: string) => void;
}

function jobOf(content: Buffer, size = content.length): Job {
  const place = { pack: 'a'.repeat(64), offset: 8, length: 1 };
  return new Job({ oid: sha256(content), size }, { kind: 0, place, table: 'b'.repeat(64) });
}

/** Gives the content in pieces, and spoils their memory as soon as it is the giver's again. */
async function append(
  intake: Intake,
  how: Way,
  job: Job,
  content: Buffer,
  pieceBytes = CHUNK_MAX,
): Promise<void> {
  const isShared = how === 'in a thread, from shared memory';
  const memory = isShared ? Buffer.from(new SharedArrayBuffer(content.length)) : Buffer.alloc(content.length);
  content.copy(memory);
  for (let offset = 0; offset < content.length && job.failure === undefined; offset += pieceBytes) {
    const bytes = memory.subarray(offset, offset + pieceBytes);
    await intake.append(pieceOf(job, offset, bytes.length, offset + bytes.length === content.length), bytes);
    if (!isShared) bytes.fill(0);
  }
  if (!isShared) return;
  await intake.released();
  memory.fill(0);
}

function pieceOf(job: Job, offset: number, length: number, last: boolean): Piece {
  const chunk = { hash: 'c'.repeat(64), rawLength: length, kind: 0 as const, place: job.source.place };
  return { job, chunk, offset, chunkHere: false, baseHere: false, inPartial: false, last };
}

describe.each(WAYS)('objects that a fetch takes in %s', (how) => {
  it('are in the store, whatever their size, and told of with the content of those that were in memory', async () => {
    const { intake, told, read } = await intakeOf(how);
    const sizes = [1, 275, 8192, 8193, 100 * KiB, WHOLE_BYTES, WHOLE_BYTES + 1, 9 * WHOLE_BYTES];
    const contents = sizes.map((size, i) => noise(size, i));
    const jobs = contents.map((content) => jobOf(content));
    for (const [i, content] of contents.entries()) await append(intake, how, jobs[i]!, content, 60 * KiB);
    await intake.settled();
    expect(jobs.map(({ done, failure }) => [done, failure])).toEqual(sizes.map(() => [true, undefined]));
    for (const [i, content] of contents.entries()) {
      const { oid } = jobs[i]!.wanted;
      expect(told.has(oid)).toBe(true);
      expect(told.get(oid)?.equals(content) ?? content.length > WHOLE_BYTES).toBe(true);
    }
    await intake.close();
    for (const [i, content] of contents.entries()) expect(read(jobs[i]!)?.equals(content)).toBe(true);
  });

  it('can be read from the store as soon as they are settled, though others are half there', async () => {
    const { intake, store } = await intakeOf(how);
    const [first, second] = [noise(200 * KiB, 1), noise(3 * WHOLE_BYTES, 2)];
    const jobs = [jobOf(first), jobOf(second)] as const;
    await append(intake, how, jobs[0], first);
    await intake.append(pieceOf(jobs[1], 0, CHUNK_MAX, false), second.subarray(0, CHUNK_MAX));
    await intake.settled();
    expect([store.has(jobs[0].wanted.oid, first.length), jobs[1].done]).toEqual([true, false]);
    await append(intake, how, jobs[1], second);
    await intake.settled();
    expect(jobs[1].done).toBe(true);
  });

  it.each([
    ['small', 300],
    ['of one slot', 200 * KiB],
    ['of several slots', 5 * WHOLE_BYTES],
  ])('fail where their bytes are others (%s), and leave nothing; the others come', async (_, size) => {
    const { intake, read, told, temporaryFiles } = await intakeOf(how);
    const content = noise(size, 1);
    const wrong = Buffer.from(content);
    wrong[size >> 1]! ^= 1;
    const other = noise(150 * KiB, 2);
    const [corrupt, short, long, sound] = [
      jobOf(content),
      jobOf(content, size + 1),
      jobOf(content, size - 1),
      jobOf(other),
    ];
    await append(intake, how, corrupt, wrong);
    await append(intake, how, short, content);
    await append(intake, how, long, content);
    await append(intake, how, sound, other);
    await intake.settled();
    expect([corrupt, short, long].map(({ failure, done }) => [failure, done])).toEqual(
      Array.from({ length: 3 }, () => ['corrupt', false]),
    );
    expect(sound.done).toBe(true);
    expect([...told.keys()]).toEqual([sound.wanted.oid]);
    await intake.close();
    expect(read(corrupt)).toBe(undefined);
    expect(read(sound)?.equals(other)).toBe(true);
    expect(temporaryFiles()).toEqual([]);
  });

  it.each([200 * KiB, 3 * WHOLE_BYTES])(
    'of %i bytes are given up in the middle, and may begin anew',
    async (size) => {
      const { intake, read, temporaryFiles } = await intakeOf(how);
      const content = noise(size, 1);
      const [first, again, last] = [jobOf(content), jobOf(content), jobOf(noise(size, 2))];
      await intake.append(pieceOf(first, 0, size >> 1, false), content.subarray(0, size >> 1));
      intake.fail(first, 'gone');
      await append(intake, how, again, content);
      await intake.append(pieceOf(last, 0, 100 * KiB, false), content.subarray(0, 100 * KiB));
      await intake.settled();
      expect([first.done, first.failure, again.done]).toEqual([false, 'gone', true]);
      await intake.close();
      expect(read(again)?.equals(content)).toBe(true);
      expect(temporaryFiles()).toEqual([]);
    },
  );

  it('are told of to somebody who fails: the fetch fails with it', async () => {
    const { intake } = await intakeOf(how, {
      onStored: () => {
        throw new TypeError('a bug');
      },
    });
    const content = noise(100 * KiB, 1);
    const take = async () => {
      await append(intake, how, jobOf(content), content);
      await intake.settled();
    };
    await expect(take()).rejects.toThrow('a bug');
  });

  it('cannot be stored where the disk refuses: the error is the one of the store', async () => {
    const { intake, folder } = await intakeOf(how);
    fs.writeFileSync(path.join(folder, 'tmp'), 'no folder');
    const content = noise(100 * KiB, 1);
    const take = async () => {
      await append(intake, how, jobOf(content), content);
      await intake.settled();
    };
    await expect(take()).rejects.toMatchObject({ code: 'STORE_FAILED', hint: /written/ });
  });

  it('never become whole once a part of them could not be written, though the rest can', async () => {
    const script = how === 'inline' ? undefined : await refusedOnce();
    const { intake, read } = await intakeOf(how, script === undefined ? {} : { script });
    if (how === 'inline') refuseOnceHere();
    const content = noise(PARTIAL_BYTES + WHOLE_BYTES, 1);
    const memory = Buffer.from(new SharedArrayBuffer(content.length));
    content.copy(memory);
    const job = jobOf(content);
    const errors: unknown[] = [];
    for (let offset = 0; offset < content.length; offset += WHOLE_BYTES) {
      const piece = pieceOf(job, offset, WHOLE_BYTES, offset + WHOLE_BYTES === content.length);
      await intake
        .append(piece, memory.subarray(offset, offset + WHOLE_BYTES))
        .catch((error) => errors.push(error));
    }
    await intake.settled().catch((error) => errors.push(error));
    expect(errors[0]).toMatchObject({ code: 'STORE_FULL' });
    expect([job.done, read(job) === undefined]).toEqual([false, true]);
  });
});

describe.each(WAYS.slice(1))('a thread that stores and dies, as objects are stored %s', (how) => {
  const dies = () => {
    const script = path.join(scratchFolder(), 'dies.mjs');
    fs.writeFileSync(
      script,
      "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(3));",
    );
    return pathToFileURL(script);
  };

  it('fails the fetch, however much it was given, and is not waited for at the end', async () => {
    const { intake } = await intakeOf(how, { script: dies() });
    const content = noise(20 * WHOLE_BYTES, 1);
    await expect(append(intake, how, jobOf(content), content)).rejects.toMatchObject({ code: 'INTERNAL' });
    await intake.close();
  });

  it('fails whoever waits for an object to settle', async () => {
    const { intake } = await intakeOf(how, { script: dies() });
    const content = noise(100 * KiB, 1);
    await intake.append(pieceOf(jobOf(content), 0, content.length, true), content);
    await expect(intake.settled()).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});
