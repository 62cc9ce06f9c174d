import { LodeError } from '../errors.ts';
import type { Where } from './blobs.ts';
import { streamGit } from './stream.ts';

/** A blob begins, its bytes follow piece by piece, it ends. */
export type BlobEvent =
  | { readonly kind: 'begin'; readonly blob: string; readonly size: number }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'end' };

const LF = 10;

/** The contents of many blobs by one git, in the order of `blobs`, each of any size. Throws GIT_FAILED where git does not have one. */
export async function* blobContents(
  blobs: Iterable<string>,
  where: Where,
): AsyncGenerator<BlobEvent, void, undefined> {
  const answers = streamGit(['cat-file', '--batch', '--buffer'], { ...where, input: lines(blobs) });
  let rest: Buffer = Buffer.alloc(0);
  /** Bytes of the blob at hand that are still to come; undefined before a header. */
  let left: number | undefined;
  for await (const piece of answers) {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    for (;;) {
      if (left === undefined) {
        const end = rest.indexOf(LF);
        if (end < 0) break;
        const { blob, size } = parseHeader(rest.toString('latin1', 0, end));
        yield { kind: 'begin', blob, size };
        rest = rest.subarray(end + 1);
        left = size;
      }
      const bytes = rest.subarray(0, left);
      if (bytes.length > 0) yield { kind: 'bytes', bytes };
      rest = rest.subarray(bytes.length);
      left -= bytes.length;
      // A line end follows the content.
      if (left > 0 || rest.length === 0) break;
      yield { kind: 'end' };
      rest = rest.subarray(1);
      left = undefined;
    }
  }
}

/** Ids as git reads them from its standard input, some at a time. */
export function* lines(oids: Iterable<string>): Generator<Buffer, void, undefined> {
  let batch: string[] = [];
  for (const oid of oids) {
    batch.push(oid);
    if (batch.length < 1000) continue;
    yield Buffer.from(`${batch.join('\n')}\n`, 'latin1');
    batch = [];
  }
  if (batch.length > 0) yield Buffer.from(`${batch.join('\n')}\n`, 'latin1');
}

function parseHeader(line: string): { blob: string; size: number } {
  const [blob = '', type, size] = line.split(' ');
  if (type === 'blob') return { blob, size: Number(size) };
  throw new LodeError('GIT_FAILED', 'git does not have a content that its index names', { subject: blob });
}
