import { LodeError } from '../errors.ts';
import type { CommandOption } from './command.ts';

/** What somebody does with a data remote; each does what the one before it does, too. */
export const ROLES = ['reader', 'writer', 'collector'] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_OPTION: CommandOption = {
  type: 'string',
  describe: 'reader (fetch), writer (and push; the default), collector (and delete)',
};

/** The value of `--role`, `writer` without one. Throws USAGE. */
export function roleOf(value: unknown): Role {
  if (value === undefined) return 'writer';
  const role = ROLES.find((each) => each === value);
  if (role !== undefined) return role;
  throw new LodeError('USAGE', 'there is no such role', {
    subject: String(value),
    hint: `--role takes one of ${ROLES.join(', ')}`,
  });
}

/** True if `role` does what `needed` does. */
export function includesRole(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
