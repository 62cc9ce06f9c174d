import * as crypto from 'node:crypto';

/** git's name for a blob with these bytes, in the repository's object format. */
export function blobId(bytes: Buffer, algorithm: 'sha1' | 'sha256'): Buffer {
  const object = Buffer.concat([Buffer.from(`blob ${bytes.length}\0`), bytes]);
  // `hash` makes no object for each call, but exists from Node 20.12 on only.
  if (typeof crypto.hash === 'function') return crypto.hash(algorithm, object, 'buffer');
  return crypto.createHash(algorithm).update(object).digest();
}
