import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRemoteUrl, type RemotePlace } from '../../../src/config/remote-url.ts';
import { isLodeError } from '../../../src/errors.ts';

const posix: RemotePlace = {
  where: '.git-lode.json: remote',
  top: '/home/me/repo',
  trusted: false,
  platform: 'linux',
};
const windows: RemotePlace = { ...posix, top: 'C:\\me\\repo', platform: 'win32' };

describe('a bucket', () => {
  test.each([
    ['s3://team-data', 'team-data', ''],
    ['s3://team-data/', 'team-data', ''],
    ['s3://team-data/models/v1', 'team-data', 'models/v1'],
    ['s3://team.data/Models_1/', 'team.data', 'Models_1'],
  ])('%s', (text, bucket, prefix) => {
    const url = prefix === '' ? `s3://${bucket}` : `s3://${bucket}/${prefix}`;
    expect(parseRemoteUrl(text, posix)).toEqual({ kind: 's3', url, bucket, prefix });
  });

  test.each([
    ['no bucket', 's3://'],
    ['one slash', 's3:/bucket'],
    ['a bucket that begins with a dash', 's3://-oops/x'],
    ['a bucket in capitals', 's3://Bucket'],
    ['a bucket that is an address', 's3://169.254.169.254/x'],
    ['a bucket with a port', 's3://bucket:8080/x'],
    ['user information', 's3://key:secret@bucket/x'],
    ['an access point', 's3://arn:aws:s3:::x'],
    ['two dots in the bucket', 's3://a..b'],
    ['an empty segment', 's3://bucket/a//b'],
    ['a segment that climbs', 's3://bucket/a/../b'],
    ['a segment with a dash in front', 's3://bucket/-rf'],
    ['a query', 's3://bucket/a?versionId=1'],
    ['a percent sign', 's3://bucket/a%2e%2e'],
    ['capitals in the scheme', 'S3://bucket'],
  ])('%s is refused', (_, text) => {
    expect(() => parseRemoteUrl(text, posix)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});

describe('a folder', () => {
  test.each([
    ['an absolute path', '/srv/data/', '/srv/data'],
    ['a file URL', 'file:///srv/my%20data', '/srv/my data'],
    ['a path from the top of the tree', '../shared', '/home/me/shared'],
    ['a path that begins with a dot', './data', '/home/me/repo/data'],
  ])('%s', (_, text, found) => {
    expect(parseRemoteUrl(text, posix)).toEqual({ kind: 'directory', url: text, path: found });
  });

  test.each([
    ['a drive', 'D:\\data', 'D:\\data'],
    ['a drive with slashes', 'D:/data', 'D:\\data'],
    ['a share', '\\\\server\\share\\data', '\\\\server\\share\\data'],
    ['a file URL', 'file:///D:/my%20data', 'D:\\my data'],
    ['a path from the top of the tree', '../shared', 'C:\\me\\shared'],
  ])('%s on Windows', (_, text, found) => {
    expect(parseRemoteUrl(text, windows)).toMatchObject({ kind: 'directory', path: found });
  });

  test.each([
    ['the root', '/'],
    ['the root as a URL', 'file:///'],
    ['the top of the tree itself', '.'],
    ['a git directory', '.git/hooks'],
    ['a git directory in capitals', 'sub/.GIT/x'],
    ['another machine', 'file://server/data'],
    ['a null byte in a URL', 'file:///srv/%00'],
    ['a line feed in a URL', 'file:///srv/a%0ab'],
    ['a slash in disguise', 'file:///srv/a%2fb'],
    ['a scheme that is not known', 'https://example.com/data'],
    ['a path of Windows elsewhere', 'C:\\data'],
    ['what scp would take', 'host:/data'],
    ['a home in a committed file', '~/data'],
    ["somebody else's home", '~root/data'],
  ])('%s is refused', (_, text) => {
    expect(() => parseRemoteUrl(text, posix)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  test.each(['\\data', '/data'])('%s, which depends on the current drive, is refused on Windows', (text) => {
    expect(() => parseRemoteUrl(text, windows)).toThrow(/without a drive/);
  });

  test('~/ is the home of the person who wrote it on this machine', () => {
    expect(parseRemoteUrl('~/data', { ...posix, trusted: true })).toMatchObject({
      path: path.join(os.homedir(), 'data'),
    });
  });

  test('the address of a store is refused as a remote, and the message says where it belongs', () => {
    expect(() => parseRemoteUrl('https://nas.example:9000/bucket', posix)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('git config lode.endpoint') }),
    );
  });

  test('a relative path is refused in a bare repository, and the message says what to do', () => {
    expect(() => parseRemoteUrl('data', { ...posix, top: undefined })).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('git config lode.remote') }),
    );
  });
});

test('any text is either a bucket, an absolute folder or CONFIG_INVALID', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string().map((rest) => `s3://${rest}`),
    fc.string().map((rest) => `file:///${rest}`),
  );
  fc.assert(
    fc.property(text, fc.constantFrom(posix, windows), (written, place) => {
      try {
        const found = parseRemoteUrl(written, place);
        if (found.kind === 's3')
          expect(`${found.bucket}/${found.prefix}`).toMatch(/^[a-z0-9][a-z0-9.-]+\/[\w./=+@-]*$/);
        else expect((place.platform === 'win32' ? path.win32 : path.posix).isAbsolute(found.path)).toBe(true);
      } catch (error) {
        if (!isLodeError(error, 'CONFIG_INVALID')) throw error;
      }
    }),
    { numRuns: 500 },
  );
});
