import type { ByteRange } from '../backend/backend.ts';
import { LodeError } from '../errors.ts';

const SHAPE = /^(?:([0-9]{1,16})-([0-9]{1,16})?|-([0-9]{1,16}))$/;

/**
 * The bytes that `text` names of a content of `size` bytes, as a range of HTTP does (RFC 9110, 14.1.2): `first-last`, both included and
 * counted from 0, `first-` to the end, `-n` for the last n. What is behind the end is left out. Throws USAGE for a range that is
 * not written so, or that holds no byte of the content.
 */
export function byteRange(text: string, size: number): ByteRange {
  const [, first, last, suffix] = SHAPE.exec(text) ?? [];
  if (first === undefined && suffix === undefined) throw notARange(text);
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), size);
    if (length === 0) throw beyond(text, size);
    return { offset: size - length, length };
  }
  const offset = Number(first);
  if (last !== undefined && Number(last) < offset) throw notARange(text);
  if (offset >= size) throw beyond(text, size);
  const end = last === undefined ? size : Math.min(Number(last) + 1, size);
  return { offset, length: end - offset };
}

function notARange(text: string): LodeError {
  return new LodeError('USAGE', 'that is not a range of bytes', {
    subject: text,
    hint: 'first-last, both included and counted from 0; first- for the rest; -n for the last n bytes',
  });
}

function beyond(text: string, size: number): LodeError {
  return new LodeError('USAGE', `the content has ${size} bytes, and none of them is in the range`, {
    subject: text,
  });
}
