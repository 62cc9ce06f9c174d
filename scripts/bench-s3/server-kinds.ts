import path from 'node:path';

export const KEYS = { accessKey: 'bench-access', secretKey: 'bench-secret' };

export interface ServerFiles {
  /** Holds a folder for each bucket. */
  readonly data: string;
  /** Where a server that can writes a line for each request. */
  readonly log: string;
}

/** How a program that speaks S3 is started. */
export interface ServerKind {
  readonly name: string;
  /** True if it writes `log`. */
  readonly logs: boolean;
  arguments(address: string, files: ServerFiles): string[];
  readonly env: Readonly<Record<string, string>>;
  /** What removes all of a bucket by way of the server, if it remembers what was in its folder. */
  readonly emptying?: (bucket: string) => readonly string[];
}

const KINDS: readonly ServerKind[] = [
  {
    name: 'versitygw',
    logs: true,
    arguments: (address, { data, log }) => [
      ...['--quiet', '--keep-alive', '--access-log', log, '--port', address],
      ...['posix', data],
    ],
    env: { ROOT_ACCESS_KEY: KEYS.accessKey, ROOT_SECRET_KEY: KEYS.secretKey },
  },
  {
    name: 'minio',
    logs: false,
    arguments: (address, { data }) => ['server', '--quiet', '--address', address, data],
    env: { MINIO_ROOT_USER: KEYS.accessKey, MINIO_ROOT_PASSWORD: KEYS.secretKey },
  },
  {
    name: 'rclone',
    logs: false,
    arguments: (address, { data }) => [
      ...['serve', 's3', '--addr', address, '--auth-key', `${KEYS.accessKey},${KEYS.secretKey}`, data],
    ],
    env: {},
    emptying: (bucket) => ['delete', '--quiet', `bench:${bucket}`],
  },
];

/** Which server a program is, by its file's name. Throws if it is none of those that are known here. */
export function kindOf(program: string): ServerKind {
  const kind = KINDS.find(({ name }) => path.basename(program).startsWith(name));
  if (kind === undefined)
    throw new Error(`--server takes the program of ${KINDS.map(({ name }) => name).join(', ')}`);
  return kind;
}

/** What tells each of them where the server is, and who they are there. */
export function serverEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: KEYS.accessKey,
    AWS_SECRET_ACCESS_KEY: KEYS.secretKey,
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_S3: endpoint,
    RCLONE_CONFIG_BENCH_TYPE: 's3',
    RCLONE_CONFIG_BENCH_PROVIDER: 'Other',
    RCLONE_CONFIG_BENCH_ENDPOINT: endpoint,
    RCLONE_CONFIG_BENCH_ENV_AUTH: 'true',
  };
}
