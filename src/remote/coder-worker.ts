import { parentPort, workerData } from 'node:worker_threads';
import { copyBytes } from '../copy-bytes.ts';
import { type ChunkKind, loadCodec } from '../format/codec.ts';
import { slotsIn } from './coder-slots.ts';
import { CODEC_TASKS, type CodecTask } from './coder-task.ts';

/** A task whose bytes are in a slot. */
export interface Question extends Omit<CodecTask, 'data' | 'base'> {
  readonly slot: number;
  /** Bytes of `data`, and of `base` where there is one. */
  readonly length: number;
  readonly baseLength: number | undefined;
}

/** Without a kind: the task gave nothing. Without a length: the bytes are those that were given. */
export interface Answer {
  readonly slot: number;
  readonly kind?: ChunkKind;
  readonly length?: number;
  /** What the task threw. */
  readonly failure?: unknown;
}

// A thread of a coder: does one task after the other, and ends with its process.
const slots = slotsIn(workerData as SharedArrayBuffer);
const codec = await loadCodec();
parentPort!.on('message', async (question: Question) => parentPort!.postMessage(await answer(question)));

async function answer({ slot, length, baseLength, ...rest }: Question): Promise<Answer> {
  try {
    const { data, base, result } = slots[slot]!;
    const given = data.subarray(0, length);
    const task = {
      ...rest,
      data: given,
      base: baseLength === undefined ? undefined : base.subarray(0, baseLength),
    };
    const chunk = await CODEC_TASKS[rest.verb](codec, task);
    if (chunk === undefined) return { slot };
    if (chunk.bytes === given) return { slot, kind: chunk.kind };
    copyBytes(chunk.bytes, result, 0);
    return { slot, kind: chunk.kind, length: chunk.bytes.length };
  } catch (failure) {
    return { slot, failure };
  }
}
