import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { S3Settings } from '../config/settings.ts';
import type { Agents } from './s3-agents.ts';
import type { S3Place } from './s3-place.ts';

/** All in milliseconds. */
export interface S3Timeouts {
  /** Until the connection is made. */
  readonly connect: number;
  /** Without a byte in either direction. */
  readonly socket: number;
  /** Until an answer begins, at first: a store that needs longer is given twice as much the next time. */
  readonly answer: number;
  /** Without a byte of an answer's body, at the most. */
  readonly stall: number;
}

export const TIMEOUTS: S3Timeouts = { connect: 10_000, socket: 120_000, answer: 6_000, stall: 30_000 };

/** Milliseconds. A silent metadata address, as on most machines that are not AWS's, would cost 2 s each time. */
const METADATA_TIMEOUT = 300;

/** The SDK writes to the console what it is not given a place for. */
const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/** Sends requests unsigned: a public bucket is read without credentials. */
const unsigned = {
  httpAuthSchemeProvider: () => [{ schemeId: 'smithy.api#noAuth' }],
  httpAuthSchemes: [
    {
      schemeId: 'smithy.api#noAuth',
      identityProvider: () => async () => ({}),
      signer: { sign: async (request: unknown) => request },
    },
  ],
};

/**
 * An SDK client that does no more than it is told: retry is ours (the SDK cannot repeat a stream), so are the digests (its
 * default CRC headers break R2 and B2), and it does not ask before it sends a body (a connection for each large PUT).
 * Credentials come from AWS's default chain alone.
 */
export function s3Client(
  settings: S3Settings,
  place: S3Place,
  timeouts: S3Timeouts,
  agents: Agents,
): S3Client {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const config = {
    region: place.region,
    ...(place.endpoint === undefined ? {} : { endpoint: place.endpoint }),
    ...(settings.anonymous ? unsigned : {}),
    forcePathStyle: place.pathStyle,
    followRegionRedirects: place.isAws,
    maxAttempts: 1,
    expectContinueHeader: false,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    logger: silent,
    requestHandler: {
      connectionTimeout: timeouts.connect,
      socketTimeout: timeouts.socket,
      ...agents,
    },
    // Handed on to the credential providers.
    timeout: METADATA_TIMEOUT,
    maxRetries: 0,
  };
  // The SDK's types know neither unsigned schemes nor the providers' options.
  return new S3Client(config as S3ClientConfig);
}
