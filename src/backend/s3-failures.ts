import type { ErrorCode } from '../errors.ts';
import type { CredentialsWay } from './s3-place.ts';
import type { Reason } from './s3-reasons.ts';
import type { Operation } from './with-count.ts';

export interface Circumstances {
  readonly name: string;
  readonly status: number | undefined;
  readonly system: string | undefined;
  readonly region: string | undefined;
  readonly operation: Operation;
  readonly bucket: string;
  readonly at: string;
  readonly profile: string | undefined;
  readonly credentials?: CredentialsWay | 'none' | undefined;
  readonly keeping?: readonly string[];
}

export interface Failure {
  readonly code: ErrorCode;
  readonly what: string;
  readonly hint: string;
  readonly retryable: boolean;
}

const permissions: Readonly<Record<Operation, string>> = {
  get: 's3:GetObject',
  head: 's3:GetObject and s3:ListBucket',
  put: 's3:PutObject',
  list: 's3:ListBucket',
  delete: 's3:DeleteObject',
};

/** The least role that has the permission. */
const roles: Readonly<Record<Operation, string>> = {
  get: 'reader',
  head: 'reader',
  put: 'writer',
  list: 'reader',
  delete: 'collector',
};

const AGAIN = 'Run the command again: it goes on where it stopped.';

/** What a person is told of a reason: one clause that says what happened, one sentence that says what to do. */
export function failedBy(reason: Reason, about: Circumstances): Failure {
  const fail = (code: ErrorCode, what: string, hint: string, retryable = false): Failure => ({
    code,
    what,
    hint,
    retryable,
  });
  const whose =
    about.profile === undefined ? 'the credentials' : `the credentials of profile '${about.profile}'`;
  const login = about.profile === undefined ? 'aws sso login' : `aws sso login --profile '${about.profile}'`;
  const detail = about.system ?? (about.status === undefined ? about.name : `${about.status} ${about.name}`);

  switch (reason) {
    case 'no-credentials':
      if (about.credentials === 'process')
        return fail(
          'REMOTE_AUTH',
          `the credential_process of profile '${about.profile ?? 'default'}' gave no credentials that are valid now`,
          'Run the program that credential_process names in ~/.aws/config, and see what it says.',
        );
      if (about.credentials === 'sso')
        return fail(
          'REMOTE_AUTH',
          `profile '${about.profile ?? 'default'}' is not signed in`,
          `Sign in: ${login}`,
        );
      return fail(
        'REMOTE_AUTH',
        about.profile === undefined
          ? 'no AWS credentials were found'
          : `profile '${about.profile}' gives no credentials`,
        `Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; with single sign-on run: ${login}`,
      );
    case 'expired':
      return fail('REMOTE_AUTH', 'the AWS session has expired', `Sign in again: ${login}`);
    case 'refused-credentials':
      return fail(
        'REMOTE_AUTH',
        `the store does not accept ${whose} (${detail})`,
        about.name.startsWith('InvalidToken')
          ? 'Check the session token: it belongs to one access key of this store, and ends by itself.'
          : 'Check the access key and the secret, and that they belong to this store.',
      );
    case 'forbidden':
      if (about.credentials === 'none')
        return fail(
          'REMOTE_FORBIDDEN',
          'without credentials nobody may do this',
          'Requests are not signed, as the setting anonymous says. To sign them: git config lode.anonymous false',
        );
      return fail(
        'REMOTE_FORBIDDEN',
        `${whose} may not do this`,
        `Ask the owner of bucket ${about.bucket} for ${permissions[about.operation]} on this prefix, as in the policy that this prints: git lode policy --role ${roles[about.operation]}`,
      );
    case 'forbidden-elsewhere':
      return fail(
        'REMOTE_FORBIDDEN',
        'it was refused (403), without a reason in S3’s own words',
        `Check that ${whose} have ${permissions[about.operation]}, and whether a proxy or firewall is in the way.`,
      );
    case 'no-bucket':
      return fail(
        'REMOTE_NO_BUCKET',
        `there is no bucket ${about.bucket}`,
        'Make the bucket, or correct the remote or its endpoint in the configuration.',
      );
    case 'missing':
      return fail('KEY_MISSING', 'it is not there', 'Run git lode push where the content is.');
    case 'region':
      return fail(
        'REMOTE_REGION',
        about.region === undefined
          ? 'the bucket is in another region'
          : `the bucket is in the region ${about.region}`,
        `Say so in the configuration: git config lode.region ${about.region ?? '<region>'}`,
      );
    case 'clock':
      // The SDK has corrected its offset by now.
      return fail('REMOTE_CLOCK', 'this computer’s clock is wrong', 'Set the clock of this computer.', true);
    case 'tls':
      return fail(
        'REMOTE_TLS',
        `its TLS certificate is not trusted (${detail})`,
        'For a private certificate authority: git config http.sslCAInfo <its file>',
      );
    case 'plain':
      return fail(
        'REMOTE_TLS',
        'the endpoint does not speak TLS',
        'Write the endpoint with http:// if that is meant.',
      );
    case 'proxy':
      return fail(
        'REMOTE_UNREACHABLE',
        'the proxy refuses the connection',
        'It may want a name and a password in its URL: see git config --get http.proxy, and HTTPS_PROXY.',
      );
    case 'host':
      return fail(
        'REMOTE_UNREACHABLE',
        'the name of its host is not known',
        'Check the network, and the endpoint in the configuration.',
      );
    case 'broken':
      if (about.status !== undefined)
        return fail(
          'REMOTE_UNREACHABLE',
          `the store gave up waiting (${detail})`,
          `Check the network, and whether the store is busy or its disk slow. ${AGAIN}`,
          true,
        );
      return fail(
        'REMOTE_UNREACHABLE',
        `the connection failed (${detail})`,
        `Check the network. ${AGAIN}`,
        true,
      );
    case 'throttled':
      return fail('REMOTE_THROTTLED', 'the store asks for fewer requests', AGAIN, true);
    case 'full':
      return fail(
        'REMOTE_FULL',
        'no space is left',
        'Free space in the store, or raise its quota, then run again.',
      );
    case 'damaged':
      return fail('REMOTE_FAILED', `the bytes were damaged on their way (${detail})`, AGAIN, true);
    case 'conflict':
      return fail('REMOTE_FAILED', 'somebody else is writing the same file', AGAIN, true);
    case 'range':
      return fail(
        'REMOTE_FORMAT',
        'the file is shorter than what was asked for',
        'It was cut or damaged there: remove it from the remote, and run git lode push where the content is.',
      );
    case 'settings':
    case 'unsupported':
      if (about.operation === 'put' && about.keeping !== undefined && about.keeping.length > 0)
        return fail(
          'REMOTE_FAILED',
          `the store does not keep files as the configuration asks (${detail})`,
          `See there what this store may not have: ${about.keeping.join(', ')}.`,
        );
      return fail(
        'REMOTE_FAILED',
        `the store cannot do this (${detail})`,
        'Use a store that supports S3’s API.',
      );
    case 'exists':
      return fail('REMOTE_FAILED', 'the file changed meanwhile', AGAIN, true);
    case 'interrupted':
      return fail('INTERRUPTED', 'interrupted', AGAIN);
    case 'server':
      return fail('REMOTE_FAILED', `the store failed (${detail})`, AGAIN, true);
    case 'unknown':
      return fail(
        'REMOTE_FAILED',
        `the store answered ${detail}`,
        'Check the endpoint and the bucket’s settings.',
      );
  }
}
