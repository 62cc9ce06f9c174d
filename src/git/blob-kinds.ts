import { formatPointer, type Pointer, parseLfsPointer, parsePointer } from '../pointer.ts';
import { blobContents, lines } from './blob-contents.ts';
import type { Where } from './blobs.ts';
import { splitRecords } from './records.ts';
import { streamGit } from './stream.ts';

/** What a blob is to git-lode. */
export type BlobKind =
  | { readonly kind: 'pointer'; readonly pointer: Pointer }
  | { readonly kind: 'empty' }
  | { readonly kind: 'lfs-pointer'; readonly size: number }
  /** Anything else, a pointer with line ends of another kind included. In bytes. */
  | { readonly kind: 'content'; readonly size: number };

/** No pointer is longer, of git-lfs neither. */
const SMALL = 1024;
const LF = 10;

/** Of blobs that git's index names what each is. One that is not here (in a partial clone) is not fetched, and is left out. */
export async function blobKinds(
  blobs: ReadonlySet<string>,
  where: Where,
): Promise<ReadonlyMap<string, BlobKind>> {
  const kinds = new Map<string, BlobKind>();
  if (blobs.size === 0) return kinds;
  const small: string[] = [];
  const asked = { ...where, input: lines(await amongHere(blobs, where)) };
  for await (const records of splitRecords(streamGit(['cat-file', '--batch-check', '--buffer'], asked), LF)) {
    for (const record of records) {
      const [blob = '', type, size] = record.toString('latin1').split(' ');
      if (type !== 'blob') continue;
      if (Number(size) <= SMALL) small.push(blob);
      else kinds.set(blob, { kind: 'content', size: Number(size) });
    }
  }
  await readSmall(small, where, kinds);
  return kinds;
}

/** `cat-file` would fetch what a partial clone does not have, one by one. */
async function amongHere(blobs: ReadonlySet<string>, where: Where): Promise<string[]> {
  const what = ['--objects', '--no-object-names', '--no-walk', '--missing=allow-any', '--indexed-objects'];
  const here: string[] = [];
  for await (const records of splitRecords(streamGit(['rev-list', ...what], where), LF)) {
    for (const record of records) {
      const oid = record.toString('latin1');
      if (blobs.has(oid)) here.push(oid);
    }
  }
  return here;
}

async function readSmall(blobs: readonly string[], where: Where, into: Map<string, BlobKind>): Promise<void> {
  let blob = '';
  let pieces: Buffer[] = [];
  for await (const event of blobContents(blobs, where)) {
    if (event.kind === 'begin') {
      blob = event.blob;
      pieces = [];
    } else if (event.kind === 'bytes') pieces.push(Buffer.from(event.bytes));
    else into.set(blob, kindOf(Buffer.concat(pieces)));
  }
}

/** What small content is. */
export function kindOf(content: Buffer): BlobKind {
  const size = content.length;
  if (size === 0) return { kind: 'empty' };
  const pointer = parsePointer(content);
  // With other line ends it is not what git would get if it cleaned the file now.
  if (pointer !== undefined && formatPointer(pointer).equals(content)) return { kind: 'pointer', pointer };
  return { kind: parseLfsPointer(content) === undefined ? 'content' : 'lfs-pointer', size };
}
