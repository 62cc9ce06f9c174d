/** Stable names of everything that can go wrong for a person. docs/EXIT-CODES.md lists them; `ui/exit-code.ts` maps them. */
export type ErrorCode =
  | 'USAGE'
  | 'NOT_A_REPOSITORY'
  | 'GIT_MISSING'
  | 'GIT_FAILED'
  | 'CONFIG_INVALID'
  | 'CONFIG_SECRET'
  | 'REMOTE_NOT_CONFIGURED'
  | 'REMOTE_NOT_ACCEPTED'
  | 'REMOTE_FORMAT'
  | 'REMOTE_UNREACHABLE'
  | 'REMOTE_AUTH'
  | 'REMOTE_FORBIDDEN'
  | 'REMOTE_NO_BUCKET'
  | 'REMOTE_REGION'
  | 'REMOTE_CLOCK'
  | 'REMOTE_TLS'
  | 'REMOTE_THROTTLED'
  | 'REMOTE_FAILED'
  | 'REMOTE_FULL'
  | 'KEY_MISSING'
  | 'OBJECT_MISSING'
  | 'OBJECT_CORRUPT'
  | 'FORMAT_INVALID'
  | 'FORMAT_UNKNOWN_VERSION'
  | 'PATH_UNSAFE'
  | 'STORE_FULL'
  | 'STORE_FAILED'
  | 'INDEX_LOCKED'
  | 'INCOMPLETE'
  | 'INTERRUPTED'
  | 'INTERNAL';

export interface ErrorDetails {
  /** The file, key or setting concerned, as the person knows it. */
  readonly subject?: string;
  /** The exact command that mends it, or the one sentence that says what to do. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** True when the same request may pass if it is tried again. Only backends set it. */
  readonly retryable?: boolean;
  /** Milliseconds that the store asked us to wait before the next try. */
  readonly retryAfter?: number;
}

const brand = Symbol.for('git-lode.error');

/** The one class for expected failures: recognised by brand and code, never by text or `instanceof`. */
export class LodeError extends Error {
  readonly code: ErrorCode;
  readonly subject: string | undefined;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly retryAfter: number | undefined;
  readonly [brand] = true;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'LodeError';
    this.code = code;
    this.subject = details.subject;
    this.hint = details.hint;
    this.retryable = details.retryable ?? false;
    this.retryAfter = details.retryAfter;
  }
}

export function isLodeError(error: unknown, code?: ErrorCode): error is LodeError {
  if (typeof error !== 'object' || error === null || !(brand in error)) return false;
  return code === undefined || (error as LodeError).code === code;
}

/** The `code` of a Node system error (`ENOENT`), or undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error) || isLodeError(error))
    return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** True for what a person can be told, or the system has said; anything else is a mistake of ours. */
export function isExpected(error: unknown): boolean {
  return isLodeError(error) || systemCode(error) !== undefined;
}

/** Runs `action`; a system error with one of `codes` becomes undefined, every other error passes. */
export function unless<T>(codes: readonly string[], action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    const code = systemCode(error);
    if (code !== undefined && codes.includes(code)) return undefined;
    throw error;
  }
}

/** Marks a branch that the types say cannot be reached. */
export function unreachable(value: never): never {
  throw new LodeError('INTERNAL', `unexpected value: ${String(value)}`);
}
