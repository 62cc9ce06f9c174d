import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import type { ListEntry, ListPage } from './backend.ts';
import { isKey } from './keys.ts';
import { notS3, type S3Request, wrongAnswer } from './s3-errors.ts';
import { type Bucket, send } from './s3-send.ts';

const request: S3Request = { operation: 'list' };

/** `list` of the contract. Passes over what is not a key, for instance the folders that a web console makes. */
export async function* listPages(bucket: Bucket, prefix: string, after: string): AsyncGenerator<ListPage> {
  let last = after;
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({
      Bucket: bucket.where.bucket,
      Prefix: bucket.prefix + prefix,
      ...bucket.storage.all,
      ...(token === undefined ? {} : { ContinuationToken: token }),
      ...(token === undefined && after !== '' ? { StartAfter: bucket.prefix + after } : {}),
    });
    const { output, now } = await send(bucket, command, request);
    const entries = entriesOf(bucket, output, last);
    last = entries.at(-1)?.key ?? last;
    const next = output.IsTruncated ? output.NextContinuationToken : undefined;
    if (output.IsTruncated && (next === undefined || next === token)) {
      throw wrongAnswer(request, bucket.where, 'the list goes on, but does not say where');
    }
    token = next;
    yield { entries, now };
  } while (token !== undefined);
}

function entriesOf(bucket: Bucket, output: ListObjectsV2CommandOutput, after: string): ListEntry[] {
  // Another server's page reads as an empty list.
  if (output.IsTruncated === undefined || output.Name === undefined) throw notS3(request, bucket.where);
  const entries: ListEntry[] = [];
  let last = after;
  for (const { Key = '', Size: size, LastModified } of output.Contents ?? []) {
    const key = Key.slice(bucket.prefix.length);
    if (!Key.startsWith(bucket.prefix) || !isKey(key)) continue;
    const time = LastModified?.getTime() ?? Number.NaN;
    if (size === undefined || !Number.isSafeInteger(size) || size < 0 || Number.isNaN(time)) {
      throw wrongAnswer(request, bucket.where, `the list does not tell size and time of ${key}`);
    }
    // A list that is resumed behind its last key would miss what was out of order.
    if (key <= last) throw wrongAnswer(request, bucket.where, `the list is not in order at ${key}`);
    entries.push({ key, size, time });
    last = key;
  }
  return entries;
}
