/** zstd as WASM, for a Node whose own cannot be used. Import this file only when it is needed: it is 250 KB. */
import * as library from '@bokuweb/zstd-wasm';
import type { Zstd } from './zstd.ts';

let loading: Promise<Zstd> | undefined;

/** Compiled once in a process (the library keeps one instance), with one context for each direction. */
export function wasmZstd(): Promise<Zstd> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Zstd> {
  await library.init();
  const compression = library.createCCtx();
  const decompression = library.createDCtx();
  const none = new Uint8Array(0);
  return {
    engine: 'wasm',
    compress: (data, level, dictionary) =>
      view(library.compressUsingDict(compression, data, dictionary ?? none, level)),
    decompress: (frame, _rawLength, dictionary) =>
      view(library.decompressUsingDict(decompression, frame, dictionary ?? none)),
  };
}

const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
