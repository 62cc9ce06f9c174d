/** Why a request failed, as far as a person can do something about it. */
export type Reason =
  | 'no-credentials'
  | 'expired'
  | 'refused-credentials'
  | 'forbidden'
  | 'forbidden-elsewhere'
  | 'no-bucket'
  | 'missing'
  | 'region'
  | 'clock'
  | 'tls'
  | 'plain'
  | 'host'
  | 'proxy'
  | 'broken'
  | 'throttled'
  | 'full'
  | 'damaged'
  | 'conflict'
  | 'range'
  | 'unsupported'
  | 'settings'
  | 'exists'
  | 'interrupted'
  | 'server'
  | 'unknown';

/** S3's error codes, those of its kin, and the names of the SDK's own errors. */
const byName: Readonly<Record<string, Reason>> = {
  CredentialsProviderError: 'no-credentials',
  TokenProviderError: 'expired',
  ExpiredToken: 'expired',
  ExpiredTokenException: 'expired',
  TokenRefreshRequired: 'expired',
  UnauthorizedException: 'expired',
  InvalidAccessKeyId: 'refused-credentials',
  SignatureDoesNotMatch: 'refused-credentials',
  InvalidToken: 'refused-credentials',
  InvalidTokenId: 'refused-credentials',
  InvalidSecurity: 'refused-credentials',
  InvalidClientTokenId: 'refused-credentials',
  UnrecognizedClientException: 'refused-credentials',
  XAdminUserNotFound: 'refused-credentials',
  AccessDenied: 'forbidden',
  AllAccessDisabled: 'forbidden',
  AccountProblem: 'forbidden',
  NoSuchBucket: 'no-bucket',
  InvalidBucketName: 'no-bucket',
  NoSuchKey: 'missing',
  PermanentRedirect: 'region',
  TemporaryRedirect: 'region',
  Redirect: 'region',
  AuthorizationHeaderMalformed: 'region',
  IllegalLocationConstraintException: 'region',
  RequestTimeTooSkewed: 'clock',
  RequestExpired: 'clock',
  SlowDown: 'throttled',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  RequestLimitExceeded: 'throttled',
  RequestThrottled: 'throttled',
  TooManyRequests: 'throttled',
  TooManyRequestsException: 'throttled',
  BandwidthLimitExceeded: 'throttled',
  XMinioStorageFull: 'full',
  InsufficientStorage: 'full',
  QuotaExceeded: 'full',
  XMinioAdminBucketQuotaExceeded: 'full',
  BadDigest: 'damaged',
  InvalidDigest: 'damaged',
  XAmzContentSHA256Mismatch: 'damaged',
  XAmzContentChecksumMismatch: 'damaged',
  IncompleteBody: 'damaged',
  RequestTimeout: 'broken',
  TimeoutError: 'broken',
  OperationAborted: 'conflict',
  ConditionalRequestConflict: 'conflict',
  InvalidRange: 'range',
  NotImplemented: 'unsupported',
  InvalidStorageClass: 'settings',
  InvalidEncryptionAlgorithmError: 'settings',
  AccessControlListNotSupported: 'settings',
  'KMS.NotFoundException': 'settings',
  'KMS.DisabledException': 'settings',
  'KMS.KMSInvalidStateException': 'settings',
  PreconditionFailed: 'exists',
  AbortError: 'interrupted',
  InternalError: 'server',
  ServiceUnavailable: 'server',
};

const byStatus: Readonly<Record<number, Reason>> = {
  301: 'region',
  307: 'region',
  401: 'refused-credentials',
  403: 'forbidden-elsewhere',
  404: 'missing',
  409: 'conflict',
  412: 'exists',
  416: 'range',
  429: 'throttled',
  501: 'unsupported',
  507: 'full',
};

const bySystem: Readonly<Record<string, Reason>> = {
  ENOTFOUND: 'host',
  PROXY_REFUSED: 'proxy',
  EPROTO: 'plain',
  ERR_SSL_WRONG_VERSION_NUMBER: 'plain',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls',
  UNABLE_TO_GET_ISSUER_CERT: 'tls',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls',
  CERT_HAS_EXPIRED: 'tls',
  CERT_NOT_YET_VALID: 'tls',
  CERT_UNTRUSTED: 'tls',
  CERT_REJECTED: 'tls',
  CERT_REVOKED: 'tls',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls',
  HOSTNAME_MISMATCH: 'tls',
};

/** Own names first: a 400 or a 403 says little, its name says what. */
export function reasonOf(name: string, status: number | undefined, system: string | undefined): Reason {
  const named = Object.hasOwn(byName, name) ? byName[name] : undefined;
  if (named !== undefined) return named;
  if (status !== undefined) return byStatus[status] ?? (status >= 500 ? 'server' : 'unknown');
  if (system === undefined) return 'unknown';
  return Object.hasOwn(bySystem, system) ? bySystem[system]! : 'broken';
}
