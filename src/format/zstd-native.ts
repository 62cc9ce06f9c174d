/** zstd as Node itself brings it, from 22.15 on. */
import * as zlib from 'node:zlib';
import type { Zstd } from './zstd.ts';

/** The types are those of Node 20, which has none of this. */
interface ZlibWithZstd {
  readonly constants: { readonly ZSTD_c_compressionLevel: number };
  zstdCompressSync(data: Buffer, options: object): Buffer;
  zstdDecompressSync(frame: Buffer, options: object): Buffer;
}

/** Node's zstd, or undefined where there is none or it does not do what is asked of it. */
export function nativeZstd(): Zstd | undefined {
  if (!('zstdCompressSync' in zlib && 'zstdDecompressSync' in zlib)) return undefined;
  const zstd = wrap(zlib as unknown as ZlibWithZstd);
  return probe(zstd) ? zstd : undefined;
}

function wrap({ constants, zstdCompressSync, zstdDecompressSync }: ZlibWithZstd): Zstd {
  return {
    engine: 'native',
    // One chunk of output that is large enough: zlib would otherwise join many small ones.
    compress: (data, level, dictionary) =>
      zstdCompressSync(data, {
        dictionary,
        chunkSize: data.length + 1024,
        params: { [constants.ZSTD_c_compressionLevel]: level },
      }),
    decompress: (frame, rawLength, dictionary) =>
      zstdDecompressSync(frame, {
        dictionary,
        chunkSize: Math.max(64, rawLength),
        maxOutputLength: rawLength,
      }),
  };
}

/** Asks what it does, not which version it is: 22.15 to 22.18 and 24.0 to 24.5 ignore `dictionary` without a word. */
export function probe(zstd: Zstd): boolean {
  const noise = Buffer.alloc(4096);
  for (let i = 0, x = 1; i < noise.length; i++) {
    x = (x * 48271) % 2147483647;
    noise[i] = x >> 8;
  }
  const frame = zstd.compress(noise, 3, noise);
  return frame.length < 1024 && zstd.decompress(frame, noise.length, noise).equals(noise);
}
