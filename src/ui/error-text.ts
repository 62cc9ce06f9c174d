import { isLodeError } from '../errors.ts';
import { exitCodeOf } from './exit-code.ts';
import { printable } from './printable.ts';
import { spellCommands } from './program-name.ts';

/** An error as people read it: what happened, to what, and what mends it. Only an unexpected one shows where in the program. */
export function errorText(error: unknown, program: string): string {
  if (!isLodeError(error) || error.code === 'INTERNAL') return unexpected(error);
  const lines = [`git-lode: ${indented(error.message)}`];
  if (error.subject !== undefined) lines.push(`  ${indented(error.subject)}`);
  if (error.hint !== undefined) lines.push(`  hint: ${indented(spellCommands(error.hint, program))}`);
  return `${lines.join('\n')}\n`;
}

/** The same as an object, for `--json`. */
export function errorDocument(error: unknown, program: string): string {
  const known = isLodeError(error);
  const document = {
    error: {
      code: known ? error.code : 'INTERNAL',
      message: error instanceof Error ? error.message : String(error),
      ...(known && error.subject !== undefined ? { subject: error.subject } : {}),
      ...(known && error.hint !== undefined ? { hint: spellCommands(error.hint, program) } : {}),
      exitCode: exitCodeOf(error),
    },
  };
  return `${JSON.stringify(document)}\n`;
}

function unexpected(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `git-lode: this should not have happened\n  ${indented(text)}\n  hint: please report it, with these lines\n`;
}

function indented(text: string): string {
  return text.split('\n').map(printable).join('\n  ');
}
