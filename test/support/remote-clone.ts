import fs from 'node:fs';
import path from 'node:path';
import type { Backend } from '../../src/backend/backend.ts';
import { type FetchSummary, fetchObjects, type Wanted } from '../../src/remote/fetch.ts';
import { type Remote, remoteOver } from '../../src/remote/remote.ts';
import { type Reporter, silentReporter } from '../../src/report.ts';
import { openStore } from '../../src/store/open.ts';
import { tempFolder } from './remote-fixtures.ts';

/** What fetches: a store in a folder of its own, and what it knows of one remote. */
export interface Clone {
  readonly folder: string;
  readonly remote: Remote;
  /** Oids in the order in which `onObject` told of them. */
  readonly arrived: string[];
  /** Lines that a person was warned with. */
  readonly warnings: string[];
  fetch(wanted: readonly Wanted[], signal?: AbortSignal): Promise<FetchSummary>;
  has(wanted: Wanted): boolean;
  read(oid: string): Buffer | undefined;
  /** Changes the byte at `offset` of an object that has a file of its own. */
  damage(oid: string, offset: number): void;
  temporaryFiles(): string[];
}

/** Opens a clone; given the folder of another, it is that clone in a later process. */
export function openClone(backend: Backend, folder = tempFolder()): Clone {
  const arrived: string[] = [];
  const warnings: string[] = [];
  const reporter: Reporter = { ...silentReporter, warn: (line) => void warnings.push(line) };
  const remote = remoteOver(backend, folder, reporter);
  const store = openStore(folder);
  const onObject = (oid: string) => void arrived.push(oid);
  return {
    folder,
    remote,
    arrived,
    warnings,
    fetch: (wanted, signal = new AbortController().signal) =>
      fetchObjects(remote, store, wanted, { reporter, signal, onObject }),
    has: ({ oid, size }) => store.has(oid, size),
    read(oid) {
      const object = store.open(oid);
      const bytes = object?.read(0, object.size);
      object?.close();
      return bytes;
    },
    damage(oid, offset) {
      const object = store.open(oid)!;
      const bytes = object.read(0, object.size);
      object.close();
      bytes[offset]! ^= 1;
      fs.rmSync(object.file!);
      fs.writeFileSync(object.file!, bytes);
    },
    temporaryFiles: () => {
      const folderOf = path.join(folder, 'tmp');
      return fs.existsSync(folderOf) ? fs.readdirSync(folderOf) : [];
    },
  };
}
