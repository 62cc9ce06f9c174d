import { type ExecFileSyncOptions, spawnSync } from 'node:child_process';
import { LodeError, systemCode } from '../errors.ts';
import { gitProgram } from './program.ts';

/** git's answer: a number is an answer and data; that git could not be started is an exception. */
export interface GitResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface GitOptions {
  readonly cwd: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * The environment for every git that we start. git 2.39 exports GIT_INTERNAL_SUPER_PREFIX into submodules, where it makes
 * `config`, `ls-files` and `update-index` die; output that is parsed must not be translated; and nothing that we ask
 * may make a partial clone fetch blobs one by one.
 */
export function gitEnvironment(
  env: Readonly<Record<string, string | undefined>> = process.env,
): NodeJS.ProcessEnv {
  const { GIT_INTERNAL_SUPER_PREFIX: _, ...rest } = env;
  return { ...rest, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0' };
}

/** Runs git to its end, blocking. For short questions; streams of output go through `git/stream.ts`. */
export function git(args: readonly string[], options: GitOptions): GitResult {
  const spawnOptions: ExecFileSyncOptions = {
    cwd: options.cwd,
    env: gitEnvironment(options.env),
    maxBuffer: Number.POSITIVE_INFINITY,
    windowsHide: true,
    stdio: 'pipe',
    ...(options.input === undefined ? {} : { input: options.input }),
  };
  const result = spawnSync(gitProgram(options.env), args, spawnOptions);
  // git may answer without reading all of its input; its own exit code then says more than the broken pipe.
  if (result.error !== undefined && systemCode(result.error) !== 'EPIPE') {
    throw gitMissing(result.error);
  }
  const stdout = Buffer.isBuffer(result.stdout) ? result.stdout : Buffer.from(result.stdout ?? '');
  const stderr = String(result.stderr ?? '');
  return { exitCode: result.status ?? 128, stdout, stderr };
}

/** As `git`, for calls that cannot fail in a sound repository: a non-zero answer is GIT_FAILED with git's own words. */
export function gitOrThrow(args: readonly string[], options: GitOptions): Buffer {
  const { exitCode, stdout, stderr } = git(args, options);
  if (exitCode === 0) return stdout;
  throw new LodeError(
    'GIT_FAILED',
    `git ${args.find((a) => !a.startsWith('-')) ?? ''} failed: ${stderr.trim()}`,
    {
      subject: options.cwd,
    },
  );
}

export function gitMissing(cause: Error): LodeError {
  return new LodeError('GIT_MISSING', `git could not be started: ${cause.message}`, {
    cause,
    hint: 'install git 2.39 or newer, and see that it is on PATH',
  });
}
