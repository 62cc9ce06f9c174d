import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectDir } from '../../test/support/program.ts';
import { BUCKET, KEYS } from './server.ts';

/** Who answers in place of the server. */
export type Stranger = 'nobody' | 'web page' | 'busy';

/** One thing that is wrong between a person and a bucket. */
export interface Situation {
  readonly name: string;
  /** Added to an environment without credentials; those of `OWNER` where it is the owner's push. */
  readonly env?: Readonly<Record<string, string>>;
  /** git settings of the repository. */
  readonly config?: Readonly<Record<string, string>>;
  readonly bucket?: string;
  /** Of the command; `{port}` is the server's. */
  readonly endpoint?: string;
  readonly stranger?: Stranger;
  readonly server?: 'tls' | 'small';
  /** Its command comes to its end by itself; `perhaps`: some servers do not mind. */
  readonly heals?: boolean | 'perhaps';
  readonly command?: 'push' | 'clone';
}

const OWNER = { AWS_ACCESS_KEY_ID: KEYS.accessKey, AWS_SECRET_ACCESS_KEY: KEYS.secretKey };

/** An hour ago, for every process that Node starts. */
const SLOW_CLOCK = pathToFileURL(path.join(projectDir, 'scripts', 'errors', 'slow-clock.mjs')).href;

export const SITUATIONS: readonly Situation[] = [
  { name: 'no credentials' },
  { name: 'a profile that does not exist', env: { AWS_PROFILE: 'absent' } },
  { name: 'a wrong secret', env: { ...OWNER, AWS_SECRET_ACCESS_KEY: 'a-wrong-secret' } },
  { name: 'an unknown access key', env: { ...OWNER, AWS_ACCESS_KEY_ID: 'nobodys-key' } },
  { name: 'a session token that is none', env: { ...OWNER, AWS_SESSION_TOKEN: 'not-a-token' } },
  { name: 'no such bucket', env: OWNER, bucket: 'no-such-bucket' },
  { name: 'writing to a public bucket without credentials', config: { 'lode.anonymous': 'true' } },
  { name: 'another region', env: { ...OWNER, AWS_REGION: 'eu-west-3' }, heals: 'perhaps' },
  {
    name: 'a clock that is an hour slow',
    env: { ...OWNER, NODE_OPTIONS: `--import=${SLOW_CLOCK}` },
    heals: true,
  },
  { name: 'a certificate that nobody knows', env: OWNER, server: 'tls' },
  { name: 'https where http is spoken', env: OWNER, endpoint: 'https://127.0.0.1:{port}' },
  { name: 'a host that nobody knows', env: OWNER, endpoint: 'http://no-such-host.invalid' },
  { name: 'nobody listens', env: OWNER, stranger: 'nobody' },
  { name: 'a proxy that is not there', env: OWNER, config: { 'http.proxy': 'http://127.0.0.1:1' } },
  { name: 'a proxy’s web page', env: OWNER, stranger: 'web page' },
  { name: 'a store that asks for fewer requests, for ever', env: OWNER, stranger: 'busy' },
  { name: 'no space left', env: OWNER, server: 'small' },
  { name: 'a clone without credentials', command: 'clone' },
  { name: 'a clone from a bucket that is not there', env: OWNER, bucket: 'no-such-bucket', command: 'clone' },
];

/** Nothing of a credential may ever be in what a person sees. */
export const SECRETS = [KEYS.secretKey, 'a-wrong-secret', 'not-a-token'];

export function urlOf({ bucket = BUCKET }: Situation): string {
  return `s3://${bucket}/lode`;
}
