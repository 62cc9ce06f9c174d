import { dirname } from 'node:path';
import { type ErrorCode, isLodeError, LodeError, systemCode } from '../errors.ts';

interface Kind {
  readonly code: ErrorCode;
  readonly what: string;
  readonly hint?: string;
  readonly retryable?: boolean;
}

const DENIED = 'Ask whoever owns the folder to let your user and group read and write it.';
const NO_ROOM = 'Free space there, or raise the quota, then run the command again.';
const ABSENT = 'Check that the drive or share is mounted and reachable, then run the command again.';

const kinds: Readonly<Record<string, Kind>> = {
  EACCES: { code: 'REMOTE_FORBIDDEN', what: 'permission denied', hint: DENIED },
  EPERM: { code: 'REMOTE_FORBIDDEN', what: 'permission denied', hint: DENIED },
  EROFS: { code: 'REMOTE_FORBIDDEN', what: 'it is mounted read-only', hint: 'Mount it for writing.' },
  ENOSPC: { code: 'REMOTE_FULL', what: 'no space is left', hint: NO_ROOM },
  EDQUOT: { code: 'REMOTE_FULL', what: 'the quota is used up', hint: NO_ROOM },
  EFBIG: { code: 'REMOTE_FULL', what: 'the file system does not take a file so large', hint: NO_ROOM },
  ELOOP: {
    code: 'PATH_UNSAFE',
    what: 'a symbolic link is in the way',
    hint: 'Replace it by what it leads to.',
  },
  ENOTDIR: { code: 'REMOTE_FORMAT', what: 'a file is where a folder should be', hint: 'Move it away.' },
  EISDIR: { code: 'REMOTE_FORMAT', what: 'a folder is where a file should be', hint: 'Move it away.' },
  EIO: { code: 'REMOTE_UNREACHABLE', what: 'the drive reports an error', hint: ABSENT, retryable: true },
};
/** What a network file system says while its server or the way to it is gone. */
const away = ['ESTALE', 'ETIMEDOUT', 'EHOSTDOWN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTCONN', 'ECONNRESET'];
/** What passes by itself: another program holds the file, or too many are open. */
const busy = ['EBUSY', 'EAGAIN', 'EMFILE', 'ENFILE', 'EINTR', 'ENOENT'];

function kindOf(code: string): Kind {
  const known = kinds[code];
  if (known !== undefined) return known;
  if (away.includes(code)) {
    return {
      code: 'REMOTE_UNREACHABLE',
      what: `it does not answer (${code})`,
      hint: ABSENT,
      retryable: true,
    };
  }
  return {
    code: 'REMOTE_FAILED',
    what: `the system says ${code}`,
    hint: 'Run the command again.',
    retryable: busy.includes(code),
  };
}

/** A system error of a folder remote as a LodeError; anything that is not a system error comes back as it is. */
export function directoryError(error: unknown, action: string, url: string, key?: string): unknown {
  const code = systemCode(error);
  if (code === undefined || isLodeError(error)) return error;
  const kind = kindOf(code);
  const what = key === undefined ? url : `${key} in ${url}`;
  return new LodeError(kind.code, `cannot ${action} ${what}: ${kind.what}`, {
    subject: key ?? url,
    cause: error,
    ...(kind.hint === undefined ? {} : { hint: kind.hint }),
    retryable: kind.retryable ?? false,
  });
}

/** The error for a folder whose parent does not exist either: a drive that is not mounted is not an empty remote. */
export function folderMissing(url: string, path: string): LodeError {
  return new LodeError('REMOTE_NO_BUCKET', `${url} does not exist, and neither does ${dirname(path)}`, {
    subject: url,
    hint: `Mount the drive, or make the folder: mkdir -p '${path}'`,
  });
}

/** The error for a symbolic link below the root: followed, it could lead to any file of this machine. */
export function linkRefused(url: string, path: string): LodeError {
  return new LodeError('PATH_UNSAFE', `${path} in ${url} is, or is reached by, a symbolic link`, {
    subject: path,
    hint: 'Replace the link by the folder or file that it leads to.',
  });
}

/** The error for a folder, pipe or device in the place of a file. */
export function notAFile(url: string, key: string): LodeError {
  return new LodeError('REMOTE_FORMAT', `${key} in ${url} is not a file`, {
    subject: key,
    hint: 'Move it away.',
  });
}
