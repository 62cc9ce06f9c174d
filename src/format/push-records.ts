/** The push records of an index file: what the collector takes for roots beside the refs. */
import { readSize, writeSize } from './integers.ts';
import { isHash } from './keys.ts';
import { invalid, unwritable } from './signature.ts';
import type { PushRecord } from './table.ts';

/** Of a record, before its commit ids. */
const HEADER_BYTES = 49;
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

export function encodePush({ repository, when, tips, bases }: PushRecord): Buffer {
  const commits = [...tips, ...bases];
  const digits = commits[0]?.length ?? 40;
  if (!isHash(repository) || !Number.isSafeInteger(when) || when < 0)
    throw unwritable('a table', 'a push has no repository or time');
  if (!commits.every((id) => id.length === digits && COMMIT.test(id)))
    throw unwritable('a table', 'a push has a commit without an id');
  const bytes = Buffer.alloc(HEADER_BYTES + commits.length * (digits / 2));
  bytes.write(repository, 0, 'hex');
  writeSize(bytes, when, 32);
  bytes.writeUInt8(digits / 2, 40);
  bytes.writeUInt32BE(tips.length, 41);
  bytes.writeUInt32BE(bases.length, 45);
  bytes.write(commits.join(''), HEADER_BYTES, 'hex');
  return bytes;
}

/** `count` records that fill `bytes` exactly. */
export function decodePushes(bytes: Buffer, count: number, subject: string): PushRecord[] {
  const records: PushRecord[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + HEADER_BYTES > bytes.length) throw invalid(subject, 'a push record is cut off');
    const idBytes = bytes.readUInt8(at + 40);
    const tips = at + HEADER_BYTES;
    const bases = tips + bytes.readUInt32BE(at + 41) * idBytes;
    const end = bases + bytes.readUInt32BE(at + 45) * idBytes;
    const when = readSize(bytes, at + 32);
    if ((idBytes !== 20 && idBytes !== 32) || end > bytes.length || when === undefined)
      throw invalid(subject, 'a push record is impossible');
    records.push({
      repository: bytes.toString('hex', at, at + 32),
      when,
      tips: readIds(bytes, tips, bases, idBytes),
      bases: readIds(bytes, bases, end, idBytes),
    });
    at = end;
  }
  if (records.length !== count) throw invalid(subject, 'its push records are not as many as it says');
  return records;
}

function readIds(bytes: Buffer, from: number, to: number, length: number): string[] {
  return Array.from({ length: (to - from) / length }, (_, index) =>
    bytes.toString('hex', from + index * length, from + (index + 1) * length),
  );
}
