import type { ParseArgsConfig } from 'node:util';
import type { Reporter } from '../report.ts';

/** What a command gets from the process around it; commands touch nothing else of the process. */
export interface CommandContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly reporter: Reporter;
  /** Writes data: a line or a document, with its own newline. Beside `write` the only way to stdout. */
  readonly print: (text: string) => void;
  /** Writes content as it is. Resolves when the reader has taken it: await it before the next, and memory stays bounded. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** The whole of standard input; empty at once if it is a terminal or closed. Hooks read it. */
  readonly readInput: () => Promise<string>;
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
}

export type OptionValues = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** One verb. The table of options drives the parser and the help alike. */
export interface Command {
  readonly name: string;
  /** One line, as `git lode help` lists it. */
  readonly summary: string;
  /** What follows the verb: `<pattern>…`. */
  readonly usage: string;
  readonly options: Readonly<Record<string, CommandOption>>;
  /** Resolves to the exit code: 0 done, 1 findings. Failures are thrown as LodeErrors. */
  run(args: readonly string[], options: OptionValues, context: CommandContext): Promise<number>;
}

export type CommandOption = NonNullable<ParseArgsConfig['options']>[string] & { readonly describe: string };
