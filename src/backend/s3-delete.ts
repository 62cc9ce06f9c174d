import { DeleteObjectsCommand } from '@aws-sdk/client-s3';
import { type S3Request, s3ErrorByName, wrongAnswer } from './s3-errors.ts';
import { type Bucket, send } from './s3-send.ts';

/** S3's limit for one request. */
const BATCH = 1000;

/** `delete` of the contract. The answer is 200 whatever happened: what could not be removed is told in its body. */
export async function removeKeys(bucket: Bucket, keys: readonly string[]): Promise<void> {
  for (let start = 0; start < keys.length; start += BATCH) {
    await removeBatch(bucket, keys.slice(start, start + BATCH));
  }
}

async function removeBatch(bucket: Bucket, keys: readonly string[]): Promise<void> {
  const request: S3Request = { operation: 'delete' };
  const { output } = await send(
    bucket,
    new DeleteObjectsCommand({
      Bucket: bucket.where.bucket,
      ...bucket.storage.all,
      Delete: { Objects: keys.map((key) => ({ Key: bucket.prefix + key })) },
    }),
    request,
  );
  const failed = output.Errors?.find(({ Code }) => Code !== 'NoSuchKey');
  if (failed !== undefined) {
    const key = keys.find((name) => bucket.prefix + name === failed.Key);
    throw s3ErrorByName(
      failed.Code ?? 'Unknown',
      key === undefined ? request : { ...request, key },
      bucket.where,
    );
  }
  const removed = new Set([...(output.Deleted ?? []), ...(output.Errors ?? [])].map(({ Key }) => Key));
  const silent = keys.find((key) => !removed.has(bucket.prefix + key));
  if (silent !== undefined) {
    throw wrongAnswer({ ...request, key: silent }, bucket.where, 'the store does not say whether it did it');
  }
}
