import type { Where } from './blobs.ts';
import { splitRecords } from './records.ts';
import { streamGit } from './stream.ts';

const NUL = 0;
/** check-attr answers with the path, the attribute's name and its value. */
const FIELDS = 3;

/** Of what has a path from `where.cwd` those that git would give to git-lode, by the attributes of now. In order, and as they come. */
export async function* keptAmong<T extends { readonly path: Buffer }>(
  batches: AsyncIterable<readonly T[]>,
  where: Where,
): AsyncGenerator<T[], void, undefined> {
  const asked: T[][] = [];
  const questions = async function* () {
    for await (const batch of batches) {
      if (batch.length === 0) continue;
      asked.push([...batch].reverse());
      yield Buffer.concat(batch.flatMap(({ path }) => [path, Buffer.alloc(1)]));
    }
  };
  const answers = streamGit(['check-attr', '-z', '--stdin', 'filter'], { ...where, input: questions() });
  let field = 0;
  for await (const records of splitRecords(answers, NUL)) {
    const kept: T[] = [];
    for (const record of records) {
      if (++field % FIELDS !== 0) continue;
      const each = asked[0]!.pop()!;
      if (asked[0]!.length === 0) asked.shift();
      if (record.toString('latin1') === 'lode') kept.push(each);
    }
    yield kept;
  }
}
