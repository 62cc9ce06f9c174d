import { BufferCollector } from '../buffer-collector.ts';
import { isLodeError, LodeError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { CutChunk } from './push-code.ts';
import { cutVerified } from './push-cut.ts';
import { PieceReader } from './push-read.ts';
import type { PushObject } from './push-scope.ts';

/** A chunk; or the word that, once it is taken, the memory of the chunks before it may be written to again. */
export type CutItem = CutChunk | { readonly release: () => void };

/** The first two stages of a push, wherever they run: objects are read, cut, and proven to be what their oids say. */
export interface Cutter {
  /**
   * The chunks of each object in order, one object after the other; the last ones of an object only if all of it is sound. Throws
   * OBJECT_CORRUPT, with the path, after it has set the object aside.
   */
  cut(objects: readonly PushObject[]): Iterable<CutItem> | AsyncIterable<CutItem>;
  /** Ends its thread, if it has one. */
  close(): void;
}

/** A cutter that works in this thread. A chunk's memory is written to again when `underWay` more have been asked for. */
export function inlineCutter(store: Store, underWay: number): Cutter {
  const reader = new PieceReader(underWay);
  const collector = new BufferCollector();
  const join = (parts: Buffer[]) => {
    const joined = Buffer.concat(parts);
    collector.after(joined.length);
    return joined;
  };
  return {
    *cut(objects) {
      for (const object of objects) {
        const stored = store.open(object.oid, object.size);
        if (stored === undefined) throw corrupt(object);
        try {
          for (const batch of cutVerified(reader.read(stored), object, join))
            for (const chunk of batch) yield { object, ...chunk };
        } catch (error) {
          if (!isLodeError(error, 'OBJECT_CORRUPT')) throw error;
          store.setAside(object.oid);
          throw corrupt(object, error);
        } finally {
          stored.close();
        }
      }
    },
    close() {},
  };
}

export function corrupt({ oid, path }: PushObject, cause?: unknown): LodeError {
  return new LodeError('OBJECT_CORRUPT', `the local store's copy of this file's content ${oid} is damaged`, {
    subject: path,
    hint: 'where the file is whole: touch it and git add it again; else git lode fetch, if it was ever pushed',
    cause,
  });
}
