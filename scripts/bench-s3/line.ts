import { spawn } from 'node:child_process';
import path from 'node:path';
import { projectDir } from '../../test/support/program.ts';
import type { S3Server } from './server.ts';

/** What lies between a client and a bucket. */
export interface Line {
  readonly roundTripMs: number;
  readonly megabitsPerSecond: number;
}

const PROXY = path.join(projectDir, 'scripts', 'bench-s3', 'line-proxy.mjs');

/** The server at the other end of a line. `close` takes the line down and leaves the server. */
export async function overLine(server: S3Server, line: Line): Promise<S3Server> {
  const { port } = new URL(server.endpoint);
  const args = [PROXY, port, String(line.roundTripMs), String(line.megabitsPerSecond)];
  const proxy = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const listening = await new Promise<string>((resolve, reject) => {
    proxy.stdout.once('data', (line: Buffer) => resolve(line.toString().trim()));
    proxy.once('exit', (code) => reject(new Error(`the line's proxy ended with ${code}`)));
  });
  return { ...server, endpoint: `http://127.0.0.1:${listening}`, close: () => void proxy.kill() };
}
