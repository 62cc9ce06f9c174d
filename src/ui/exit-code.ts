import { type ErrorCode, isLodeError } from '../errors.ts';

export const DONE = 0;
export const FINDINGS = 1;

/** The one table from error to exit code; docs/EXIT-CODES.md is kept equal to it by a test. */
export const EXIT_CODES: Readonly<Record<ErrorCode, number>> = {
  USAGE: 2,
  NOT_A_REPOSITORY: 3,
  GIT_MISSING: 4,
  GIT_FAILED: 4,
  CONFIG_INVALID: 5,
  CONFIG_SECRET: 5,
  REMOTE_NOT_CONFIGURED: 6,
  REMOTE_NOT_ACCEPTED: 7,
  REMOTE_UNREACHABLE: 10,
  REMOTE_TLS: 10,
  REMOTE_THROTTLED: 10,
  REMOTE_FAILED: 10,
  REMOTE_AUTH: 11,
  REMOTE_FORBIDDEN: 11,
  REMOTE_CLOCK: 11,
  REMOTE_NO_BUCKET: 12,
  REMOTE_REGION: 12,
  REMOTE_FULL: 13,
  REMOTE_FORMAT: 14,
  KEY_MISSING: 14,
  FORMAT_INVALID: 14,
  FORMAT_UNKNOWN_VERSION: 14,
  OBJECT_MISSING: 20,
  OBJECT_CORRUPT: 21,
  PATH_UNSAFE: 22,
  STORE_FULL: 23,
  STORE_FAILED: 24,
  INDEX_LOCKED: 25,
  INCOMPLETE: 26,
  INTERNAL: 70,
  INTERRUPTED: 130,
};

export function exitCodeOf(error: unknown): number {
  return isLodeError(error) ? EXIT_CODES[error.code] : EXIT_CODES.INTERNAL;
}
