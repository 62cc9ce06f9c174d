import { LodeError } from '../errors.ts';

/** git itself has no bound on a path; past this one the output is not what we asked for. */
const MAX_RECORD = 1024 * 1024;

/**
 * The records of a byte stream, without their delimiter, in batches: all that one piece completed, because an await a
 * record is what would cost most. Bytes after the last delimiter are dropped. The records share memory with the
 * stream's pieces.
 */
export async function* splitRecords(
  stream: AsyncIterable<Buffer>,
  delimiter: number,
): AsyncGenerator<Buffer[], void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of stream) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const records: Buffer[] = [];
    let start = 0;
    for (let end = bytes.indexOf(delimiter); end >= 0; end = bytes.indexOf(delimiter, start)) {
      records.push(bytes.subarray(start, end));
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > MAX_RECORD) throw new LodeError('GIT_FAILED', 'git wrote a line without an end');
    if (records.length > 0) yield records;
  }
}
