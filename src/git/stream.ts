import { type ChildProcess, spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LodeError, systemCode } from '../errors.ts';
import { gitProgram } from './program.ts';
import { gitEnvironment, gitMissing } from './run.ts';

export interface GitStreamOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Written to git's standard input as it asks for more; git's standard input is empty without it. */
  readonly input?: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  readonly signal?: AbortSignal | undefined;
}

/** git's own words are for one message: what a broken git repeats a million times is not kept. */
const MAX_STDERR = 8192;

/**
 * git's standard output, piece by piece, with back-pressure both ways. Leaving the loop early ends git. A non-zero exit
 * is GIT_FAILED with git's own words; that git could not be started is GIT_MISSING; an aborted signal is INTERRUPTED.
 */
export async function* streamGit(
  args: readonly string[],
  options: GitStreamOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const child = spawn(gitProgram(options.env), args, {
    cwd: options.cwd,
    env: gitEnvironment(options.env),
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const ended = whenEnded(child);
  const fed = feed(child, options.input);
  const stderr = collectStderr(child);
  const stop = () => child.kill();
  options.signal?.addEventListener('abort', stop);
  try {
    if (options.signal?.aborted) stop();
    yield* child.stdout!;
    const [end, inputError] = await Promise.all([ended, fed]);
    options.signal?.throwIfAborted();
    if (inputError !== undefined) throw inputError;
    if (end !== 0) throw failure(args, options.cwd, end, stderr());
  } catch (error) {
    throw options.signal?.aborted ? interrupted(error) : error;
  } finally {
    options.signal?.removeEventListener('abort', stop);
    if (child.exitCode === null) child.kill();
    await Promise.allSettled([ended, fed]);
  }
}

/** All of git's standard output, for answers that are known to be small but whose making may take long. */
export async function collectGit(args: readonly string[], options: GitStreamOptions): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of streamGit(args, options)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The exit code, or the signal's name; rejects if git did not start. */
function whenEnded(child: ChildProcess): Promise<number | string> {
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once('error', (cause) => reject(gitMissing(cause)));
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  ended.catch(() => {});
  return ended;
}

/**
 * Resolves to what went wrong in making the input. That git stops reading early is its own business: its exit code
 * tells.
 */
async function feed(child: ChildProcess, input: GitStreamOptions['input']): Promise<unknown> {
  if (input === undefined) return undefined;
  try {
    await pipeline(Readable.from(input), child.stdin!);
    return undefined;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ENOENT') return undefined;
    child.kill();
    return error;
  }
}

function collectStderr(child: ChildProcess): () => string {
  let text = '';
  child.stderr!.setEncoding('utf8').on('data', (piece: string) => {
    text = (text + piece).slice(-MAX_STDERR);
  });
  return () => text.trim();
}

function failure(args: readonly string[], cwd: string, end: number | string, stderr: string): LodeError {
  const verb = args.find((arg) => !arg.startsWith('-')) ?? '';
  const words = stderr === '' ? `it ended with ${end}` : stderr;
  return new LodeError('GIT_FAILED', `git ${verb} failed: ${words}`, { subject: cwd });
}

function interrupted(cause: unknown): LodeError {
  return new LodeError('INTERRUPTED', 'interrupted', { cause });
}
