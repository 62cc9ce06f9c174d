/** `repos/<id>`: a git remote whose refs are the collector's roots. */
import { LodeError } from '../errors.ts';
import { repositoryKey } from './keys.ts';
import { URL_MAX } from './limits.ts';
import { invalid, sha256 } from './signature.ts';
import { decodeText, encodeText } from './text-file.ts';

export interface RepositoryFile {
  /** SHA-256 of the URL, 64 hex digits: the file's name, and what packs and push records call the repository. */
  readonly id: string;
  /** The URL without any user information. */
  readonly url: string;
}

/**
 * Names a git remote. `url` is as `git remote get-url` gives it, a relative path already made absolute; user names,
 * passwords, queries and fragments are taken off, so that two people's URLs of one repository are one.
 * Throws CONFIG_INVALID for what git would not take as a URL either.
 */
export function repositoryFile(url: string): RepositoryFile {
  const plain = isPlain(url) ? withoutUser(url) : url;
  if (!isPlain(plain))
    throw new LodeError('CONFIG_INVALID', 'the git remote has no URL that could be recorded', {
      hint: 'git remote -v',
    });
  return { id: idOf(plain), url: plain };
}

export function encodeRepositoryFile({ url }: RepositoryFile): Buffer {
  return encodeText('git-lode repository', { url });
}

/** Checks that the URL is the id's. Throws FORMAT_UNKNOWN_VERSION or FORMAT_INVALID. */
export function decodeRepositoryFile(bytes: Buffer, id: string): RepositoryFile {
  const subject = repositoryKey(id);
  const { url, ...rest } = decodeText(bytes, 'git-lode repository', subject);
  if (typeof url !== 'string' || Object.keys(rest).length > 0) throw invalid(subject, 'it has no URL alone');
  if (!isPlain(url) || withoutUser(url) !== url)
    throw invalid(subject, 'its URL is none that we would record');
  if (idOf(url) !== id) throw invalid(subject, 'its URL is not the one that its name says');
  return { id, url };
}

const HELPER = /^([A-Za-z0-9]+::)(.*)$/s;
const URL_SHAPE = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)/s;
/** git's short form of an SSH address: a colon before the first slash, and no drive letter. */
const SSH_SHAPE = /^([^/:]*@)?(\[[^\]/]+\]|[^/:@\\]{2,}):(.*)$/s;

/** Repeated, since what is left of one form may be another: what is recorded has nothing to take off. */
function withoutUser(url: string): string {
  const plain = stripped(url);
  return plain === url ? plain : withoutUser(plain);
}

/** The forms that git knows: `helper::address`, `scheme://authority/path`, `user@host:path`, and a path. */
function stripped(url: string): string {
  const helper = HELPER.exec(url);
  if (helper !== null) return helper[1]!.toLowerCase() + stripped(helper[2]!);
  const full = URL_SHAPE.exec(url);
  if (full !== null) {
    const [, scheme, authority, path] = full as unknown as [string, string, string, string];
    const host = authority.slice(authority.lastIndexOf('@') + 1);
    return `${scheme.toLowerCase()}://${host.toLowerCase()}${withoutSlash(path)}`;
  }
  const short = SSH_SHAPE.exec(url);
  if (short !== null) return `${short[2]!.toLowerCase()}:${withoutSlash(short[3]!)}`;
  return withoutSlash(url);
}

function withoutSlash(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === '/') end--;
  return path.slice(0, end);
}

/** A later `git ls-remote` gets this as an argument, and a terminal may be shown it. */
function isPlain(url: string): boolean {
  return (
    url.length > 0 &&
    Buffer.byteLength(url) <= URL_MAX &&
    !url.startsWith('-') &&
    !/[\0-\x1f\x7f-\x9f]/.test(url)
  );
}

function idOf(url: string): string {
  return sha256(Buffer.from(url)).toString('hex');
}
