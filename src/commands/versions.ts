import type { FoundPointer } from '../git/blobs.ts';
import type { Wanted } from '../remote/fetch.ts';
import type { Usage, UsageReport } from '../ui/usage-text.ts';

interface VersionedObject extends Wanted {
  /** The path that brought it first, as `keyOf` has it. */
  readonly first: string;
  /** Bytes that the remote stores for it; undefined if it does not have it. */
  readonly stored: number | undefined;
}

/** The versions of paths, as history brought them. */
export class Versions {
  /** By oid, in the order of their first coming. */
  readonly #sizes = new Map<string, { readonly size: number; readonly first: string }>();
  readonly #paths = new Map<string, Set<string>>();

  /** Oldest first; the same one again counts no more. */
  add({ pointer, path }: Pick<FoundPointer, 'pointer' | 'path'>): void {
    const key = path.toString('latin1');
    if (!this.#sizes.has(pointer.oid)) this.#sizes.set(pointer.oid, { size: pointer.size, first: key });
    const versions = this.#paths.get(key);
    if (versions === undefined) this.#paths.set(key, new Set([pointer.oid]));
    else versions.add(pointer.oid);
  }

  /** The distinct objects, in the order of their first coming. */
  objects(): Wanted[] {
    return Array.from(this.#sizes, ([oid, { size, first }]) => ({ oid, size, path: nameOf(first) }));
  }

  /** `stored` holds for each of `objects()` what the remote stores for it, in bytes; undefined if it does not have it. */
  report(stored: readonly (number | undefined)[]): UsageReport {
    const objects = new Map<string, VersionedObject>();
    for (const [oid, { size, first }] of this.#sizes)
      objects.set(oid, { oid, size, first, stored: stored[objects.size] });
    const paths = Array.from(this.#paths, ([key, oids]) => ({
      path: nameOf(key),
      ...usageOf(
        Array.from(oids, (oid) => objects.get(oid)!),
        (object) => object.first === key,
      ),
    }));
    paths.sort((a, b) => b.stored - a.stored || (a.path < b.path ? -1 : 1));
    return { total: { paths: paths.length, ...usageOf([...objects.values()], () => true) }, paths };
  }
}

function usageOf(objects: readonly VersionedObject[], isOwner: (object: VersionedObject) => boolean): Usage {
  const sum = (of: (object: VersionedObject) => number) => objects.reduce((all, each) => all + of(each), 0);
  const isMissing = (object: VersionedObject) => object.stored === undefined;
  const bytes = sum(({ size }) => size);
  const missingBytes = sum((object) => (isMissing(object) ? object.size : 0));
  const stored = sum((object) => (isOwner(object) ? (object.stored ?? 0) : 0));
  const missing = sum((object) => (isMissing(object) ? 1 : 0));
  const ratio = stored === 0 ? null : Math.round(((bytes - missingBytes) / stored) * 100) / 100;
  return { versions: objects.length, bytes, stored, ratio, missing, missingBytes };
}

function nameOf(key: string): string {
  return Buffer.from(key, 'latin1').toString('utf8');
}
