/** A sample is taken from so many places of a chunk, of so many bytes each. */
const SAMPLES = 4;
const SAMPLE_BYTES = 1024;

/** A shorter chunk is compressed sooner than a sample of it says much. */
export const SAMPLED_MIN = 2 * SAMPLES * SAMPLE_BYTES;

/**
 * How much more often than by chance two bytes of a sample may be the same, where it is as random as bytes get. By 0.06 where one byte
 * in 120 could be saved; chance alone makes 0.005 of it.
 */
const UNEVEN = 0.06;

const counts = new Uint16Array(256);

/**
 * True if compression would gain next to nothing, by how even the bytes of a sample are: a fifth of what it costs to compress the
 * sample. For a chunk of at least `SAMPLED_MIN` bytes.
 */
export function looksRandom(data: Uint8Array): boolean {
  counts.fill(0);
  const step = Math.floor((data.length - SAMPLE_BYTES) / (SAMPLES - 1));
  for (let sample = 0; sample < SAMPLES; sample++) {
    const end = sample * step + SAMPLE_BYTES;
    for (let at = sample * step; at < end; at++) counts[data[at]!]!++;
  }
  const bytes = SAMPLES * SAMPLE_BYTES;
  let pairs = 0;
  for (const count of counts) pairs += count * (count - 1);
  return pairs < ((bytes * (bytes - 1)) / 256) * (1 + UNEVEN);
}
