import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { OnSent, PutResult } from './backend.ts';
import { bodySize, sizeConflict } from './keys.ts';
import { outgoing } from './s3-body.ts';
import { isSilence, notS3, refusalBehind, type S3Request } from './s3-errors.ts';
import { findKey } from './s3-read.ts';
import { type Bucket, patienceOf, send } from './s3-send.ts';

interface Upload {
  readonly body: readonly Uint8Array[];
  readonly sha256: string;
  readonly onSent: OnSent | undefined;
}

/**
 * `put` of the contract, in one request: the store checks the digest, and refuses the name if it is taken (so that a bucket's
 * policy may forbid to overwrite). A store that knows no such condition is asked first whether the file is there.
 */
export async function storeKey(bucket: Bucket, key: string, upload: Upload): Promise<PutResult> {
  const size = bodySize(upload.body);
  if (bucket.lacks.conditions) {
    const there = await existing(bucket, key, size);
    if (there !== undefined) return there;
  }
  const conditional = !bucket.lacks.conditions;
  try {
    return await write(bucket, key, upload, conditional);
  } catch (error) {
    const reason = refusalBehind(error)?.reason;
    if (reason === 'exists') {
      const there = await existing(bucket, key, size);
      if (there !== undefined) return there;
    }
    if (reason !== 'unsupported' || !conditional) throw error;
  }
  bucket.lacks.conditions = true;
  return storeKey(bucket, key, upload);
}

async function existing(bucket: Bucket, key: string, size: number): Promise<PutResult | undefined> {
  const { found, now } = await findKey(bucket, key);
  if (found === undefined) return undefined;
  if (found.size !== size) throw sizeConflict(bucket.where.url, key, found.size, size);
  return { outcome: 'exists', now };
}

async function write(
  bucket: Bucket,
  key: string,
  { body, sha256, onSent }: Upload,
  conditional: boolean,
): Promise<PutResult> {
  const request: S3Request = { operation: 'put', key };
  const stream = outgoing(body, onSent);
  const command = new PutObjectCommand({
    Bucket: bucket.where.bucket,
    Key: bucket.prefix + key,
    ...bucket.storage.all,
    ...bucket.storage.write,
    Body: stream,
    ContentLength: bodySize(body),
    ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
    ...(conditional ? { IfNoneMatch: '*' } : {}),
  });
  // Known already: the SDK would hash the body once more to sign it.
  command.middlewareStack.add(
    (next) => (args) => {
      (args.request as { headers: Record<string, string> }).headers['x-amz-content-sha256'] = sha256;
      return next(args);
    },
    { step: 'build', name: 'lodeKnownDigest' },
  );
  const { silences } = bucket;
  const ms = patienceOf(bucket, silences.put);
  const begun = performance.now();
  try {
    const { output, now } = await send(bucket, command, request, { ms, body: stream });
    // A store that needs longer is given longer; one that lost an answer, but gives the next in time, is not waited for ever longer.
    if (silences.put > 0 && performance.now() - begun < patienceOf(bucket, silences.put - 1))
      silences.put -= 1;
    if (output.ETag === undefined) throw notS3(request, bucket.where);
    return { outcome: 'created', now };
  } catch (error) {
    if (isSilence(error)) silences.put += 1;
    throw error;
  }
}
