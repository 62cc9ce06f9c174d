import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../support/free-port.ts';
import { kindOf, serverEnvironment } from './server-kinds.ts';

export const BUCKET = 'bench';

/** Memory where there is some, so that the server's disk is not what is measured. */
export const MEMORY_DIR = fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();

/** An S3 server on this machine, with its data in a folder. */
export interface S3Server {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** How many requests it has answered since it started, by its own log; not a number if it writes none. */
  requests(): number;
  /** Removes all objects. */
  empty(): void;
  /** Goes away at once: killed, its connections break; silent, they stay and nothing comes. */
  fail(how: Outage): Promise<void>;
  /** Is there again, with what it has. */
  recover(): Promise<void>;
  close(): void;
}

export type Outage = 'killed' | 'silent';

/** Starts `program`, a server that `server-kinds.ts` knows, over a new folder inside `parent`. Throws if it does not answer within ten seconds. */
export async function startServer(program: string, parent: string): Promise<S3Server> {
  const kind = kindOf(program);
  const root = fs.mkdtempSync(path.join(parent, 'git-lode-bench-s3-'));
  const [data, log] = [path.join(root, 'data'), path.join(root, 'log')];
  const bucket = path.join(data, BUCKET);
  fs.mkdirSync(bucket, { recursive: true });
  const port = await freePort();
  const env = { ...process.env, ...kind.env };
  let child: ChildProcess | undefined;
  const start = async () => {
    const started = spawn(program, kind.arguments(`127.0.0.1:${port}`, { data, log }), {
      env,
      stdio: 'ignore',
    });
    child = started;
    const failed = new Promise<never>((_, reject) => started.on('error', reject));
    await Promise.race([answers(port), failed]);
  };
  const close = () => {
    // One that is stopped hears of nothing else.
    child?.kill('SIGKILL');
    fs.rmSync(root, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    close();
    throw error;
  }
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    endpoint,
    requests: () => (kind.logs ? countLines(log) : Number.NaN),
    empty() {
      const through = { env: { ...env, ...serverEnvironment(endpoint) } };
      if (kind.emptying !== undefined) return void spawnSync(program, kind.emptying(BUCKET), through);
      fs.rmSync(bucket, { recursive: true, force: true });
      fs.mkdirSync(bucket);
    },
    async fail(how) {
      if (how === 'silent') return void child!.kill('SIGSTOP');
      const ended = once(child!, 'exit');
      child!.kill('SIGKILL');
      child = undefined;
      await ended;
    },
    recover: async () => (child === undefined ? start() : void child.kill('SIGCONT')),
    close,
  };
}

async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const reached = await new Promise<boolean>((resolve) => {
      const socket = net.connect({ host: '127.0.0.1', port });
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (reached) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the S3 server does not answer');
}

function countLines(file: string): number {
  if (!fs.existsSync(file)) return 0;
  return fs.readFileSync(file).reduce((lines, byte) => (byte === LF ? lines + 1 : lines), 0);
}

const LF = 10;
