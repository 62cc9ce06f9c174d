import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort } from '../support/free-port.ts';

export const KEYS = { accessKey: 'errors-access', secretKey: 'errors-secret-of-server' };
export const BUCKET = 'team-data';

/** A program that speaks S3, and how to start it. */
export interface ServerKind {
  readonly name: string;
  start(program: string, at: { port: number; data: string; tls?: Tls | undefined }): ChildProcess;
}

/** PEM files, and a folder that is the server's own. */
export interface Tls {
  readonly certificate: string;
  readonly key: string;
  readonly folder: string;
}

const QUIET = { stdio: 'ignore' } as const;

export const SERVER_KINDS: readonly ServerKind[] = [
  {
    name: 'versitygw',
    start: (program, { port, data, tls }) => {
      const secure = tls === undefined ? [] : ['--cert', tls.certificate, '--key', tls.key];
      const env = { ...process.env, ROOT_ACCESS_KEY: KEYS.accessKey, ROOT_SECRET_KEY: KEYS.secretKey };
      const args = ['--quiet', '--keep-alive', '--port', `127.0.0.1:${port}`, ...secure, 'posix', data];
      return spawn(program, args, { ...QUIET, env });
    },
  },
  {
    name: 'minio',
    start: (program, { port, data, tls }) => {
      const env = { ...process.env, MINIO_ROOT_USER: KEYS.accessKey, MINIO_ROOT_PASSWORD: KEYS.secretKey };
      const secure = tls === undefined ? [] : ['--certs-dir', minioCertificates(tls)];
      const args = ['server', '--quiet', '--address', `127.0.0.1:${port}`, ...secure, data];
      return spawn(program, args, { ...QUIET, env });
    },
  },
];

/** minio wants its own names for them. */
function minioCertificates({ certificate, key, folder }: Tls): string {
  fs.copyFileSync(certificate, path.join(folder, 'public.crt'));
  fs.copyFileSync(key, path.join(folder, 'private.key'));
  return folder;
}

export interface RunningServer {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Starts a server over the folder `data`, with the bucket in it, which anybody may read and only its owner write. */
export async function startServer(
  kind: ServerKind,
  program: string,
  data: string,
  tls?: Tls,
): Promise<RunningServer> {
  const port = await freePort();
  const child = kind.start(program, { port, data, tls });
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${kind.name} ended with ${code}`)));
  });
  ended.catch(() => {});
  const endpoint = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  if (tls === undefined) await Promise.race([makeBucket(endpoint), ended]);
  return {
    endpoint,
    async close() {
      child.removeAllListeners('exit');
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
  };
}

const READERS = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: '*',
      Action: ['s3:GetObject', 's3:ListBucket'],
      Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`],
    },
  ],
});

async function makeBucket(endpoint: string): Promise<void> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 20,
    credentials: { accessKeyId: KEYS.accessKey, secretAccessKey: KEYS.secretKey },
  });
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await client.send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy: READERS }));
  client.destroy();
}
