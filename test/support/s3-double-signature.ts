import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { S3Refusal } from './s3-double-error.ts';

const MAX_SKEW = 15 * 60 * 1000;
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

export interface SignatureRules<User extends { readonly secret: string }> {
  readonly users: Readonly<Record<string, User>>;
  readonly region: string;
  readonly anonymous: boolean;
  readonly now: number;
}

/**
 * The user who signed the request (Signature Version 4), or undefined for an unsigned one where that is allowed. Throws what
 * S3 answers otherwise. https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function verifySignature<User extends { readonly secret: string }>(
  request: IncomingMessage,
  rules: SignatureRules<User>,
): User | undefined {
  const { headers } = request;
  if (headers.authorization === undefined && rules.anonymous) return undefined;
  const match = AUTHORIZATION.exec(headers.authorization ?? '');
  if (match === null) throw new S3Refusal('AccessDenied');
  const [, accessKey, day, region, signedHeaders, signature] = match as unknown as [string, ...string[]];

  const user = rules.users[accessKey!];
  if (user === undefined) throw new S3Refusal('InvalidAccessKeyId');
  const date = String(headers['x-amz-date']);
  if (Math.abs(timeOf(date) - rules.now) > MAX_SKEW) {
    throw new S3Refusal('RequestTimeTooSkewed', { ServerTime: new Date(rules.now).toISOString() });
  }
  if (region !== rules.region) throw new S3Refusal('AuthorizationHeaderMalformed', { Region: rules.region });

  const canonical = canonicalRequest(request, signedHeaders!);
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  const key = [day!, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${user.secret}`);
  const wanted = hmac(key, toSign).toString('hex');
  if (!timingSafeEqual(Buffer.from(wanted), Buffer.from(signature!))) {
    throw new S3Refusal('SignatureDoesNotMatch');
  }
  return user;
}

function canonicalRequest(request: IncomingMessage, signedHeaders: string): string {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const parameters = query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => (part.includes('=') ? part : `${part}=`))
    .sort();
  const headers = signedHeaders.split(';').map(
    (name) =>
      `${name}:${String(request.headers[name] ?? '')
        .trim()
        .replace(/ +/g, ' ')}\n`,
  );
  const bodyHash = request.headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD';
  return [request.method, path, parameters.join('&'), headers.join(''), signedHeaders, bodyHash].join('\n');
}

/** `20261124T121900Z` in milliseconds since 1970. */
function timeOf(date: string): number {
  return Date.parse(date.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'));
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
