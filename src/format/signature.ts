/** Every binary file begins with seven letters and a version byte; this is the one place that judges them. */
import { createHash } from 'node:crypto';
import { LodeError } from '../errors.ts';

/** The version that this program writes, and the only one that it reads. */
export const VERSION = 1;
export const SIGNATURE_BYTES = 8;

export type Letters = 'lodepak' | 'loderec' | 'lodetab' | 'lodemrk';

export function signature(letters: Letters): Buffer {
  return Buffer.from(`${letters}${String.fromCharCode(VERSION)}`, 'latin1');
}

/** Checks the signature at `offset`. `subject` is what a person is told: the file's key. */
export function checkSignature(bytes: Buffer, letters: Letters, subject: string, offset = 0): void {
  if (bytes.length < offset + SIGNATURE_BYTES) throw invalid(subject, 'it is too short');
  if (bytes.toString('latin1', offset, offset + 7) !== letters)
    throw invalid(subject, 'it begins like no file of this format');
  checkVersion(bytes[offset + 7], subject);
}

/** Any version but ours is refused whole: no part of a file is read by rules that may have changed. */
export function checkVersion(version: unknown, subject: string): void {
  if (version === VERSION) return;
  throw new LodeError('FORMAT_UNKNOWN_VERSION', `${subject} was written by another version of git-lode`, {
    subject,
    hint: 'npm install -g git-lode@latest',
  });
}

/** The error for bytes that are not what they should be. */
export function invalid(subject: string, why: string, cause?: unknown): LodeError {
  return new LodeError('FORMAT_INVALID', `${subject} is damaged: ${why}`, { subject, cause });
}

/** The error for contents that this program was about to write and that it would refuse to read. */
export function unwritable(what: string, why: string): LodeError {
  return new LodeError('INTERNAL', `cannot write ${what}: ${why}`);
}

export function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** Files are named by the SHA-256 of their bytes: whoever has read a whole one knows whether it is the one asked for. */
export function checkName(bytes: Buffer, name: string, subject: string): void {
  if (sha256(bytes).toString('hex') !== name)
    throw invalid(subject, 'its bytes are not those that its name says');
}

/** Bytes of the checksum on what is read in part, where a file's name proves nothing: half of a SHA-256. */
export const CHECKSUM_BYTES = 16;

export function checksum(bytes: Uint8Array): Buffer {
  return sha256(bytes).subarray(0, CHECKSUM_BYTES);
}

/** The checksum at `end` of everything before it. */
export function checkChecksum(bytes: Buffer, end: number, subject: string): void {
  const stored = bytes.subarray(end, end + CHECKSUM_BYTES);
  if (stored.length !== CHECKSUM_BYTES || !stored.equals(checksum(bytes.subarray(0, end))))
    throw invalid(subject, 'its checksum differs');
}
