#!/usr/bin/env node
import { setMaxListeners } from 'node:events';
import module from 'node:module';
import path from 'node:path';
import type { Command, CommandContext } from './commands/command.ts';
import { commands, hiddenCommands } from './commands/index.ts';
import { nearest } from './config/nearest.ts';
import { isLodeError, LodeError, systemCode, unless } from './errors.ts';
import { type ParsedOptions, parseArguments, splitVerb } from './ui/arguments.ts';
import { errorDocument, errorText } from './ui/error-text.ts';
import { DONE, EXIT_CODES, exitCodeOf } from './ui/exit-code.ts';
import { readInput } from './ui/input.ts';
import { programName } from './ui/program-name.ts';
import { isQuiet } from './ui/quiet.ts';
import { createReporter } from './ui/reporter.ts';

/*
 * The command line: argv to a command, its outcome to an exit code. The only file that ends the process.
 */
const OLDEST_NODE = 20;

const argv = process.argv.slice(2);
const program = programName(import.meta.url, process.cwd());
const stop = new AbortController();
// Every request of a push or a fetch listens to it for a while.
setMaxListeners(0, stop.signal);

listenToProcess();
const exitCode = await main();
await Promise.all([process.stdout, process.stderr].map(flushed));
// A connection that is still open must not keep a finished command waiting.
process.exit(exitCode);

async function main(): Promise<number> {
  try {
    if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
      throw new LodeError(
        'USAGE',
        `git-lode needs Node.js ${OLDEST_NODE} or newer, and this is ${process.version}`,
      );
    }
    (module as { enableCompileCache?: () => unknown }).enableCompileCache?.();
    return await dispatch();
  } catch (error) {
    return tell(stop.signal.aborted && !isLodeError(error) ? interrupted(error) : error);
  }
}

/** Says what went wrong, and how the process has to end for it. */
function tell(error: unknown): number {
  if (argv.includes('--json')) process.stdout.write(errorDocument(error, program));
  else process.stderr.write(errorText(error, program));
  return exitCodeOf(error);
}

async function dispatch(): Promise<number> {
  const { verb, args } = splitVerb(argv);
  if (verb === undefined) return withoutVerb(args);
  const command = await load(verb);
  // A hook's arguments are git's, and none of them is an option of ours.
  if (Object.hasOwn(hiddenCommands, verb)) return command.run(args, {}, context({}));
  const { options, positionals } = parseArguments(args, command.options);
  if (options.help === true) return (await load('help')).run([verb], options, context(options));
  return command.run(positionals, options, context(options));
}

/** `git lode`, `git lode -h`, `git lode --version`. The overview that nobody asked for is an error's, and goes where errors go. */
async function withoutVerb(args: readonly string[]): Promise<number> {
  const { options } = parseArguments(args, { version: { type: 'boolean', describe: '' } });
  if (options.version === true) return (await load('version')).run([], options, context(options));
  const help = await load('help');
  if (options.help === true) return help.run([], options, context(options));
  await help.run([], options, { ...context(options), print: (text) => process.stderr.write(text) });
  return EXIT_CODES.USAGE;
}

async function load(verb: string): Promise<Command> {
  const table = { ...commands, ...hiddenCommands };
  if (Object.hasOwn(table, verb)) return (await table[verb]!()).command;
  const near = nearest(verb, Object.keys(commands));
  throw new LodeError('USAGE', `there is no command ${verb}`, {
    hint: near === undefined ? 'git lode help' : `did you mean: git lode ${near}`,
  });
}

function context(options: ParsedOptions): CommandContext {
  const folders = Array.isArray(options.directory) ? options.directory.map(String) : [];
  return {
    cwd: enter(path.resolve(...folders)),
    env: process.env,
    reporter: createReporter({
      stderr: process.stderr,
      isTerminal: process.stderr.isTTY === true && process.env.TERM !== 'dumb',
      quiet: options.quiet === true || (() => isQuiet(process.env)),
      progressFile: process.env.GIT_LODE_PROGRESS,
      program,
    }),
    print: (text) => process.stdout.write(text),
    write: (bytes) => taken(process.stdout, bytes),
    readInput: () => readInput(process.stdin, stop.signal),
    signal: stop.signal,
  };
}

/** The process goes there itself, so that relative paths in git's variables mean what they mean to git. */
function enter(folder: string): string {
  const moved = unless(['ENOENT', 'ENOTDIR'], () => {
    process.chdir(folder);
    return true;
  });
  if (moved === undefined) throw new LodeError('USAGE', 'there is no such folder', { subject: folder });
  return process.cwd();
}

function listenToProcess(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // The second one is from somebody who will not wait for a clean end.
      if (stop.signal.aborted) process.exit(EXIT_CODES.INTERRUPTED);
      stop.abort(interrupted());
    });
  }
  process.stdout.on('error', (error) => {
    // The reader has seen enough, as `head` does.
    if (systemCode(error) === 'EPIPE') process.exit(DONE);
    const told = systemCode(error) === 'ENOSPC' ? outputFull(error) : error;
    process.stderr.write(errorText(told, program));
    process.exit(exitCodeOf(told));
  });
  // Nobody is left to be told.
  process.stderr.on('error', () => {});
  process.on('uncaughtException', (error) => process.exit(tell(error)));
}

function interrupted(cause?: unknown): LodeError {
  return new LodeError('INTERRUPTED', 'interrupted', { cause });
}

function outputFull(cause: unknown): LodeError {
  return new LodeError('STORE_FULL', 'there is no space left for the output', { cause });
}

/** An error of the stream ends the process (`listenToProcess`): nobody is told of it here too. */
function taken(stream: NodeJS.WriteStream, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    stream.write(bytes, (error) => {
      if (!error) resolve();
    });
  });
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
