import * as crypto from 'node:crypto';

export type ObjectFormat = 'sha1' | 'sha256';

/** git's name for a blob with these bytes, in the repository's object format. */
export function blobId(bytes: Buffer, algorithm: ObjectFormat): Buffer {
  const object = blobObject(bytes);
  // `hash` makes no object for each call, but exists from Node 20.12 on only.
  if (typeof crypto.hash === 'function') return crypto.hash(algorithm, object, 'buffer');
  return crypto.createHash(algorithm).update(object).digest();
}

/** What git hashes for a blob with these bytes. */
export function blobObject(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`blob ${bytes.length}\0`), bytes]);
}

/** git's name for an object that is given as git hashes it, in hex. */
export function objectId(object: Buffer, algorithm: ObjectFormat): string {
  if (typeof crypto.hash === 'function') return crypto.hash(algorithm, object, 'hex');
  return crypto.createHash(algorithm).update(object).digest('hex');
}
