import { parentPort, workerData } from 'node:worker_threads';
import { isLodeError, systemCode } from '../errors.ts';
import { openStore } from '../store/open.ts';
import type { CutObject } from './push-cut.ts';
import { type PlacedCut, SlotFiller } from './push-cutter-fill.ts';
import { CutRing } from './push-cutter-ring.ts';

export interface CutterData {
  /** Where the store is. */
  readonly sharedDir: string;
  readonly memory: SharedArrayBuffer;
}

/**
 * What the thread says while it cuts a list of objects: what is in the slot that it has filled; that the list is done; that an object,
 * by its place in the list, is not what it was; that it could not be read.
 */
export type CutterMessage =
  | { readonly chunks: readonly PlacedCut[] }
  | Done
  | { readonly corrupt: number; readonly cause: unknown }
  | { readonly failure: Error; readonly code: string | undefined };

export interface Done {
  readonly done: true;
}

// A thread that cuts one list of objects after the other. It blocks while no slot is free, and ends with its process.
const { sharedDir, memory } = workerData as CutterData;
const store = openStore(sharedDir);
const say = (message: CutterMessage) => parentPort!.postMessage(message);
const filler = new SlotFiller(store, new CutRing(memory), (chunks) => say({ chunks }));
parentPort!.on('message', cut);

function cut(objects: readonly CutObject[]): void {
  let at = 0;
  try {
    for (const object of objects) {
      if (!filler.cut(at, object)) {
        say({ corrupt: at, cause: undefined });
        return;
      }
      at++;
    }
    filler.flush();
    say({ done: true });
  } catch (error) {
    if (isLodeError(error, 'OBJECT_CORRUPT')) say({ corrupt: at, cause: error });
    // What is sent to another thread loses the code of a system error.
    else say({ failure: error as Error, code: systemCode(error) });
  }
}
