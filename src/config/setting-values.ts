import { invalid } from './invalid.ts';
import type { SettingName } from './settings.ts';

/** How a setting is written and checked. Text becomes part of host names, headers and keys, so each has a narrow shape. */
interface Rule {
  readonly kind: 'text' | 'switch';
  /** Returns the value as it is used, or undefined if it is not of the shape. */
  readonly read?: (text: string) => string | undefined;
  /** The shape, in words. */
  readonly shape: string;
}

const RULES: Readonly<Record<SettingName, Rule>> = {
  remote: { kind: 'text', shape: 's3://bucket/prefix, file:///folder, or the path of a folder' },
  endpoint: { kind: 'text', read: readEndpoint, shape: 'https://host or http://host, and no user or query' },
  region: { kind: 'text', read: matching(/^[a-z0-9][a-z0-9-]{0,62}$/), shape: 'a region as in eu-central-1' },
  profile: {
    kind: 'text',
    read: matching(/^[A-Za-z0-9_][A-Za-z0-9_.@+:/-]{0,127}$/),
    shape: 'the name of a profile in ~/.aws/config',
  },
  pathStyle: { kind: 'switch', shape: 'true or false' },
  anonymous: { kind: 'switch', shape: 'true or false' },
  encryption: {
    kind: 'text',
    read: matching(/^(?:AES256|aws:kms|aws:kms:dsse)$/),
    shape: 'AES256, aws:kms or aws:kms:dsse',
  },
  kmsKey: {
    kind: 'text',
    read: matching(/^[A-Za-z0-9][A-Za-z0-9:/_-]{0,511}$/),
    shape: 'the id, alias or ARN of a key in AWS KMS',
  },
  storageClass: {
    kind: 'text',
    // What has to be restored for hours before it can be read is no data remote.
    read: matching(/^(?!GLACIER$|DEEP_ARCHIVE$)[A-Z][A-Z0-9_]{0,63}$/),
    shape: 'a storage class that is read at once, as in STANDARD_IA or INTELLIGENT_TIERING',
  },
  acl: {
    kind: 'text',
    read: matching(/^(?:private|bucket-owner-read|bucket-owner-full-control)$/),
    shape: 'private, bucket-owner-read or bucket-owner-full-control',
  },
  requesterPays: { kind: 'switch', shape: 'true or false' },
};

export const SETTING_NAMES = Object.keys(RULES) as readonly SettingName[];

export function isSwitch(name: SettingName): boolean {
  return RULES[name].kind === 'switch';
}

const MAX_TEXT = 1024;
/** Control characters, and those that reorder or hide text, have no place in any setting. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/u;

/** Checks one value, from JSON, YAML or git. Throws CONFIG_INVALID, which never repeats the value. */
export function readSetting(name: SettingName, value: unknown, where: string): string | boolean {
  const rule = RULES[name];
  if (rule.kind === 'switch') {
    if (typeof value === 'boolean') return value;
    throw invalid(where, `${name} is ${rule.shape}`);
  }
  if (typeof value !== 'string' || value === '' || value.length > MAX_TEXT || value.trim() !== value) {
    throw invalid(where, `${name} is ${rule.shape}`);
  }
  if (UNSAFE.test(value)) throw invalid(where, `${name} holds a control character`);
  if (value.startsWith('-')) throw invalid(where, `${name} begins with a dash`);
  const read = rule.read === undefined ? value : rule.read(value);
  if (read === undefined) throw invalid(where, `${name} is ${rule.shape}`);
  return read;
}

function matching(shape: RegExp): (text: string) => string | undefined {
  return (text) => (shape.test(text) ? text : undefined);
}

function readEndpoint(text: string): string | undefined {
  if (!/^https?:\/\/[^/?#@\\\s]+(?:\/[A-Za-z0-9._~/-]*)?$/.test(text) || !URL.canParse(text))
    return undefined;
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname}`.replace(/\/+$/, '');
}
