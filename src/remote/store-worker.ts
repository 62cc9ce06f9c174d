import { parentPort, workerData } from 'node:worker_threads';
import { isLodeError, systemCode } from '../errors.ts';
import { openStore } from '../store/open.ts';
import { storeError } from '../store/temporary.ts';
import { type Assembled, Assembler, type Part } from './fetch-assemble.ts';
import { storeSlots } from './store-slots.ts';

/** A part whose bytes are in a slot. */
export interface SlotPart extends Part {
  /** Where in the slot. */
  readonly start: number;
  readonly length: number;
}

/** Without parts: nothing more comes, and what is stored is to be made durable. */
export interface StoreQuestion {
  readonly slot?: number;
  readonly parts?: readonly SlotPart[];
}

export interface StoreAnswer {
  readonly slot?: number | undefined;
  /** Of each part, in order. */
  readonly outcomes?: readonly Assembled['outcome'][];
  /** What was thrown; of a LodeError its fields, since only these arrive. */
  readonly failure?: unknown;
}

export interface StoreThreadData {
  /** The folder of the store. */
  readonly folder: string;
  readonly memory: SharedArrayBuffer;
}

// The thread of a fetch that stores objects: takes one slot after the other, and ends with its process.
const { folder, memory } = workerData as StoreThreadData;
const store = openStore(folder);
const assembler = new Assembler(store);
const slots = storeSlots(memory);
parentPort!.on('message', (question: StoreQuestion) => parentPort!.postMessage(answer(question)));

function answer({ slot, parts }: StoreQuestion): StoreAnswer {
  try {
    if (slot !== undefined && parts !== undefined) {
      const bytes = slots[slot]!;
      const outcomes = parts.map(
        (part) => assembler.take(part, bytes.subarray(part.start, part.start + part.length)).outcome,
      );
      return { slot, outcomes };
    }
    assembler.abandon();
    store.flush();
    return {};
  } catch (error) {
    return { slot, failure: fieldsOf(systemCode(error) === undefined ? error : storeError(error, folder)) };
  }
}

function fieldsOf(error: unknown): unknown {
  if (!isLodeError(error)) return error;
  const { code, message, subject, hint, cause } = error;
  return { code, message, details: { subject, hint, cause } };
}
