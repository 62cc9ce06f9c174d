/** Where a committed file holds what must not be committed. Never the value itself. */
export interface FoundSecret {
  /** `credentials.secretAccessKey` */
  readonly key: string;
  readonly what: string;
}

const KEY_NAME =
  /secret|passw|passphrase|token|credential|api-?key|access-?key|private-?key|session-?key|signature|^(?:auth|authorization|key|pass|pwd)$/;

const VALUES: readonly (readonly [RegExp, string])[] = [
  [/(?<![A-Za-z0-9])A(?:KIA|SIA|ROA|IDA)[A-Z2-7]{16}(?![A-Za-z0-9])/, 'an AWS access key id'],
  [/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i, 'a URL with user information'],
  [/[?&](?:X-Amz-(?:Signature|Credential|Security-Token)|Signature|sig|token)=/i, 'a signed URL'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
  [
    /(?<![A-Za-z0-9])(?:gh[opsur]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|xox[abprs]-[\w-]{20,})/,
    'an access token',
  ],
  [/(?<![A-Za-z0-9])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\./, 'an access token'],
];

const MAX_DEPTH = 8;
const MAX_NODES = 10_000;

/** The first secret in `values`, which come from JSON or YAML: aliases of YAML may make them a graph, even a cycle. */
export function findSecret(values: unknown): FoundSecret | undefined {
  const seen = new Set<object>();
  let nodes = 0;
  const visit = (value: unknown, key: string, depth: number): FoundSecret | undefined => {
    if (typeof value === 'string') return secretText(value, key);
    if (typeof value !== 'object' || value === null || seen.has(value)) return undefined;
    seen.add(value);
    for (const [name, inner] of Object.entries(value)) {
      nodes += 1;
      if (depth >= MAX_DEPTH || nodes > MAX_NODES) return undefined;
      const at = key === '' ? name : `${key}.${name}`;
      const found = secretName(name, inner, at) ?? secretText(name, at) ?? visit(inner, at, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return visit(values, '', 0);
}

function secretName(name: string, value: unknown, key: string): FoundSecret | undefined {
  const spelled = name.replace(/[_\s]/g, '-').toLowerCase();
  if (!KEY_NAME.test(spelled) || value === null || typeof value === 'boolean') return undefined;
  return { key, what: 'a credential' };
}

function secretText(text: string, key: string): FoundSecret | undefined {
  const known = VALUES.find(([shape]) => shape.test(text));
  if (known !== undefined) return { key, what: known[1] };
  return looksLikeAwsSecret(text) ? { key, what: 'what looks like an AWS secret access key' } : undefined;
}

/** 40 characters of base64 with all kinds of letters: a hex digest or a path has no such mixture. */
function looksLikeAwsSecret(text: string): boolean {
  return /^[A-Za-z0-9/+]{40}$/.test(text) && /[A-Z]/.test(text) && /[a-z]/.test(text) && /[0-9]/.test(text);
}
