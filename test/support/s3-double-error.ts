/** What the double answers instead of doing the work: S3's code, and the status that S3 gives with it. */
export class S3Refusal extends Error {
  readonly status: number;
  readonly code: string;
  /** Further elements of the error's XML. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(code: S3Code, fields: Readonly<Record<string, string>> = {}) {
    super(code);
    this.code = code;
    this.status = statuses[code];
    this.fields = fields;
  }
}

const statuses = {
  AccessDenied: 403,
  InvalidAccessKeyId: 403,
  SignatureDoesNotMatch: 403,
  RequestTimeTooSkewed: 403,
  AuthorizationHeaderMalformed: 400,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  PreconditionFailed: 412,
  InvalidRange: 416,
  BadDigest: 400,
  XAmzContentSHA256Mismatch: 400,
  NotImplemented: 501,
  MethodNotAllowed: 405,
};

export type S3Code = keyof typeof statuses;

export function escapeXml(text: string): string {
  return text.replace(/[&<>"\r\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}

export function unescapeXml(text: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return named[name] ?? whole;
    return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
  });
}

export function errorXml(code: string, message: string, fields: Readonly<Record<string, string>>): string {
  const more = Object.entries(fields).map(([name, text]) => `<${name}>${escapeXml(text)}</${name}>`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>${more.join('')}</Error>`;
}
