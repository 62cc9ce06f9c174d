import { type Pointer, parsePointer } from '../pointer.ts';
import { smallBlobArguments } from './blobs.ts';
import { inside } from './inside.ts';
import type { Repository } from './repository.ts';
import { streamGit } from './stream.ts';

/**
 * The pointers of one commit's or tree's files, each blob once, in git's order, in batches. Without their paths: one git tells the other
 * which blobs there are, and that takes a third of the time. What git does not have here is passed over.
 */
export async function* distinctPointers(
  repository: Repository,
  treeish: string,
): AsyncGenerator<Pointer[], void, undefined> {
  const where = inside(repository);
  const blobs = streamGit(smallBlobArguments(['--end-of-options', treeish]), where);
  const answers = streamGit(['cat-file', '--batch', '--buffer'], { ...where, input: blobs });
  let rest: Buffer = Buffer.alloc(0);
  let skip = 0;
  for await (const piece of answers) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const found: Pointer[] = [];
    let at = Math.min(skip, bytes.length);
    skip -= at;
    for (let end = bytes.indexOf(LF, at); end >= 0; end = bytes.indexOf(LF, at)) {
      const [, type, size] = bytes.toString('latin1', at, end).split(' ');
      const content = end + 1;
      const next = content + (type === 'missing' ? 0 : Number(size) + 1);
      // A commit, which may be of any length.
      if (type !== 'blob') {
        at = Math.min(next, bytes.length);
        skip = next - at;
        continue;
      }
      if (next > bytes.length) break;
      const pointer = parsePointer(bytes.subarray(content, next - 1));
      if (pointer !== undefined) found.push(pointer);
      at = next;
    }
    rest = bytes.subarray(at);
    if (found.length > 0) yield found;
  }
}

const LF = 10;
