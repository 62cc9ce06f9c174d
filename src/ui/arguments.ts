import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nearest } from '../config/nearest.ts';
import { LodeError } from '../errors.ts';

/** The options of a command: what `parseArgs` takes, and one line for the help. */
export type OptionTable = Readonly<
  Record<string, NonNullable<ParseArgsConfig['options']>[string] & { readonly describe: string }>
>;

export type ParsedOptions = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** Options that every command has. */
export const COMMON_OPTIONS: OptionTable = {
  quiet: { type: 'boolean', short: 'q', describe: 'say nothing but warnings and errors' },
  json: { type: 'boolean', describe: 'print data, and errors too, as JSON on standard output' },
  directory: { type: 'string', short: 'C', multiple: true, describe: 'run as if started in this folder' },
  help: { type: 'boolean', short: 'h', describe: 'show this help' },
};

/** Finds the verb: the first argument that is neither an option nor the folder of `-C`. */
export function splitVerb(argv: readonly string[]): { verb: string | undefined; args: string[] } {
  let at = 0;
  while (argv[at]?.startsWith('-')) at += argv[at] === '-C' || argv[at] === '--directory' ? 2 : 1;
  return { verb: argv[at], args: [...argv.slice(0, at), ...argv.slice(at + 1)] };
}

/**
 * Parses the arguments of one command, the common options included. What stands behind `--` is among the positionals, and, where there
 * is a `--`, also an option of that name. Throws USAGE, with the nearest option for a mistyped one.
 */
export function parseArguments(
  args: readonly string[],
  table: OptionTable,
): { positionals: readonly string[]; options: ParsedOptions } {
  const options = { ...COMMON_OPTIONS, ...table };
  const { tokens, positionals, values } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) throw unknownOption(token.rawName, Object.keys(options));
    if (option.type === 'string' && token.value === undefined) {
      throw new LodeError('USAGE', `${token.rawName} needs a value`);
    }
    if (option.type === 'boolean' && token.value !== undefined) {
      throw new LodeError('USAGE', `${token.rawName} takes no value`);
    }
  }
  const end = tokens.find(({ kind }) => kind === 'option-terminator')?.index;
  if (end === undefined) return { positionals, options: values };
  const behind = tokens.filter(({ kind, index }) => kind === 'positional' && index > end).length;
  return { positionals, options: { ...values, '--': positionals.slice(positionals.length - behind) } };
}

function unknownOption(written: string, names: readonly string[]): LodeError {
  const near = written.startsWith('--') ? nearest(written.slice(2), names) : undefined;
  return new LodeError('USAGE', `there is no option ${written}`, {
    ...(near === undefined ? {} : { hint: `did you mean --${near}?` }),
  });
}
