import { setImmediate } from 'node:timers/promises';
import { type BlobKind, blobKinds } from '../git/blob-kinds.ts';
import type { Where } from '../git/blobs.ts';
import { type IndexedFile, indexedFiles } from '../git/index-entries.ts';
import { inside } from '../git/inside.ts';
import { keptAmong } from '../git/kept-among.ts';
import type { Repository } from '../git/repository.ts';
import type { Reporter } from '../report.ts';
import { type AccidentKind, accidentsOf, type InTree, isGitsOwn } from './accidents.ts';
import { contentIs } from './content-is.ts';
import { pointerAt } from './materialise-all.ts';
import type { PointerFile } from './pointer-file.ts';
import { fullPath, isSafeName, ParentFolders, statInTree } from './safe-path.ts';

export interface Accident {
  readonly kind: AccidentKind;
  readonly file: IndexedFile;
  /** Bytes of content; for a pointer of git-lfs its own. */
  readonly size: number;
  /** What the file in the working tree is a pointer to, where it is one. */
  readonly pointer?: PointerFile;
}

/**
 * What is wrong with the files of git's index that git-lode keeps, at `pathspec` as git takes it in `where.cwd`; everywhere without
 * one. Changes nothing.
 */
export async function findAccidents(
  repository: Repository & { readonly workTree: string },
  pathspec: readonly string[],
  where: Where & { readonly reporter: Reporter },
): Promise<Accident[]> {
  const top = { ...inside(repository, where.env), signal: where.signal };
  const files: IndexedFile[] = [];
  for await (const batch of keptAmong(indexedFiles(pathspec, pathspec.length === 0 ? top : where), top))
    files.push(...batch);
  const kinds = await blobKinds(new Set(files.map(({ blob }) => blob)), top);
  const tree = new Tree(repository.workTree);
  const found: Accident[] = [];
  for (const file of files) {
    where.signal?.throwIfAborted();
    const name = file.path.toString('latin1');
    if (!isSafeName(name) || isGitsOwn(name)) continue;
    const blob = kinds.get(file.blob);
    const { inTree, pointer } = tree.look(name);
    for (const kind of accidentsOf(blob, file.recordedSize, inTree)) {
      const size = sizeOf(kind, blob, inTree);
      found.push({ kind, file, size, ...(pointer !== undefined && isInTree(kind) ? { pointer } : {}) });
    }
  }
  return withoutEdits(found, kinds, tree, where);
}

function isInTree(kind: AccidentKind): boolean {
  return kind === 'pointer-in-tree' || kind === 'other-pointer-in-tree';
}

function sizeOf(kind: AccidentKind, blob: BlobKind | undefined, inTree: InTree): number {
  if (isInTree(kind) && inTree.kind === 'pointer') return inTree.pointer.size;
  if (blob?.kind === 'pointer') return blob.pointer.size;
  return blob !== undefined && blob.kind !== 'empty' ? blob.size : 0;
}

/** Takes out the files of another size than git's index remembers that are not what the index has: those are edits. */
async function withoutEdits(
  found: readonly Accident[],
  kinds: ReadonlyMap<string, BlobKind>,
  tree: Tree,
  { reporter, signal }: { readonly reporter: Reporter; readonly signal?: AbortSignal | undefined },
): Promise<Accident[]> {
  const suspects = found.filter(({ kind }) => kind === 'size-in-index');
  const edits = new Set<Accident>();
  const totalBytes = suspects.reduce((sum, { size }) => sum + size, 0);
  const task = reporter.task({ title: 'Comparing', totalBytes, totalItems: suspects.length });
  try {
    for (const suspect of suspects) {
      const blob = kinds.get(suspect.file.blob);
      const file = tree.path(suspect.file.path.toString('latin1'));
      const same =
        blob?.kind === 'pointer' &&
        (await contentIs(file, blob.pointer, (bytes) => {
          task.add(bytes);
          signal?.throwIfAborted();
          return setImmediate();
        }));
      if (!same) edits.add(suspect);
      task.add(0, 1);
    }
  } finally {
    task.done();
  }
  return found.filter((accident) => !edits.has(accident));
}

/** The files of a working tree, never looked at through a symbolic link. */
class Tree {
  readonly #top: string;
  readonly #parents: ParentFolders;

  constructor(top: string) {
    this.#top = top;
    this.#parents = new ParentFolders(top);
  }

  path(name: string): string | Buffer {
    return fullPath(this.#top, name);
  }

  look(name: string): { inTree: InTree; pointer?: PointerFile } {
    if (this.#parents.device(name) === undefined) return { inTree: { kind: 'none' } };
    const file = this.path(name);
    const stat = statInTree(file);
    if (!stat?.isFile()) return { inTree: { kind: 'none' } };
    const pointer = pointerAt(file, name);
    if (pointer === undefined) return { inTree: { kind: 'content', size: Number(stat.size) } };
    return { inTree: { kind: 'pointer', pointer }, pointer };
  }
}
