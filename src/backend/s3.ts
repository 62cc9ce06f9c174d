import { type Network, shownProxy } from '../config/network.ts';
import type { S3Settings } from '../config/settings.ts';
import type { Backend } from './backend.ts';
import { checkKey, checkPrefix } from './keys.ts';
import { plainText } from './plain-text.ts';
import { agentsFor } from './s3-agents.ts';
import { type S3Timeouts, s3Client, TIMEOUTS } from './s3-client.ts';
import { removeKeys } from './s3-delete.ts';
import { listPages } from './s3-list.ts';
import { findPlace, type S3Place } from './s3-place.ts';
import { findKey, readKey } from './s3-read.ts';
import type { Bucket } from './s3-send.ts';
import { keepingOf, storageOf } from './s3-storage.ts';
import { storeKey } from './s3-write.ts';

export interface S3Options {
  readonly signal?: AbortSignal;
  readonly timeouts?: Partial<S3Timeouts>;
  /** How the host of a URL is reached; straight without it. */
  readonly network?: (url: string) => Network;
}

/** A prefix in a bucket as data remote. Makes no request itself. Errors: those of `findPlace`. */
export async function openS3(settings: S3Settings, options: S3Options = {}): Promise<Backend> {
  const place = await findPlace(settings);
  const network = options.network?.(urlOf(place, settings)) ?? STRAIGHT;
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const bucket: Bucket = {
    client: s3Client(settings, place, timeouts, await agentsFor(network)),
    where: {
      url: settings.url,
      bucket: settings.bucket,
      at: shownAs(place, network),
      profile: place.profile === undefined ? undefined : plainText(place.profile),
      keeping: keepingOf(settings),
      credentials: settings.anonymous === true ? 'none' : place.credentials,
    },
    prefix: settings.prefix === '' ? '' : `${settings.prefix}/`,
    storage: storageOf(settings),
    signal: options.signal,
    answer: timeouts.answer,
    stall: timeouts.stall,
    lacks: { conditions: false },
    silences: { put: 0 },
    answers: { usual: undefined },
  };
  return {
    url: settings.url,
    async get(key, range, progress = { filled: 0 }) {
      checkKey(key);
      return readKey(bucket, key, range, progress);
    },
    async put(key, body, sha256, onSent) {
      checkKey(key);
      return storeKey(bucket, key, { body, sha256, onSent });
    },
    async head(key) {
      checkKey(key);
      return findKey(bucket, key);
    },
    async *list(prefix, after = '') {
      checkPrefix(prefix);
      yield* listPages(bucket, prefix, after);
    },
    async delete(keys) {
      for (const key of keys) checkKey(key);
      await removeKeys(bucket, keys);
    },
    close: () => bucket.client.destroy(),
  };
}

const STRAIGHT: Network = { proxy: undefined, caFile: undefined };

/** What the requests go to. */
function urlOf({ endpoint, region, pathStyle }: S3Place, { bucket }: S3Settings): string {
  if (endpoint !== undefined) return endpoint;
  const host = `s3.${region}.amazonaws.com`;
  return pathStyle ? `https://${host}` : `https://${bucket}.${host}`;
}

function shownAs({ endpoint, region }: S3Place, { proxy }: Network): string {
  const store = endpoint === undefined ? `AWS (${plainText(region)})` : plainText(new URL(endpoint).origin);
  return proxy === undefined ? store : `${store} through the proxy ${plainText(shownProxy(proxy))}`;
}
