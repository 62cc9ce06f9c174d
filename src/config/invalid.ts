import { LodeError } from '../errors.ts';

/** CONFIG_INVALID about one setting; `where` is the file or command that holds it, as a person finds it. */
export function invalid(where: string, message: string, hint?: string): LodeError {
  return new LodeError('CONFIG_INVALID', message, {
    subject: where,
    ...(hint === undefined ? {} : { hint }),
  });
}
