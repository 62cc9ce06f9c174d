/** `repos/<id>`: a git remote whose refs are the collector's roots. */
import { LodeError } from '../errors.ts';

export interface RepositoryFile {
  /** SHA-256 of the URL, 64 hex digits: the file's name, and what packs and push records call the repository. */
  readonly id: string;
  /** The URL without any user information. */
  readonly url: string;
}

/**
 * Names a git remote. `url` is as `git remote get-url` gives it, a relative path already made absolute; user names,
 * passwords, queries and fragments are taken off, so that two people's URLs of one repository are one.
 */
export function repositoryFile(_url: string): RepositoryFile {
  throw new LodeError('INTERNAL', 'not written');
}

export function encodeRepositoryFile(_file: RepositoryFile): Buffer {
  throw new LodeError('INTERNAL', 'not written');
}

/** Checks that the URL is the id's. Throws FORMAT_UNKNOWN_VERSION or FORMAT_INVALID. */
export function decodeRepositoryFile(_bytes: Buffer, _id: string): RepositoryFile {
  throw new LodeError('INTERNAL', 'not written');
}
