import fs from 'node:fs';
import path from 'node:path';
import type { DataSet, Start } from '../data-set.ts';
import { Random } from '../random.ts';

const TENSORS = 24;
/** Weights in each: 1 MB of float32. */
const WEIGHTS = 512 * 512;

export const safetensorsSome: DataSet = {
  name: 'safetensors-some',
  about: 'a model of 25 MB: 3 of its 24 tensors are trained anew in each version',
  versions: 6,
  start: (folder) =>
    start(folder, 5, (tensors, random) => {
      for (let i = 0; i < 3; i++) train(random.pick(tensors), random, 0.1);
    }),
};

export const safetensorsAll: DataSet = {
  name: 'safetensors-all',
  about: 'the same model: each version changes every weight by about a thousandth',
  versions: 6,
  start: (folder) =>
    start(folder, 6, (tensors, random) => {
      for (const tensor of tensors) train(tensor, random, 0.001);
    }),
};

function start(folder: string, seed: number, edit: (tensors: Float32Array[], random: Random) => void): Start {
  const random = new Random(seed);
  const tensors = Array.from({ length: TENSORS }, () =>
    new Float32Array(WEIGHTS).map(() => random.normal() * 0.02),
  );
  let first = true;
  const next = () => {
    if (!first) edit(tensors, random);
    first = false;
    write(path.join(folder, 'model.safetensors'), tensors);
  };
  return { kind: 'ready', next };
}

function train(tensor: Float32Array, random: Random, rate: number): void {
  for (let i = 0; i < tensor.length; i++) tensor[i]! *= 1 + rate * (random.next() * 2 - 1);
}

/** The format of huggingface/safetensors: the header's length (8 bytes, little-endian), the header in JSON, the tensors. */
function write(file: string, tensors: readonly Float32Array[]): void {
  const entries = tensors.map((tensor, i) => {
    const offsets = [i * tensor.byteLength, (i + 1) * tensor.byteLength];
    return [`layers.${i}.weight`, { dtype: 'F32', shape: [512, 512], data_offsets: offsets }];
  });
  const json = JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) });
  const header = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const handle = fs.openSync(file, 'w');
  fs.writevSync(handle, [length, header, ...tensors]);
  fs.closeSync(handle);
}
