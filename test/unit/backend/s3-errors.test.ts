import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type S3Where, s3Error, s3ErrorByName } from '../../../src/backend/s3-errors.ts';
import { LodeError } from '../../../src/errors.ts';

const where: S3Where = {
  url: 's3://bucket/team',
  bucket: 'bucket',
  at: 'http://nas:9000',
  profile: 'work',
};
const put = { operation: 'put', key: 'packs/ab' } as const;

/** As the SDK makes it: fields on an Error, the answer hidden. */
function sdkError(fields: Record<string, unknown>, headers: Record<string, string> = {}): Error {
  const error = Object.assign(new Error('words of the store'), fields);
  Object.defineProperty(error, '$response', { value: { headers }, enumerable: false });
  return error;
}

const service = (name: string, status: number, more: Record<string, unknown> = {}) => ({
  name,
  $metadata: { httpStatusCode: status },
  ...more,
});

describe('an error of the SDK', () => {
  it.each([
    ['REMOTE_AUTH', false, service('ExpiredToken', 400)],
    ['REMOTE_AUTH', false, service('XAdminUserNotFound', 404)],
    ['REMOTE_AUTH', false, { name: 'CredentialsProviderError' }],
    ['REMOTE_AUTH', false, { name: 'TokenProviderError' }],
    ['REMOTE_AUTH', false, service('Unknown', 401)],
    ['REMOTE_FORBIDDEN', false, service('AccessDenied', 403)],
    ['REMOTE_FORBIDDEN', false, service('Unknown', 403)],
    ['REMOTE_NO_BUCKET', false, service('NoSuchBucket', 404)],
    ['KEY_MISSING', false, service('NotFound', 404)],
    ['REMOTE_REGION', false, service('Unknown', 301)],
    ['REMOTE_CLOCK', true, service('RequestTimeTooSkewed', 403)],
    ['REMOTE_TLS', false, { name: 'Error', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }],
    ['REMOTE_TLS', false, { name: 'Error', code: 'ERR_TLS_CERT_ALTNAME_INVALID' }],
    ['REMOTE_TLS', false, { name: 'Error', code: 'EPROTO' }],
    ['REMOTE_UNREACHABLE', false, { name: 'Error', code: 'ENOTFOUND' }],
    ['REMOTE_UNREACHABLE', true, { name: 'Error', code: 'EAI_AGAIN' }],
    ['REMOTE_UNREACHABLE', true, { name: 'TimeoutError', code: 'ECONNRESET' }],
    ['REMOTE_UNREACHABLE', true, { name: 'Error', cause: { code: 'ECONNREFUSED' } }],
    ['REMOTE_UNREACHABLE', true, service('RequestTimeout', 400)],
    ['REMOTE_THROTTLED', true, service('SlowDown', 503)],
    ['REMOTE_THROTTLED', true, service('Unknown', 429)],
    ['REMOTE_FULL', false, service('Unknown', 507)],
    ['REMOTE_FAILED', true, service('Unknown', 502)],
    ['REMOTE_FAILED', true, service('BadDigest', 400)],
    ['REMOTE_FAILED', true, service('ConditionalRequestConflict', 409)],
    ['REMOTE_FAILED', false, service('NotImplemented', 501)],
    ['REMOTE_FAILED', false, service('InvalidRequest', 400)],
    ['REMOTE_FAILED', false, { name: 'TypeError' }],
    ['INTERRUPTED', false, { name: 'AbortError' }],
  ])('becomes %s (to repeat: %s) by its fields: %j', (code, retryable, fields) => {
    expect(s3Error(sdkError(fields), put, where)).toMatchObject({ code, retryable });
  });

  it('says what was tried, on which file, in which bucket, at which endpoint, and what to do', () => {
    const error = s3Error(sdkError(service('AccessDenied', 403)), put, where);
    for (const part of ['write packs/ab', 's3://bucket/team', 'http://nas:9000', "'work'"]) {
      expect(error.message).toContain(part);
    }
    expect(error.subject).toBe('packs/ab');
    expect(error.hint).toBe(
      'Ask the owner of bucket bucket for s3:PutObject on this prefix, as in the policy that this prints: git lode policy --role writer',
    );
  });

  it('of a profile says what gives its credentials, and what to do about that', () => {
    const missing = (credentials: S3Where['credentials'], profile?: string) =>
      s3Error(sdkError({ name: 'CredentialsProviderError' }), put, { ...where, profile, credentials });
    expect(missing('process', 'work').message).toContain("the credential_process of profile 'work'");
    expect(missing('process').message).toContain("the credential_process of profile 'default'");
    expect(missing('sso', 'work').hint).toBe("Sign in: aws sso login --profile 'work'");
    expect(missing(undefined).hint).toContain('Set AWS_PROFILE, or AWS_ACCESS_KEY_ID');
  });

  it('blames no credentials where none are sent', () => {
    const error = s3Error(sdkError(service('AccessDenied', 403)), put, { ...where, credentials: 'none' });
    expect(error.message).toContain('without credentials nobody may do this');
    expect(error.hint).toContain('git config lode.anonymous false');
  });

  it('of a session token names the token', () => {
    for (const name of ['InvalidToken', 'InvalidTokenId'])
      expect(s3Error(sdkError(service(name, 403)), put, where).hint).toContain('the session token');
  });

  it('that is the store’s own impatience is not told as a connection that failed', () => {
    const error = s3Error(sdkError(service('RequestTimeout', 503)), put, where);
    expect(error.message).toContain('the store gave up waiting (503 RequestTimeout)');
    expect(error).toMatchObject({ code: 'REMOTE_UNREACHABLE', retryable: true });
  });

  it('of a certificate names git’s own setting', () => {
    const error = s3Error(sdkError({ name: 'Error', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }), put, where);
    expect(error.hint).toContain('git config http.sslCAInfo');
  });

  it('names the region that the store names', () => {
    const byField = s3Error(
      sdkError(service('AuthorizationHeaderMalformed', 400, { Region: 'eu-west-1' })),
      put,
      where,
    );
    const byHeader = s3Error(
      sdkError(service('Unknown', 301), { 'x-amz-bucket-region': 'eu-west-3' }),
      put,
      where,
    );
    expect(byField.hint).toBe('Say so in the configuration: git config lode.region eu-west-1');
    expect(byHeader.hint).toContain('eu-west-3');
  });

  it.each(['eu; touch x', '$(touch x)', 'eu\u001b[2J', '-x', 'EU', ''])(
    'puts no other words of the store into a command to copy (%j)',
    (Region) => {
      const error = s3Error(sdkError(service('AuthorizationHeaderMalformed', 400, { Region })), put, where);
      expect(error.message).toContain('the bucket is in another region');
      expect(error.hint).toBe('Say so in the configuration: git config lode.region <region>');
    },
  );

  it('says how to sign in again, with the profile', () => {
    const error = s3Error(sdkError(service('ExpiredToken', 400)), put, where);
    expect(error.hint).toBe("Sign in again: aws sso login --profile 'work'");
  });

  it('keeps what the store asks to wait, in seconds or until a date', () => {
    const wait = (header: string) =>
      s3Error(sdkError(service('SlowDown', 503), { 'retry-after': header }), put, where).retryAfter;
    expect(wait('7')).toBe(7_000);
    expect(wait(new Date(Date.now() + 60_000).toUTCString())).toBeGreaterThan(50_000);
    expect(wait(new Date(0).toUTCString())).toBe(0);
    expect(wait('soon')).toBeUndefined();
  });

  it('that is a LodeError already stays as it is', () => {
    const error = new LodeError('REMOTE_FORMAT', 'ours');
    expect(s3Error(error, put, where)).toBe(error);
  });

  it('never shows the store’s words, a signature, or a control character, whatever the store sends', () => {
    const secret = 'wJalrXUtnFEMI';
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
        const hostile = sdkError(
          service(`\u001b[2J${text}`, 400, { Message: secret, Region: `\u0007${text}` }),
          {
            'x-amz-request-id': `\u001b]0;${text}`,
            authorization: secret,
          },
        );
        hostile.message = secret;
        const error = s3Error(hostile, put, where);
        const shown = [error.message, error.hint, error.subject, (error.cause as Error).message].join(' ');
        expect(shown).not.toMatch(/[\p{Cc}]/u);
        expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(secret);
      }),
      { numRuns: 50 },
    );
  });

  it('of one key among many says what its name says', () => {
    expect(s3ErrorByName('AccessDenied', { operation: 'delete', key: 'a' }, where)).toMatchObject({
      code: 'REMOTE_FORBIDDEN',
      hint: expect.stringContaining('s3:DeleteObject'),
    });
    expect(s3ErrorByName('InternalError', { operation: 'delete' }, where)).toMatchObject({ retryable: true });
    expect(s3ErrorByName('constructor', { operation: 'delete' }, where)).toMatchObject({
      code: 'REMOTE_FAILED',
    });
  });
});
