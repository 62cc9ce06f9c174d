import { parentPort, workerData } from 'node:worker_threads';
import { systemCode } from '../errors.ts';
import { openStore } from '../store/open.ts';
import { storeError } from '../store/temporary.ts';
import { type SentError, sentError } from '../thread-error.ts';
import { type Assembled, Assembler, type Part } from './fetch-assemble.ts';

/** A part whose bytes are in shared memory. */
export interface SharedPart extends Part {
  readonly start: number;
  readonly length: number;
}

/** `end`: nothing more comes, and what is stored is to be made durable. */
export type StoreQuestion = StoreBatch | 'end';

export interface StoreBatch {
  readonly memory: SharedArrayBuffer;
  readonly parts: readonly SharedPart[];
}

export interface StoreAnswer {
  /** Of each part, in order; none where it is the end that was made durable. */
  readonly outcomes?: readonly Assembled['outcome'][];
  /** What was thrown. */
  readonly failure?: SentError;
}

// The thread of a fetch that stores objects: answers one question after the other, and ends with its process.
const folder = workerData as string;
const store = openStore(folder);
const assembler = new Assembler(store);
/** After it nothing more is taken in: of what was asked for by then the beginning may be lost. */
let failure: SentError | undefined;
parentPort!.on('message', (question: StoreQuestion) => parentPort!.postMessage(answer(question)));

function answer(question: StoreQuestion): StoreAnswer {
  if (failure !== undefined) return { failure };
  try {
    if (question !== 'end') return { outcomes: take(question) };
    assembler.abandon();
    store.flush();
    return {};
  } catch (error) {
    failure = sentError(systemCode(error) === undefined ? error : storeError(error, folder));
    return { failure };
  }
}

function take({ memory, parts }: StoreBatch): Assembled['outcome'][] {
  return parts.map((part) => assembler.take(part, Buffer.from(memory, part.start, part.length)).outcome);
}
