import type { Backend } from '../backend/backend.ts';
import { LodeError } from '../errors.ts';

/** One table of the remote: its name and size as the last listing gave them. */
export interface TableInfo {
  /** 64 lower-case hex digits. */
  readonly name: string;
  readonly size: number;
  /** The store's time of its writing, ms. */
  readonly time: number;
}

/** A table's bytes, from the cache or from the remote in ranges. */
export interface TableSource {
  readonly size: number;
  read(offset: number, length: number): Promise<Buffer>;
}

/** The tables in `index/` and what of them is cached here. Tables are immutable, so a cached one is never stale. */
export class Tables {
  constructor(_backend: Backend, _cacheDir: string) {}

  /** Lists `index/`, and drops from the cache what is listed no longer. One LIST. */
  refresh(): Promise<readonly TableInfo[]> {
    throw new LodeError('INTERNAL', 'not written yet');
  }

  /** What the last `refresh` of this process saw; lists if there was none. */
  current(): Promise<readonly TableInfo[]> {
    throw new LodeError('INTERNAL', 'not written yet');
  }

  /** The bytes of a table. A small one is read whole and cached. KEY_MISSING if it has gone. */
  open(_table: TableInfo): Promise<TableSource> {
    throw new LodeError('INTERNAL', 'not written yet');
  }

  /** Takes in a table that this client has just put, so that it is not read back. */
  remember(_name: string, _bytes: Buffer): void {
    throw new LodeError('INTERNAL', 'not written yet');
  }
}
