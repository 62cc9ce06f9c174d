/**
 * The small text that git stores in place of a large file. docs/FORMAT.md specifies it.
 *
 * The constant text is kept under 40 bytes, because git finds renames by similarity: with more of it, two
 * unrelated pointers look like versions of one file, and a merge applies one file's change to the other.
 */
export interface Pointer {
  /** SHA-256 of the whole content, 64 lower-case hex digits. */
  readonly oid: string;
  /** Bytes of content, at least 1: an empty file is stored as it is. */
  readonly size: number;
}

const FIRST_LINE = 'git-lode 1: git lode pull';
const PREFIX = Buffer.from(`${FIRST_LINE}\n`);
/** No valid pointer is longer, with CRLF line ends: one read of this many bytes decides. */
export const MAX_POINTER_BYTES = 128;
const SHAPE = new RegExp(`^${FIRST_LINE}\\noid ([0-9a-f]{64})\\nsize ([1-9][0-9]{0,15})\\n$`);

/** The one valid encoding of a pointer. */
export function formatPointer({ oid, size }: Pointer): Buffer {
  return Buffer.from(`${FIRST_LINE}\noid ${oid}\nsize ${size}\n`, 'latin1');
}

/**
 * Parses exactly what `formatPointer` writes; anything else is content, and gives undefined. CRLF line ends are
 * taken as LF, since a repository without `-text` may have had them converted.
 */
export function parsePointer(bytes: Uint8Array): Pointer | undefined {
  if (bytes.length < PREFIX.length || bytes.length > MAX_POINTER_BYTES) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  if (!text.startsWith('git-lode ')) return undefined;
  const match = SHAPE.exec(text.includes('\r') ? text.replaceAll('\r\n', '\n') : text);
  if (match === null) return undefined;
  const size = Number(match[2]);
  return Number.isSafeInteger(size) ? { oid: match[1]!, size } : undefined;
}

/** True if content begins the way a pointer does: the cheap test before `parsePointer`. */
export function looksLikePointer(head: Uint8Array): boolean {
  return head.length >= 9 && PREFIX.compare(head, 0, 9, 0, 9) === 0;
}

/** A git-lfs pointer, recognised for migration and never written. */
export function parseLfsPointer(bytes: Uint8Array): Pointer | undefined {
  if (bytes.length > 1024) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const match =
    /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\nsize ([0-9]{1,16})\n$/.exec(
      text,
    );
  if (match === null) return undefined;
  return { oid: match[1]!, size: Number(match[2]) };
}
