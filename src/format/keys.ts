/** Names of everything under a remote's prefix. DESIGN's rule for keys: `[a-z0-9./-]`, no key is another's folder. */
import { PIN_NAME_MAX } from './limits.ts';

export const FORMAT_KEY = 'git-lode.json';

export const REPOSITORIES = 'repos/';
export const PACKS = 'packs/';
export const TABLES = 'index/';
export const MARKS = 'marks/';
export const PINS = 'pins/';

export const packKey = (name: string): string => PACKS + name;
export const tableKey = (name: string): string => TABLES + name;
export const markKey = (name: string): string => MARKS + name;
export const repositoryKey = (id: string): string => REPOSITORIES + id;
export const pinKey = (name: string): string => PINS + name;

export type Key =
  | { readonly kind: 'format' }
  | { readonly kind: 'repository' | 'pack' | 'table' | 'mark'; readonly name: string }
  | { readonly kind: 'pin'; readonly name: string };

const HASH_DIGITS = 64;
/** 1 for the code of each digit: a third of what a regular expression takes, and a push asks of each object. */
const IS_DIGIT = Uint8Array.from({ length: 128 }, (_, code) =>
  '0123456789abcdef'.includes(String.fromCharCode(code)) ? 1 : 0,
);
const PIN_NAME = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;
const HASHED = { [REPOSITORIES]: 'repository', [PACKS]: 'pack', [TABLES]: 'table', [MARKS]: 'mark' } as const;

/** True for a SHA-256 as this format writes it: 64 lower-case hex digits. */
export function isHash(text: string): boolean {
  return isHex(text, HASH_DIGITS);
}

/** True for so many lower-case hex digits. */
export function isHex(text: string, digits: number): boolean {
  if (text.length !== digits) return false;
  for (let at = 0; at < digits; at++) if (IS_DIGIT[text.charCodeAt(at)] !== 1) return false;
  return true;
}

/** True for a name that a pin may have. */
export function isPinName(name: string): boolean {
  return name.length <= PIN_NAME_MAX && PIN_NAME.test(name) && !name.includes('..');
}

/** What a key under the prefix names, or undefined for one that is not ours: those are left alone. */
export function parseKey(key: string): Key | undefined {
  if (key === FORMAT_KEY) return { kind: 'format' };
  const name = key.slice(key.indexOf('/') + 1);
  const folder = key.slice(0, key.length - name.length);
  if (folder === PINS) return isPinName(name) ? { kind: 'pin', name } : undefined;
  const kind = Object.hasOwn(HASHED, folder) ? HASHED[folder as keyof typeof HASHED] : undefined;
  return kind !== undefined && isHash(name) ? { kind, name } : undefined;
}
