import type { ChunkKind, Codec, Effort, EncodedChunk } from '../format/codec.ts';
import { CODEC_TASKS, type CodecTask } from './coder-task.ts';

/** What reads chunks. */
export interface ChunkDecoder {
  /** So many chunks under way keep everyone busy. */
  readonly width: number;
  /** The chunk's plain bytes; undefined if what is stored is not the chunk. Without a `hash` they are not checked against it. */
  decode(stored: StoredBytes, base?: Buffer): Promise<Buffer | undefined>;
  /** Ends the threads, if there are any. */
  close(): void;
}

/**
 * The codec's work, wherever it is done: in this thread, or in others at the same time. What is given must not change before
 * the promise has settled; what comes back is the caller's own, or a view of what was given.
 */
export class Coder implements ChunkDecoder {
  readonly #runner: CoderRunner;

  constructor(runner: CoderRunner) {
    this.#runner = runner;
  }

  get width(): number {
    return this.#runner.width;
  }

  /** A chunk without a base: kind 0 (the buffer that was given) or 1. */
  async encode(data: Buffer, effort: Effort): Promise<EncodedChunk> {
    return (await this.#runner.run({ verb: 'encode', data, effort }))!;
  }

  /** As `encode`, in this thread and at once. */
  encodeNow(data: Buffer, effort: Effort): EncodedChunk {
    return this.#runner.codec.encode(data, undefined, effort);
  }

  /** A chunk as a frame of kind 2; undefined if `base` cannot be one, or the frame would be longer than the chunk. */
  async delta(data: Buffer, base: Buffer, effort: Effort): Promise<Buffer | undefined> {
    return (await this.#runner.run({ verb: 'delta', data, base, effort }))?.bytes;
  }

  async decode(stored: StoredBytes, base?: Buffer): Promise<Buffer | undefined> {
    const { kind, data, rawLength, hash } = stored;
    return (await this.#runner.run({ verb: 'decode', kind, data, base, rawLength, hash }))?.bytes;
  }

  close(): void {
    this.#runner.close();
  }
}

export interface StoredBytes {
  readonly kind: ChunkKind;
  readonly data: Buffer;
  readonly rawLength: number;
  readonly hash: string | undefined;
}

export interface CoderRunner {
  /** This thread's own. */
  readonly codec: Codec;
  readonly width: number;
  /** What the task's own function gives. */
  run(task: CodecTask): Promise<EncodedChunk | undefined>;
  close(): void;
}

/** A coder that works in this thread. */
export function inlineCoder(codec: Codec): Coder {
  return new Coder({
    codec,
    width: 1,
    run: (task) => CODEC_TASKS[task.verb](codec, task),
    close() {},
  });
}
