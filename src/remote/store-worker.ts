import { parentPort, workerData } from 'node:worker_threads';
import { isLodeError, systemCode } from '../errors.ts';
import { openStore } from '../store/open.ts';
import { storeError } from '../store/temporary.ts';
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
  /** What was thrown; of a LodeError its fields, since only these arrive. */
  readonly failure?: unknown;
}

// The thread of a fetch that stores objects: answers one question after the other, and ends with its process.
const folder = workerData as string;
const store = openStore(folder);
const assembler = new Assembler(store);
/** After it nothing more is taken in: of what was asked for by then the beginning may be lost. */
let failure: unknown;
parentPort!.on('message', (question: StoreQuestion) => parentPort!.postMessage(answer(question)));

function answer(question: StoreQuestion): StoreAnswer {
  if (failure !== undefined) return { failure };
  try {
    if (question !== 'end') return { outcomes: take(question) };
    assembler.abandon();
    store.flush();
    return {};
  } catch (error) {
    failure = fieldsOf(systemCode(error) === undefined ? error : storeError(error, folder));
    return { failure };
  }
}

function take({ memory, parts }: StoreBatch): Assembled['outcome'][] {
  return parts.map((part) => assembler.take(part, Buffer.from(memory, part.start, part.length)).outcome);
}

function fieldsOf(error: unknown): unknown {
  if (!isLodeError(error)) return error;
  const { code, message, subject, hint, cause } = error;
  return { code, message, details: { subject, hint, cause } };
}
