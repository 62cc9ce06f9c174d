import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { invalid } from './invalid.ts';
import type { DirectorySettings, S3Settings } from './settings.ts';

/** What a remote's text is relative to. */
export interface RemotePlace {
  /** The file or command that the text comes from, for messages. */
  readonly where: string;
  /** The top of the working tree; undefined in a bare repository, where no relative path has a meaning. */
  readonly top: string | undefined;
  /** True if the person wrote it on this machine: only then does `~/` mean their home. */
  readonly trusted: boolean;
  readonly platform?: NodeJS.Platform;
}

export type RemoteUrl = DirectorySettings | Pick<S3Settings, 'kind' | 'url' | 'bucket' | 'prefix'>;

const FORMS = 'a remote is s3://bucket/prefix, file:///folder, or the path of a folder';
const ADDRESS =
  "the address of a store that is not AWS's is a setting of its own: git config lode.endpoint <https://…>";
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET = /^(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PREFIX_SEGMENT = /^(?!\.{1,2}$)[A-Za-z0-9._=+@][A-Za-z0-9._=+@-]*$/;

/** Parses the text of a remote, which `readSetting` has checked for control characters. Throws CONFIG_INVALID. */
export function parseRemoteUrl(text: string, place: RemotePlace): RemoteUrl {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1]?.toLowerCase();
  if (scheme === 's3') return parseS3(text, place.where);
  return directory(text, scheme, place);
}

function parseS3(text: string, where: string): RemoteUrl {
  const [bucket = '', ...segments] = text.slice('s3://'.length).split('/');
  if (!text.startsWith('s3://') || !BUCKET.test(bucket)) {
    throw invalid(where, 'the bucket of the remote is no valid bucket name', FORMS);
  }
  if (segments.at(-1) === '') segments.pop();
  const prefix = segments.join('/');
  if (!segments.every((segment) => PREFIX_SEGMENT.test(segment)) || prefix.length > 512) {
    throw invalid(
      where,
      'the prefix of the remote may hold letters, digits and . _ = + @ - between single slashes',
    );
  }
  return { kind: 's3', url: prefix === '' ? `s3://${bucket}` : `s3://${bucket}/${prefix}`, bucket, prefix };
}

function directory(text: string, scheme: string | undefined, place: RemotePlace): RemoteUrl {
  const { platform = process.platform } = place;
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const found = absolute(text, scheme, paths, place);
  const segments = paths.relative(paths.parse(found).root, found).split(paths.sep);
  if (found === paths.parse(found).root || found === place.top) {
    throw invalid(place.where, 'the remote needs a folder of its own');
  }
  if (segments.some((segment) => segment.toLowerCase() === '.git')) {
    throw invalid(place.where, 'the remote may not lie in a git directory');
  }
  return { kind: 'directory', url: text, path: found };
}

function absolute(
  text: string,
  scheme: string | undefined,
  paths: path.PlatformPath,
  { where, top, trusted }: RemotePlace,
): string {
  const windows = paths === path.win32;
  if (scheme === 'file') return fromFileUrl(text, windows, where);
  if (paths.isAbsolute(text)) {
    // On Windows `\folder` depends on the current drive, which is nobody's intent.
    if (windows && /^[\\/](?![\\/])/.test(text)) throw invalid(where, 'the remote is a path without a drive');
    return paths.resolve(text);
  }
  if (scheme !== undefined) {
    const hint = /^https?$/.test(scheme) ? `${FORMS}; ${ADDRESS}` : FORMS;
    throw invalid(where, `the remote begins with an unknown "${scheme}:"`, hint);
  }
  if (text.startsWith('~')) {
    if (trusted && /^~[\\/]/.test(text)) return paths.join(os.homedir(), text.slice(2));
    throw invalid(where, '~ means another folder to everybody, and is not expanded here', FORMS);
  }
  if (top === undefined) {
    throw invalid(
      where,
      'a relative path has no meaning in a bare repository',
      'git config lode.remote <absolute path>',
    );
  }
  return paths.resolve(top, text);
}

function fromFileUrl(text: string, windows: boolean, where: string): string {
  const fault = invalid(where, 'the file: URL of the remote names no folder of this machine', FORMS);
  if (!/^file:\/\/\//i.test(text) || /[?#]/.test(text) || !URL.canParse(text)) throw fault;
  try {
    const found = fileURLToPath(text, { windows });
    // A percent sign can smuggle in what readSetting refuses.
    if (/\p{Cc}/u.test(found)) throw fault;
    return (windows ? path.win32 : path.posix).resolve(found);
  } catch {
    throw fault;
  }
}
