import { type ErrorCode, type ErrorDetails, isLodeError, LodeError, systemCode } from './errors.ts';

/** An error on its way to another thread: what is copied there loses its class, and all fields that are not every error's. */
export type SentError =
  | { readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails }
  | { readonly error: unknown; readonly system: string | undefined };

export function sentError(error: unknown): SentError {
  if (!isLodeError(error)) return { error, system: systemCode(error) };
  const { code, message, subject, hint, cause } = error;
  return { code, message, details: { subject, hint, cause } };
}

/** The error that was sent, a LodeError as one, a system's with its code. */
export function receivedError(sent: SentError): unknown {
  if ('details' in sent) return new LodeError(sent.code, sent.message, sent.details);
  const { error, system } = sent;
  return system !== undefined && error instanceof Error ? Object.assign(error, { code: system }) : error;
}
