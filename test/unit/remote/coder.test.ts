import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadCodec } from '../../../src/format/codec.ts';
import { CHUNK_MAX } from '../../../src/format/limits.ts';
import { type Coder, inlineCoder } from '../../../src/remote/coder.ts';
import { coderFor, decoderFor, threadCoder } from '../../../src/remote/coder-threads.ts';
import { projectDir } from '../../support/program.ts';
import { noise, sha256, text } from '../../support/remote-fixtures.ts';
import { scratchFolder } from '../../support/scratch.ts';

/** As in the program: a file beside which the WASM codec is. */
async function coderWorker(): Promise<URL> {
  const outfile = path.join(scratchFolder(), 'coder-worker.mjs');
  await build({
    entryPoints: [path.join(projectDir, 'src/remote/coder-worker.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    plugins: [
      {
        name: 'built',
        setup: ({ onResolve }) =>
          onResolve({ filter: /zstd-wasm\.ts$/ }, () => ({
            path: pathToFileURL(path.join(projectDir, 'dist/zstd-wasm.js')).href,
            external: true,
          })),
      },
    ],
  });
  return pathToFileURL(outfile);
}

async function coder(how: string): Promise<Coder> {
  const made = how === 'inline' ? inlineCoder(await loadCodec()) : await threadCoder(await coderWorker(), 2);
  onTestFinished(() => made.close());
  return made;
}

describe.each(['inline', 'in threads'])('chunks coded %s', (how) => {
  it('come back as they were, whichever kind they got', async () => {
    const { encode, delta, decode } = await coder(how).then((made) => ({
      encode: made.encode.bind(made),
      delta: made.delta.bind(made),
      decode: made.decode.bind(made),
    }));
    const plain = [text(100, 1), text(20_000, 2), text(CHUNK_MAX, 3), noise(40_000, 4), noise(CHUNK_MAX, 5)];
    await Promise.all(
      plain.map(async (data) => {
        const { kind, bytes } = await encode(data, 'fast');
        const stored = { kind, data: bytes, rawLength: data.length, hash: sha256(data) };
        expect((await decode(stored))?.equals(data)).toBe(true);
      }),
    );
    const base = noise(200_000, 6);
    const edited = Buffer.concat([base.subarray(0, 90_000), Buffer.from('edit'), base.subarray(90_000)]);
    for (const effort of ['fast', 'thorough'] as const) {
      const bytes = (await delta(edited, base, effort))!;
      expect(bytes.length).toBeLessThan(1000);
      const stored = { kind: 2 as const, data: bytes, rawLength: edited.length, hash: sha256(edited) };
      expect((await decode(stored, base))?.equals(edited)).toBe(true);
    }
  });

  it('are nothing where they are damaged, or their base is another', async () => {
    const made = await coder(how);
    const data = text(50_000, 7);
    const { kind, bytes } = await made.encode(data, 'fast');
    const stored = { kind, data: bytes, rawLength: data.length, hash: sha256(data) };
    expect(await made.decode({ ...stored, hash: sha256(noise(9, 9)) })).toBeUndefined();
    expect(await made.decode({ ...stored, data: bytes.subarray(1) })).toBeUndefined();
    const raw = noise(50_000, 8);
    expect(await made.decode({ kind: 0, data: raw, rawLength: 50_000, hash: sha256(raw) })).toBe(raw);
    expect(await made.decode({ kind: 0, data: raw, rawLength: 50_001, hash: sha256(raw) })).toBeUndefined();
    const long = Buffer.alloc(CHUNK_MAX + 1);
    expect(
      await made.decode({ kind: 0, data: long, rawLength: long.length, hash: sha256(long) }),
    ).toBeUndefined();
    const edited = Buffer.concat([raw, data]);
    const delta = (await made.delta(edited, raw, 'fast'))!;
    const other = { kind: 2 as const, data: delta, rawLength: edited.length, hash: sha256(edited) };
    expect(await made.decode(other, noise(50_000, 9))).toBeUndefined();
  });
});

it('takes more chunks than there is room for, each when its turn comes', async () => {
  const made = await coder('in threads');
  const chunks = Array.from({ length: 5 * made.width }, (_, i) => text(30_000 + i, i));
  const coded = await Promise.all(chunks.map((data) => made.encode(data, 'fast')));
  const codec = await loadCodec();
  coded.forEach(({ kind, bytes }, i) => {
    expect(codec.decode(kind, bytes, chunks[i]!.length).equals(chunks[i]!)).toBe(true);
  });
});

it('fails what is under way and what is asked later when a thread has ended', async () => {
  const script = path.join(scratchFolder(), 'broken.mjs');
  await build({ stdin: { contents: 'throw new Error("no memory")' }, outfile: script, format: 'esm' });
  const made = await threadCoder(pathToFileURL(script), 1);
  onTestFinished(() => made.close());
  const many = Array.from({ length: made.width + 2 }, () => made.encode(text(30_000, 1), 'fast'));
  for (const each of await Promise.allSettled(many))
    expect(each).toMatchObject({ status: 'rejected', reason: { code: 'INTERNAL' } });
  await expect(made.encode(text(30_000, 1), 'fast')).rejects.toMatchObject({ code: 'INTERNAL' });
});

it('needs no thread for a few bytes', async () => {
  expect((await coderFor(1000, 2)).width).toBe(1);
});

describe('a decoder', () => {
  it('hands back what is stored as it is, without a copy and without a codec', async () => {
    const decoder = decoderFor(1000, 0);
    onTestFinished(() => decoder.close());
    const data = noise(1000, 1);
    expect(await decoder.decode({ kind: 0, data, rawLength: 1000, hash: undefined })).toBe(data);
  });

  it('reads every kind, and refuses what is not the chunk', async () => {
    const decoder = decoderFor(1000, 0);
    onTestFinished(() => decoder.close());
    const data = text(50_000, 1);
    const { kind, bytes } = (await loadCodec()).encode(data);
    expect(kind).toBe(1);
    const decode = (stored: object) =>
      decoder.decode({ kind: 0, data, rawLength: data.length, hash: undefined, ...stored });
    expect((await decode({ kind, data: bytes }))?.equals(data)).toBe(true);
    expect(await decode({ hash: sha256(data) })).toEqual(data);
    expect(await decode({ hash: sha256(bytes) })).toBeUndefined();
    expect(await decode({ rawLength: data.length - 1 })).toBeUndefined();
    expect(await decode({ kind, data: bytes.subarray(1) })).toBeUndefined();
    const long = noise(CHUNK_MAX + 1, 2);
    expect(await decode({ data: long, rawLength: long.length })).toBeUndefined();
  });

  it('can be closed before and after it was needed', async () => {
    decoderFor(1000, 0).close();
    const decoder = decoderFor(1000, 0);
    const data = text(100, 1);
    await decoder.decode({ kind: 0, data, rawLength: 100, hash: sha256(data) });
    decoder.close();
  });
});
