import * as crypto from 'node:crypto';

/** The oid of a content that is in memory. `crypto.hash` makes no object for it, but exists from Node 20.12 on only. */
export const sha256: (bytes: Uint8Array) => string =
  typeof crypto.hash === 'function'
    ? (bytes) => crypto.hash('sha256', bytes, 'hex')
    : (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');
