import { parseKnownFiles } from '@smithy/core/config';
import type { S3Settings } from '../config/settings.ts';
import { LodeError } from '../errors.ts';
import { plainText } from './plain-text.ts';

type Environment = Record<string, string | undefined>;
type Profile = Record<string, string | undefined>;

/** Where a bucket is, put together from the settings, the environment and AWS's own files. */
export interface S3Place {
  /** Undefined: AWS's own, chosen by the region. */
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly pathStyle: boolean;
  readonly isAws: boolean;
  /** Whose credentials are used, for messages. */
  readonly profile: string | undefined;
  /** How that profile, or the default one, says that it comes to its credentials, if not by holding them. */
  readonly credentials: CredentialsWay | undefined;
}

export type CredentialsWay = 'process' | 'sso';

/** S3's default; AWS redirects from it to the bucket's own, and other stores do not care. */
const DEFAULT_REGION = 'us-east-1';
const DEFAULT_PROFILE = 'default';

/**
 * Finds the place. Sets `AWS_PROFILE` in `environment`: the SDK's `profile` option would ignore the endpoint of that profile.
 * Errors: `REMOTE_AUTH` for a profile that AWS's files do not have, `CONFIG_INVALID` for an endpoint that is no http URL,
 * `CONFIG_SECRET` for one with a password in it.
 */
export async function findPlace(
  settings: S3Settings,
  environment: Environment = process.env,
): Promise<S3Place> {
  if (settings.profile !== undefined) environment.AWS_PROFILE = settings.profile;
  const name = environment.AWS_PROFILE || undefined;
  const files = await parseKnownFiles({});
  const profile = sectionOf(files, name ?? DEFAULT_PROFILE);
  if (name !== undefined && profile === undefined && settings.anonymous !== true) throw profileMissing(name);

  const endpoint = settings.endpoint ?? configuredEndpoint(environment, files, profile);
  const isAws = endpoint === undefined || isAwsHost(checkedUrl(endpoint).hostname);
  return {
    endpoint,
    region:
      settings.region ||
      environment.AWS_REGION ||
      environment.AWS_DEFAULT_REGION ||
      profile?.region ||
      DEFAULT_REGION,
    pathStyle: settings.pathStyle ?? !isAws,
    isAws,
    profile: name,
    credentials: wayOf(profile),
  };
}

function wayOf(profile: Profile | undefined): CredentialsWay | undefined {
  if (profile?.aws_access_key_id) return undefined;
  if (profile?.credential_process) return 'process';
  return profile?.sso_session || profile?.sso_start_url ? 'sso' : undefined;
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
function configuredEndpoint(
  environment: Environment,
  files: Record<string, Profile>,
  profile: Profile | undefined,
): string | undefined {
  if (environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true') return undefined;
  const services = profile?.services ? sectionOf(files, `services.${profile.services}`) : undefined;
  return (
    environment.AWS_ENDPOINT_URL_S3 ||
    environment.AWS_ENDPOINT_URL ||
    services?.['s3.endpoint_url'] ||
    profile?.endpoint_url
  );
}

function sectionOf(files: Record<string, Profile>, name: string): Profile | undefined {
  return Object.hasOwn(files, name) ? files[name] : undefined;
}

function isAwsHost(host: string): boolean {
  return /\.amazonaws\.com(\.cn)?$/.test(host) || /\.api\.aws$/.test(host);
}

function checkedUrl(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.username || url?.password) {
    throw new LodeError('CONFIG_SECRET', 'the endpoint of the remote holds a user name or password', {
      subject: 'endpoint',
      hint: 'Take it out of the URL; credentials come from AWS_PROFILE or AWS_ACCESS_KEY_ID.',
    });
  }
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new LodeError('CONFIG_INVALID', `the endpoint '${plainText(endpoint)}' is not an http or https URL`, {
    subject: 'endpoint',
    hint: 'Write it as https://host or https://host:port.',
  });
}

function profileMissing(name: string): LodeError {
  const shown = plainText(name);
  return new LodeError('REMOTE_AUTH', `the AWS profile '${shown}' does not exist`, {
    subject: shown,
    hint: `aws configure --profile '${shown}'`,
  });
}
