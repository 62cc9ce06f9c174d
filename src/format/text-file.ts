/** The remote's two kinds of JSON files, which a person may want to read: one object on one line. */
import { TEXT_FILE_MAX } from './limits.ts';
import { checkVersion, invalid, VERSION } from './signature.ts';

/** What such a file is said to be in its `format` member. */
export type TextFormat = 'git-lode' | 'git-lode repository';

export function encodeText(format: TextFormat, rest: object): Buffer {
  return Buffer.from(`${JSON.stringify({ format, version: VERSION, ...rest })}\n`);
}

/** The members beside `format` and `version`, which are checked. */
export function decodeText(bytes: Buffer, expected: TextFormat, subject: string): Record<string, unknown> {
  if (bytes.length > TEXT_FILE_MAX) throw invalid(subject, 'it is too long');
  const value = parse(bytes, subject);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(subject, 'it is no object');
  const { format, version, ...rest } = value as Record<string, unknown>;
  if (format !== expected) throw invalid(subject, `its format is not '${expected}'`);
  checkVersion(version, subject);
  return rest;
}

function parse(bytes: Buffer, subject: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw invalid(subject, 'it is no JSON', error);
  }
}
