import fs from 'node:fs';
import path from 'node:path';
import { unless } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import { isAbandoned, ownName, STRANGERS_MS, writerOf } from '../process-identity.ts';
import { inFolder, writeFully } from '../store/temporary.ts';
import { ownerOf, removeLeft, temporaryFile } from '../temporary-file.ts';
import { fullPath, isSafeName, ParentFolders } from './safe-path.ts';

/** Where one content is written before it is renamed over a file of the working tree. */
export interface TemporaryPlace {
  /** A new name, on the file's own volume as far as is known. */
  next(): string | Buffer;
  /** Call it when that turned out to be another volume. True if another name is worth a try. */
  crossed(): boolean;
}

/**
 * Temporary files are in the git directory, where nobody sees them. Where that is on another volume, or mounted apart, they have to be
 * beside the files: `<ownDir>/beside/<identity>.<random>` then remembers their names, each with a NUL behind it, from before they are
 * made until they are gone, so that what a killed process leaves is found.
 */
export class TemporaryPlaces {
  readonly #top: string;
  readonly #ownDir: string;
  readonly #parents: ParentFolders;
  readonly #ownDevice: bigint | undefined;
  #record: { readonly file: string; readonly fd: number } | undefined;
  #apart = false;

  constructor(top: string, ownDir: string, parents: ParentFolders) {
    this.#top = top;
    this.#ownDir = ownDir;
    this.#parents = parents;
    this.#ownDevice = parents.deviceOf(ownDir);
  }

  /** The place for a file with this name in git's index, whose folder is there. */
  of(name: string): TemporaryPlace {
    return {
      next: () => (this.#isBeside(name) ? this.#beside(name) : temporaryFile(this.#ownDir)),
      crossed: () => {
        const again = !this.#isBeside(name);
        this.#apart = true;
        return again;
      },
    };
  }

  /** Call it when all files are in place: forgets the names. */
  close(): void {
    if (this.#record === undefined) return;
    fs.closeSync(this.#record.fd);
    fs.rmSync(this.#record.file, { force: true });
    this.#record = undefined;
  }

  #isBeside(name: string): boolean {
    return this.#apart || this.#parents.device(name) !== this.#ownDevice;
  }

  #beside(name: string): string | Buffer {
    this.#record ??= this.#begin();
    const beside = name.slice(0, name.lastIndexOf('/') + 1) + path.basename(temporaryFile('.'));
    writeFully(this.#record.fd, Buffer.from(`${beside}\0`, 'latin1'));
    return fullPath(this.#top, beside);
  }

  #begin() {
    const folder = recordsOf(this.#ownDir);
    const file = path.join(folder, ownName());
    return { file, fd: inFolder(folder, () => fs.openSync(file, 'ax', 0o600)) };
  }
}

/** Records of processes that are no more. */
export function abandonedRecords(ownDir: string): string[] {
  const folder = recordsOf(ownDir);
  const names = unless(['ENOENT', 'ENOTDIR', 'EACCES'], () => fs.readdirSync(folder)) ?? [];
  return names
    .map((name) => path.join(folder, name))
    .filter((file) => {
      const stat = fs.statSync(file, { throwIfNoEntry: false });
      return stat !== undefined && isAbandoned(writerOf(file), stat.mtimeMs, STRANGERS_MS);
    });
}

/** Removes the temporary files that the records name, and the records. */
export function removeBeside({ workTree, ownDir }: Repository): void {
  if (workTree === undefined) return;
  const parents = new ParentFolders(workTree);
  for (const record of abandonedRecords(ownDir)) {
    const names = unless(['ENOENT'], () => fs.readFileSync(record, 'latin1')) ?? '';
    // Behind the last NUL is a name that was cut off, whose file was not made.
    for (const name of names.split('\0').slice(0, -1)) {
      const own = ownerOf(name.slice(name.lastIndexOf('/') + 1)) === writerOf(record);
      if (own && isSafeName(name) && parents.device(name) !== undefined) removeLeft(fullPath(workTree, name));
    }
    removeLeft(record);
  }
}

function recordsOf(ownDir: string): string {
  return path.join(ownDir, 'beside');
}
